"""The feeds: each one is a list of stages, and nothing else decides what is shown."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Protocol
from uuid import UUID

import numpy as np
import numpy.typing as npt
from django.conf import settings

from parvis.feed.traces import Recipe
from parvis.recommender.affinities import Affinities
from parvis.recommender.catalogue import Catalogue
from parvis.recommender.choices import obeying
from parvis.recommender.foryou import for_you
from parvis.recommender.interface import Scores
from parvis.recommender.near import Served
from parvis.recommender.newclips import NewClips
from parvis.recommender.pipeline import Batch, Flags, Pipeline
from parvis.recommender.pools import Pools, best
from parvis.recommender.rules import AgeRules, NotBlocked, Open
from parvis.recommender.signals import Ints
from parvis.recommender.viewers import NO_CLIPS, Request, enough

PAGE_SOURCE = 400  # of a list in order of time, this many clips are looked at for a slate
LOOKED_THROUGH = 32_768  # clips of everybody among which those of the followed are looked for, the newest first


@dataclass
class Wish(Request):
    """A request that may name a tag, a creator or one clip, and for lists the clip after which to go on.

    `waits`: whether the database may be asked for what is not at hand.
    """

    tag: str = ""
    creator: UUID | None = None
    clip: int = -1
    after: int = -1
    before: float = np.inf
    waits: bool = True
    way: "Way | None" = None  # how For You is made for a viewer who takes part in an experiment


@dataclass(frozen=True)
class Way:
    """One way of making a feed, and what its traces mean."""

    pipeline: Pipeline[Wish]
    recipe: Recipe


def end_of(catalogue: Catalogue, before: float) -> int:
    """Return how many clips to look at from the first on for all that are older than `before`.

    Clips stand nearly in order of time: a clip that was scheduled or shown again stands a little aside.
    """
    size = catalogue.size
    return min(size, int(np.searchsorted(catalogue.created[:size], before)) + PAGE_SOURCE // 8)


@dataclass
class Newest:
    """The newest clips."""

    catalogue: Catalogue
    name: str = "newest"

    def find(self, request: Wish) -> Ints:
        last = end_of(self.catalogue, request.before)
        return np.arange(max(0, last - PAGE_SOURCE), last, dtype=np.int32)


@dataclass
class FromFollowed:
    """All clips of the creators whom the viewer follows."""

    catalogue: Catalogue
    name: str = "following"

    def find(self, request: Wish) -> Ints:
        catalogue = self.catalogue
        follows = [catalogue.creators.value[number] for number in request.viewer.follows.tolist()]
        found = [catalogue.members("creator", creator) for creator in follows if creator]
        clips = np.concatenate(found) if found else NO_CLIPS
        kept: Ints = clips[self.by_followed(request)[catalogue.creator[clips]] & catalogue.shown[clips]]
        return kept

    def by_followed(self, request: Wish) -> Flags:
        """Return for each creator whether the viewer follows them: of all whose clips were read before."""
        followed: Flags = np.zeros(len(self.catalogue.creators.value), np.bool_)
        followed[request.viewer.follows] = True
        return followed


@dataclass
class NewestFromFollowed(FromFollowed):
    """The newest clips of the creators whom the viewer follows.

    They are looked for among the newest of everybody, which takes less the more the viewer follows; where few are found
    there, all clips of the few whom the viewer follows are looked up. So a slate costs about as much for a thousand
    creators with a million clips as for ten.
    """

    def find(self, request: Wish) -> Ints:
        catalogue, last = self.catalogue, end_of(self.catalogue, request.before)
        followed, found, first, step = self.by_followed(request), [NO_CLIPS], last, 4 * PAGE_SOURCE
        while first and sum(map(len, found)) < PAGE_SOURCE:
            if last - first >= LOOKED_THROUGH:
                return super().find(request)
            start = max(0, first - step)
            theirs = followed[catalogue.creator[start:first]] & catalogue.shown[start:first]
            found.append(np.flatnonzero(theirs).astype(np.int32) + np.int32(start))
            first, step = start, 2 * step
        return np.concatenate(found)


@dataclass
class OfTag:
    """Clips with the tag."""

    catalogue: Catalogue
    name: str = "tag"

    def find(self, request: Wish) -> Ints:
        return self.catalogue.of_tag(request.tag)


@dataclass
class OfCreator:
    """Clips of the creator."""

    catalogue: Catalogue
    name: str = "creator"

    def find(self, request: Wish) -> Ints:
        return self.catalogue.of_creator(request.creator) if request.creator else NO_CLIPS


@dataclass
class TheClip:
    """The one clip whose link was opened."""

    name: str = "link"

    def find(self, request: Wish) -> Ints:
        return np.array([request.clip], np.int32) if request.clip >= 0 else NO_CLIPS


@dataclass
class OpenOrOwn(Open):
    """Out goes what is not published, and what is for followers only, unless it is the viewer's own."""

    def keep(self, request: Request, clips: Ints) -> Flags:
        own = self.catalogue.creator.take(clips) == request.me
        kept: Flags = super().keep(request, clips) | (self.catalogue.shown.take(clips) & own)
        return kept


@dataclass
class NotBlockedButOwn(NotBlocked):
    """Out go clips of people blocked in either direction. One's own clips stay: the list was asked for by name."""

    name: str = "blocked"

    def keep(self, request: Request, clips: Ints) -> Flags:
        if not len(request.viewer.blocked):
            return np.ones(len(clips), np.bool_)
        kept: Flags = ~np.isin(self.catalogue.creator.take(clips), request.viewer.blocked)
        return kept


class Texts(Protocol):
    """Gives the words of clips, as their creators wrote them; empty texts for clips that may not be shown."""

    def __call__(self, clips: Sequence[int], *, waits: bool) -> list[str]: ...


def no_texts(clips: Sequence[int], *, waits: bool) -> list[str]:
    """Return no words: for feeds over no clips."""
    return [""] * len(clips)


@dataclass
class NotMuted:
    """Out go clips of people whom the viewer mutes, and clips whose words or tags the viewer mutes."""

    catalogue: Catalogue
    texts: Texts
    name: str = "muted"
    soft: bool = False

    def keep(self, request: Wish, clips: Ints) -> Flags:
        viewer = request.viewer
        kept: Flags = np.ones(len(clips), np.bool_)
        if len(viewer.muted):
            kept &= ~np.isin(self.catalogue.creator.take(clips), viewer.muted)
        if viewer.mutes_text is not None:
            left = np.flatnonzero(kept)
            said = self.texts(clips[left].tolist(), waits=request.waits)
            kept[left] = [not viewer.mutes_text(text) for text in said]
        return kept


@dataclass
class Older:
    """Out goes what stands before the place where the viewer is in the list."""

    catalogue: Catalogue
    name: str = "further up"
    soft: bool = False

    def keep(self, request: Wish, clips: Ints) -> Flags:
        created = self.catalogue.created.take(clips)
        kept: Flags = (created < request.before) | ((created == request.before) & (clips < request.after))
        return kept


@dataclass
class InOrderOfTime:
    """The newest first: nothing about the viewer is used."""

    catalogue: Catalogue
    parts: tuple[str, ...] = ("newest",)

    def score(self, request: Wish, clips: Ints) -> Scores:
        # Ranks, because a time does not fit into a short float. Of clips of one moment the later index is newer.
        order = np.lexsort((clips, self.catalogue.created.take(clips)))
        rank = np.empty(len(clips), np.float32)
        rank[order] = np.arange(len(clips), dtype=np.float32) - len(clips)
        return Scores(self.parts, rank[None])


@dataclass
class Top:
    """The best, in order."""

    def choose(self, request: Wish, batch: Batch) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.int16]]:
        order = best(batch.total, request.n)[: request.n]
        return order, np.zeros(len(order), np.int16)


@dataclass
class Feeds:
    """All feeds over one catalogue, one learner and its pools."""

    catalogue: Catalogue
    learner: Affinities
    pools: Pools
    trials: NewClips | None = None
    served: Served | None = None  # the encoder's vectors; None where none is used
    texts: Texts = no_texts
    by_name: dict[str, Pipeline[Wish]] = field(init=False)

    @property
    def numbers(self) -> dict[str, Any]:
        """Return what recipes say of the learner and of the second look."""
        return {**asdict(self.learner.weights), "worth": dict(settings.PARVIS_FEED_WEIGHTS)}

    def __post_init__(self) -> None:
        first: Pipeline[Wish] = for_you(self.catalogue, self.learner, self.pools, self.trials, served=self.served)
        self.by_name = {
            "for-you": self._less_muted(obeying(first)),
            "newest": self._less_muted(self._in_order("newest", Newest(self.catalogue))),
            "following": self._less_muted(self._following()),
            "tag": self._less_muted(self._in_order("tag", OfTag(self.catalogue))),
            # Of these two the viewer asked for one creator or clip by name.
            "by": self._in_order("by", OfCreator(self.catalogue)),
            "clip": self._in_order("clip", TheClip()),
        }

    def _less_muted(self, pipeline: Pipeline[Wish]) -> Pipeline[Wish]:
        return replace(pipeline, filters=[*pipeline.filters, NotMuted(self.catalogue, self.texts)])

    def _following(self) -> Pipeline[Wish]:
        """Return the feed of those whom the viewer follows: all their clips where the newest are not enough."""
        first = self._in_order("following", NewestFromFollowed(self.catalogue))
        return replace(first, rescue=[FromFollowed(self.catalogue)])

    def _in_order(self, name: str, source: Newest | FromFollowed | OfTag | OfCreator | TheClip) -> Pipeline[Wish]:
        catalogue = self.catalogue
        return Pipeline(
            name=name,
            catalogue=catalogue,
            sources=[source],
            filters=[OpenOrOwn(catalogue), NotBlockedButOwn(catalogue), AgeRules(catalogue), Older(catalogue)],
            scorers=[InOrderOfTime(catalogue)],
            selector=Top(),
            enough=enough,
        )
