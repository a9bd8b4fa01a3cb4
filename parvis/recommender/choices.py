"""What a viewer said about creators, sounds and tags, as stages: a source, filters, a part of the score, caps.

Of a clip only the first tags count that the catalogue keeps (`catalogue.TAGS`).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

from parvis.recommender.catalogue import Catalogue
from parvis.recommender.interface import Scores
from parvis.recommender.pipeline import Batch, Flags, Pipeline, Selector
from parvis.recommender.signals import Floats, Ints
from parvis.recommender.sources import unseen
from parvis.recommender.viewers import DAILY, LESS, MINUTES, MORE, MOST, NEVER, NO_CLIPS, Choice, Request

R = TypeVar("R", bound=Request)
LATEST = 64


def of_topic(catalogue: Catalogue, choice: Choice, clips: Ints) -> Flags:
    """Return which clips are of the creator, have the sound or the tag, shape [clips]."""
    mine: Flags
    if choice.topic == "tag":
        number = catalogue.tag_names.number.get(choice.value, -1)
        mine = (catalogue.tags[clips] == number).any(axis=1)
        return mine
    names, column = (
        (catalogue.creators, catalogue.creator) if choice.topic == "creator" else (catalogue.sounds, catalogue.sound)
    )
    mine = column[clips] == names.number.get(choice.value, -1)
    return mine


def _said(request: Request, *says: str) -> Iterator[Choice]:
    return (choice for choice in request.viewer.choices if choice.says in says)


@dataclass
class Wanted:
    """The latest clips of what the viewer asked for more of, as far as they are new to the viewer."""

    catalogue: Catalogue
    name: str = "your choice"
    is_said = True  # see variants: no matter for experiments

    def find(self, request: Request) -> Ints:
        found = [self._latest(choice) for choice in _said(request, MORE)]
        if not found:
            return NO_CLIPS
        return unseen(self.catalogue, request, np.concatenate(found))

    def _latest(self, choice: Choice) -> Ints:
        clips = self.catalogue.members(choice.topic, choice.value)[-LATEST:]
        return clips[of_topic(self.catalogue, choice, clips)]


@dataclass
class NeverAgain:
    """Out goes what the viewer never wants to see."""

    catalogue: Catalogue
    name: str = "you said never"
    soft: bool = False

    def keep(self, request: Request, clips: Ints) -> Flags:
        kept = np.ones(len(clips), np.bool_)
        for choice in _said(request, NEVER):
            kept &= ~of_topic(self.catalogue, choice, clips)
        return kept


@dataclass
class Enough:
    """Out goes what the viewer had as much of today as the viewer wants on a day: as many clips, or as many minutes."""

    catalogue: Catalogue
    name: str = "enough of it today"
    soft: bool = False

    def keep(self, request: Request, clips: Ints) -> Flags:
        kept = np.ones(len(clips), np.bool_)
        for choice in _said(request, DAILY, MINUTES):
            shown, watched_s = request.viewer.day.shown(request.now)
            mine = of_topic(self.catalogue, choice, shown)
            had = np.count_nonzero(mine) if choice.says == DAILY else watched_s[mine].sum() / 60
            if had >= choice.most:
                kept &= ~of_topic(self.catalogue, choice, clips)
        return kept


@dataclass
class YourChoice:
    """More or less of what the viewer said: as much as a strong taste, whatever was learned."""

    catalogue: Catalogue
    weight: float = 0.8
    most: float = 1.6
    parts: tuple[str, ...] = ("your choice",)
    is_said = True

    def score(self, request: Request, clips: Ints) -> Scores:
        values: Floats = np.zeros((1, len(clips)), np.float32)
        for choice in _said(request, MORE, LESS):
            values[0, of_topic(self.catalogue, choice, clips)] += self.weight if choice.says == MORE else -self.weight
        return Scores(self.parts, values.clip(-self.most, self.most))


@dataclass
class Capped(Generic[R]):
    """What another selector chooses of the best few of each topic that the viewer capped, and of all others."""

    catalogue: Catalogue
    inner: Selector[R]

    def choose(self, request: R, batch: Batch) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.int16]]:
        capped = list(_said(request, MOST, DAILY))
        if not capped:
            return self.inner.choose(request, batch)
        best_first = np.argsort(-batch.total, kind="stable")
        kept = np.ones(len(best_first), np.bool_)
        for choice in capped:
            ranked = best_first[(of_topic(self.catalogue, choice, batch.clips) & kept)[best_first]]
            kept[ranked[self._left(request, choice) :]] = False
        left = np.flatnonzero(kept)
        few = Batch(batch.clips[left], batch.sources[left], batch.values[:, left], batch.total[left])
        chosen, moved = self.inner.choose(request, few)
        return left[chosen], moved

    def _left(self, request: R, choice: Choice) -> int:
        """Return how many clips of a topic this slate may hold."""
        if choice.says == MOST:
            return choice.most
        shown, _ = request.viewer.day.shown(request.now)
        return max(choice.most - int(np.count_nonzero(of_topic(self.catalogue, choice, shown))), 0)


def obeying(pipeline: Pipeline[R]) -> Pipeline[R]:
    """Return a pipeline that obeys what its viewers said. Caps hold for requests of one slate."""
    catalogue = pipeline.catalogue
    return replace(
        pipeline,
        sources=[*pipeline.sources, Wanted(catalogue)],
        filters=[*pipeline.filters, NeverAgain(catalogue), Enough(catalogue)],
        scorers=[*pipeline.scorers, YourChoice(catalogue)],
        selector=Capped(catalogue, pipeline.selector),
    )
