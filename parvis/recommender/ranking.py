"""The order of a slate: what each clip is worth to the viewer, and how a few are spread."""

from dataclasses import dataclass
from heapq import heappop, heapreplace
from math import exp

import numpy as np
import numpy.typing as npt

from parvis.recommender.affinities import Affinities
from parvis.recommender.catalogue import Catalogue
from parvis.recommender.interface import Scores
from parvis.recommender.newclips import NewClips
from parvis.recommender.pipeline import Batch
from parvis.recommender.signals import Floats, Ints
from parvis.recommender.viewers import Request

HELD = np.float32(20.0)  # what puts a clip on trial behind all others


@dataclass
class Predicted:
    """What the learner makes of each clip for this viewer."""

    learner: Affinities

    def __post_init__(self) -> None:
        self.parts: tuple[str, ...] = self.learner.parts

    def score(self, request: Request, clips: Ints) -> Scores:
        return self.learner.score(request.viewer.taste, clips, now=request.now)


@dataclass
class Place:
    """The viewer's own language and market, which count most while little else is known; creators seen a moment ago;
    and luck, the larger the less is known of a clip (Thompson 1933, with a normal posterior)."""

    catalogue: Catalogue
    learner: Affinities
    language: float = 0.5
    market: float = 0.2
    tired: float = 0.12
    luck: float = 0.15
    parts: tuple[str, ...] = ("your language", "your market", "seen lately", "luck")

    def score(self, request: Request, clips: Ints) -> Scores:
        catalogue = self.catalogue
        values: Floats = np.empty((4, len(clips)), np.float32)
        known = 1.0 / (1.0 + request.viewer.taste.events / 20)
        language = catalogue.languages.number.get(request.language, -1) if request.language else -1
        np.multiply(catalogue.language[clips] == language, self.language * (0.3 + 0.7 * known), out=values[0])
        market = catalogue.markets.number.get(request.market, -1) if request.market else -1
        np.multiply(catalogue.market[clips] == market, self.market * known, out=values[1])
        weight = catalogue.scratch().weight
        lately = catalogue.creator[request.viewer.seen.last(16)]
        np.add.at(weight, lately, np.float32(-self.tired))
        values[2] = weight[catalogue.creator[clips]]
        weight[lately] = 0.0
        random = request.random.standard_normal(len(clips), dtype=np.float32)
        np.multiply(self.learner.doubt(clips), self.luck * random, out=values[3])
        return Scores(self.parts, values)


@dataclass
class Lasting:
    """How long clips of this length are usually watched: satisfaction tells how well a clip is liked for its length,
    and this how much there is of it. The weight is a choice: a larger one gives more watch time and more skips."""

    learner: Affinities
    weight: float = 1.0
    parts: tuple[str, ...] = ("lasting",)

    def score(self, request: Request, clips: Ints) -> Scores:
        return Scores(self.parts, np.float32(self.weight) * self.learner.lasting(clips)[None])


@dataclass
class Spread:
    """The best clips, spread over creators, sounds and first tags; some places are for new clips."""

    catalogue: Catalogue
    creator: float = 0.6
    sound: float = 0.3
    tag: float = 0.1
    most: int = 32
    followed_bit: int = -1  # which source found clips of creators whom the viewer follows
    trial_bit: int = -1  # which source found clips on trial; -1: no place is kept for them
    trials: NewClips | None = None  # says which places they are given; without it each slate gives one

    def choose(self, request: Request, batch: Batch) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.int16]]:
        wanted = request.n * request.slates
        worth = batch.total if self.trials is None else self._without_trials(batch, self.trials)
        order = np.argsort(-worth, kind="stable")[: self.most + wanted - request.n]
        clips, catalogue = batch.clips[order], self.catalogue
        likes = [catalogue.creator[clips].tolist(), catalogue.sound[clips].tolist(), catalogue.tags[clips, 0].tolist()]
        chosen = self._greedy(worth[order].tolist(), likes, wanted)
        moved = np.array(chosen, np.int16)
        moved -= np.arange(len(chosen), dtype=np.int16)
        places = order[chosen] if chosen else order[:0]
        self._trials(request, batch, places, moved)
        return places, moved

    def _without_trials(self, batch: Batch, trials: NewClips) -> Floats:
        """Return the worth of the batch where clips on trial come last: they are given places of their own. Whoever
        follows their creator is shown them all the same, and a feed of nothing but new clips is no empty one."""
        held = trials.held(batch.clips)
        if self.followed_bit >= 0:
            held &= batch.sources & np.uint32(1 << self.followed_bit) == 0
        worth = batch.total.copy()
        worth[held] -= HELD
        return worth

    def _greedy(self, worth: list[float], likes: list[list[int]], wanted: int) -> list[int]:
        """Choose the best again and again; each choice takes from the worth of those of its creator, sound and first
        tag (`likes`, 0 for none). Worth only ever falls, so the top of a heap is the best once its own was brought up
        to date (the lazy greedy of Minoux 1978).
        """
        heap = [(-value, place, 0.0) for place, value in enumerate(worth)]
        creators, sounds, tags = likes
        of_creator, of_sound, of_tag = {0: 0.0}, {0: 0.0}, {0: 0.0}
        chosen: list[int] = []
        while heap and len(chosen) < wanted:
            value, place, before = heap[0]
            creator, sound, tag = creators[place], sounds[place], tags[place]
            takes = of_creator.get(creator, 0.0) + of_sound.get(sound, 0.0) + of_tag.get(tag, 0.0)
            if takes > before:
                heapreplace(heap, (value + takes - before, place, takes))
                continue
            heappop(heap)
            chosen.append(place)
            of_creator[creator] = of_creator.get(creator, 0.0) + self.creator if creator else 0.0
            of_sound[sound] = of_sound.get(sound, 0.0) + self.sound if sound else 0.0
            of_tag[tag] = of_tag.get(tag, 0.0) + self.tag if tag else 0.0
        return chosen

    def _trials(
        self, request: Request, batch: Batch, places: npt.NDArray[np.intp], moved: npt.NDArray[np.int16]
    ) -> None:
        """Give a place of a slate to the best clip on trial that is not in it, if none won a place by itself; with
        `trials` up to two, as far as they say. The last clip of the slate gives way. Changes `places` and `moved`."""
        if self.trial_bit < 0 or request.n < 4:
            return
        trial = batch.sources & np.uint32(1 << self.trial_bit)
        won = trial[places].tolist()
        trial[places] = 0
        on_trial = trial.nonzero()[0]
        worth = self._worth_on_trial(request, batch, on_trial)
        order = np.argsort(worth, kind="stable")
        best_last = (worth[order].tolist(), on_trial[order].tolist(), batch.total[on_trial[order]].tolist())
        waiting = list(zip(*best_last, strict=True))
        listed, moves, worths = places.tolist(), moved.tolist(), batch.total[places].tolist()
        for start in range(0, len(places) - 3, request.n):
            last = min(start + request.n, len(places)) - 1
            if not any(won[start : last + 1]):
                self._give(request, waiting, (listed, moves, worths), (start, last))
        places[:], moved[:] = listed, moves

    def _give(
        self,
        request: Request,
        waiting: list[tuple[float, int, float]],
        lists: tuple[list[int], list[int], list[float]],
        slate: tuple[int, int],
    ) -> None:
        """Give places from the first to the last of a slate to those who wait, the best of them at the end."""
        (listed, moves, worths), (start, last) = lists, slate
        for _ in range(1 if self.trials is None else 2):
            if waiting and self._gives(worths[start : last + 1], waiting[-1][0]):
                _, place, worths[last] = waiting.pop()
                spot = start + 2 + int(request.random.random() * (last - start - 2))
                for values, value in ((listed, place), (moves, 0)):
                    values.insert(spot, value)
                    del values[last + 1]

    def _gives(self, slate: list[float], on_trial: float) -> bool:
        """Say whether a place of a slate, worth so much each, is given to a clip on trial."""
        if self.trials is None:
            return True
        # Worth is nearer to a logarithm of watch time than to watch time: where all is worth much, a place costs more.
        mean = sum(slate) / len(slate)
        return self.trials.wants(exp(min(mean, 20.0) / 2) - exp(min(on_trial, 20.0) / 2))

    def _worth_on_trial(self, request: Request, batch: Batch, on_trial: npt.NDArray[np.intp]) -> Floats:
        worth: Floats = batch.total[on_trial]
        if self.trials is not None:
            worth += self.trials.draw(batch.clips[on_trial], request.random)
        return worth
