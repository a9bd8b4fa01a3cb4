"""The order of a slate: what each clip is worth to the viewer, and how a few are spread."""

from dataclasses import dataclass
from heapq import heappop, heappush, heapreplace
from math import exp, inf

import numpy as np
import numpy.typing as npt

from parvis.recommender.affinities import Affinities
from parvis.recommender.catalogue import Catalogue
from parvis.recommender.interests import Interests
from parvis.recommender.interface import Scores
from parvis.recommender.newclips import NewClips
from parvis.recommender.pipeline import Batch
from parvis.recommender.signals import Floats, Ints
from parvis.recommender.viewers import Request


@dataclass
class Predicted:
    """What the learner makes of each clip for this viewer."""

    learner: Affinities

    def __post_init__(self) -> None:
        self.parts: tuple[str, ...] = self.learner.parts

    def score(self, request: Request, clips: Ints) -> Scores:
        taste = request.viewer.taste
        taste.language = self.learner.catalogue.languages.number.get(request.language, -1) if request.language else -1
        return self.learner.score(taste, clips, now=request.now)


@dataclass
class Place:
    """The viewer's own language and market, which count most while little else is known; creators seen a moment ago;
    and luck, the larger the less is known of a clip (Thompson 1933, with a normal posterior)."""

    catalogue: Catalogue
    learner: Affinities
    language: float = 0.5
    market: float = 0.2
    tired: float = 0.12
    luck: float = 0.1
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
    """How long a clip will be watched, which its own length cuts, and how likely it is left early, in place of the
    learner's interest, which is free of length. The weight is a choice: a larger one gives more watch time."""

    learner: Affinities
    weight: float = 1.0
    skip: float = 1.0
    parts: tuple[str, ...] = ("lasting",)

    def score(self, request: Request, clips: Ints) -> Scores:
        beyond = self.learner.beyond(request.viewer.taste, clips, request.now).sum(axis=0)
        seconds, skipped = self.learner.interests.seconds(beyond, clips)
        lasting = (
            np.log1p(seconds) - np.float32(self.skip) * skipped - np.float32(self.learner.weights.interest) * beyond
        )
        return Scores(self.parts, np.float32(self.weight) * lasting[None])


@dataclass
class Spread:
    """The best clips, spread over creators, sounds, first tags and, as far as viewers tire of them, subjects; some
    places are for new clips."""

    catalogue: Catalogue
    interests: Interests | None = None  # says how much viewers tire of a subject; without it of none
    creator: float = 0.4
    sound: float = 0.15
    tag: float = 0.05
    most: int = 32
    trial_bit: int = -1  # which source found clips on trial; -1: no place is kept for them
    trials: NewClips | None = None  # says which places they are given; without it each slate gives one

    def choose(self, request: Request, batch: Batch) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.int16]]:
        wanted = request.n * request.slates
        worth = batch.total
        order = np.argsort(-worth, kind="stable")[: self.most + wanted - request.n]
        clips, catalogue = batch.clips[order], self.catalogue
        main = np.zeros(len(clips), np.int8) if self.interests is None else self.interests.vectors.main[clips]
        likes = [
            catalogue.creator[clips].tolist(), catalogue.sound[clips].tolist(), catalogue.tags[clips, 0].tolist(),
            main.tolist(),
        ]  # fmt: skip
        chosen = self._greedy(worth[order].tolist(), likes, wanted)
        moved = np.array(chosen, np.int16)
        moved -= np.arange(len(chosen), dtype=np.int16)
        places = order[chosen] if chosen else order[:0]
        self._trials(request, batch, places, moved)
        return places, moved

    def _greedy(self, worth: list[float], likes: list[list[int]], wanted: int) -> list[int]:
        """Choose the best again and again; each choice takes from the worth of those of its creator, sound, first tag
        and subject (`likes`, 0 for none). Worth only ever falls, so the top of a heap is the best once its own was
        brought up to date (the lazy greedy of Minoux 1978). `worth` falls: what was not reached yet needs no heap.
        """
        creators, sounds, tags, subjects = likes
        of_creator, of_sound, of_tag, of_subject = (dict.fromkeys(each, 0.0) for each in likes)
        tired = self._tired()
        chosen: list[int] = []
        waiting: list[tuple[float, int, float]] = []  # of whose worth something was taken: negative, place, how much

        def choose(place: int) -> None:
            chosen.append(place)
            of_creator[creators[place]] += self.creator
            of_sound[sounds[place]] += self.sound
            of_tag[tags[place]] += self.tag
            of_subject[subjects[place]] += tired
            of_creator[0] = of_sound[0] = of_tag[0] = of_subject[0] = 0.0

        def taken(place: int) -> float:
            takes = of_creator[creators[place]] + of_sound[sounds[place]]
            return takes + of_tag[tags[place]] + of_subject[subjects[place]]

        for fresh, value in enumerate([*worth, -inf]):  # the last stands for nothing
            while waiting and waiting[0][0] <= -value and len(chosen) < wanted:
                lost, place, before = waiting[0]
                takes = taken(place)
                if takes > before:
                    heapreplace(waiting, (lost + takes - before, place, takes))
                else:
                    heappop(waiting)
                    choose(place)
            if value == -inf or len(chosen) == wanted:
                break
            takes = taken(fresh)
            if takes:
                heappush(waiting, (takes - value, fresh, takes))
            else:
                choose(fresh)
        return chosen

    def _tired(self) -> float:
        """Return what each clip of a subject takes from the next ones."""
        return 0.0 if self.interests is None else float(self.interests.tired.weight[0])

    def _trials(
        self, request: Request, batch: Batch, places: npt.NDArray[np.intp], moved: npt.NDArray[np.int16]
    ) -> None:
        """Give a place of a slate to the best clip on trial that is not in it, if none won a place by itself; with
        `trials` up to two, as far as they say, whatever won. The last clip of the slate gives way. Changes `places` and
        `moved`."""
        if self.trial_bit < 0 or request.n < 4:
            return
        trial = batch.sources & np.uint32(1 << self.trial_bit)
        won = trial[places].tolist()
        trial[places] = 0
        on_trial = trial.nonzero()[0]
        worth = self._worth_on_trial(request, batch, on_trial)
        order = np.argsort(worth, kind="stable")
        on_trial, worth = on_trial[order], worth[order]
        waiting = list(zip(on_trial.tolist(), batch.total[on_trial].tolist(), _watched(worth).tolist(), strict=True))
        listed, moves, worths = places.tolist(), moved.tolist(), batch.total[places].tolist()
        for start in range(0, len(places) - 3, request.n):
            last = min(start + request.n, len(places)) - 1
            if self.trials is not None or not any(won[start : last + 1]):
                self._give(request, waiting, (listed, moves, worths[start : last + 1]), (start, last))
        places[:], moved[:] = listed, moves

    def _give(
        self,
        request: Request,
        waiting: list[tuple[int, float, float]],
        lists: tuple[list[int], list[int], list[float]],
        slate: tuple[int, int],
    ) -> None:
        """Give places from the first to the last of a slate to those who wait, the best of them at the end; each with
        its worth, and how long it would be watched."""
        (listed, moves, worths), (start, last) = lists, slate
        for _ in range(1 if self.trials is None else 2):
            if waiting and (self.trials is None or self.trials.wants(_usual(worths) - waiting[-1][2])):
                place, worths[-1], _watched_of_it = waiting.pop()
                spot = start + 2 + int(request.random.random() * (last - start - 2))
                listed.insert(spot, place)
                moves.insert(spot, 0)
                del listed[last + 1], moves[last + 1]

    def _worth_on_trial(self, request: Request, batch: Batch, on_trial: npt.NDArray[np.intp]) -> Floats:
        worth: Floats = batch.total[on_trial]
        if self.trials is not None:
            worth += self.trials.draw(batch.clips[on_trial], request.random)
        return worth


# Worth is nearer to a logarithm of watch time than to watch time: where all is worth much, a place costs more.
def _watched(worth: Floats) -> Floats:
    watched: Floats = np.exp(np.minimum(worth, np.float32(20.0)) / np.float32(2.0))
    return watched


def _usual(worths: list[float]) -> float:
    return exp(min(sum(worths) / len(worths), 20.0) / 2)
