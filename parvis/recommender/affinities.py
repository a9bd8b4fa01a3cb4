"""A learner of few parts: how good a clip is to most, and what one viewer makes of its creator, tags, sound and kin."""

import threading
from typing import Any

import numpy as np
import numpy.typing as npt

from parvis.recommender.catalogue import COLUMNS, Catalogue
from parvis.recommender.covisits import LIKED, Covisits
from parvis.recommender.interests import GROUPS, OF_VIEWERS, Interests
from parvis.recommender.interests.shape import SUMS
from parvis.recommender.interface import Events, Scores, events_of
from parvis.recommender.signals import LENGTHS, SAYS, WATCHED, Floats, Ints, satisfaction
from parvis.recommender.taste import Taste, Weights

DAY_S = 86_400.0
RECENT_LIKED = 12
BEYOND = (*GROUPS, "tired", "fresh")  # the parts to which what the interests say is added


class Affinities:
    """The first learner. Learning is exact counting, so a batch and its events one by one differ only by rounding."""

    parts = ("quality", "trend", "fresh", "similar", "creator", "sound", "language", "market", "length", "tags",
             "subject", "interest", "tired")  # fmt: skip

    def __init__(self, catalogue: Catalogue, weights: Weights | None = None) -> None:
        self.catalogue = catalogue
        self.weights = weights or Weights()
        room = len(catalogue.shown)
        self.good, self.seen, self.trend = (np.zeros(room, np.float32) for _ in range(3))
        self.at = np.zeros(room, np.float64)  # when the three above were last brought up to date
        self.worth = np.zeros((4, room), np.float32)  # quality, trend, fresh, doubt: as of the last `merit` or event
        self.shows = np.zeros(room, np.int32)
        self.usual = np.zeros((LENGTHS, 2), np.float32)  # per class of length: sum of satisfaction, watches
        self.covisits = Covisits(room)
        self.interests = Interests(catalogue)
        self._lock = threading.Lock()
        own = self.weights
        columns = [own.creator, own.sound, own.language, own.market, own.length]
        self._places = [self.parts.index(name) for name in BEYOND]
        groups = np.zeros((len(COLUMNS), 6), np.float32)
        groups[np.arange(5), np.arange(5)] = columns
        groups[5:, 5] = own.tag * np.array([1.0, 0.8, 0.65, 0.5, 0.4])
        self._groups = groups

    def newcomer(self) -> Taste:
        """Return the state of a viewer of whom nothing is known."""
        return Taste()

    def exposed(self, clips: Ints) -> None:
        """Count a showing of each clip."""
        with self._lock:
            self._grow()
            np.add.at(self.shows, clips, 1)

    def learn(self, events: Events, *, now: float) -> None:
        """Learn about clips from anybody's events."""
        with self._lock:
            self._grow()
            events = events.clean(self.catalogue.size, now)
            if not len(events):
                return
            value, surprise = self._surprise(events)
            self._count(events, surprise)
            watched = WATCHED[events.kind]
            classes = self.catalogue.length[events.clip]
            self.usual *= 0.99995 ** len(events)
            told = value[watched]
            np.add.at(self.usual, classes[watched], np.stack([told, np.ones_like(told)], axis=1))
            self.covisits.learn(events, value)
            self.interests.learn(events)

    def take_back(self, clip: int, kind: int) -> None:
        """Count an act (not a watch) no more that was learned about a clip a short while ago."""
        with self._lock:
            self.good[clip] -= SAYS[kind]
            self.seen[clip] = max(self.seen[clip] - 1.0, 0.0)
            self._judge(np.array([clip], np.int32), float(self.at[clip]))

    def observe(self, taste: Taste, events: Events, *, now: float) -> None:
        """Learn about one viewer. An event counts against what is usual for the clip's length and for the viewer."""
        events = events.clean(min(self.catalogue.size, len(self.at)), now)
        n = len(events)
        if not n:
            return
        value, surprise = self._surprise(events)
        own = self.weights
        mean = taste.mean[0] / (taste.mean[1] + 5.0)
        acts = ~WATCHED[events.kind]
        gain = np.where(acts, surprise, surprise - mean)
        left = own.memory ** np.arange(n - 1, -1, -1, dtype=np.float32)
        weight = left * np.where(acts, 2.0, 1.0).astype(np.float32)
        buckets = self.catalogue.features[events.clip]
        taste.opinion *= np.float32(own.memory**n)
        np.add.at(taste.opinion[:, 0], buckets, (gain * left)[:, None])
        np.add.at(taste.opinion[:, 1], buckets, weight[:, None])
        taste.opinion[0] = 0.0
        taste.mean = taste.mean * 0.98**n + np.array([surprise[~acts].sum(), (~acts).sum()], np.float32)
        liked = events.clip[value >= LIKED]
        if len(liked):
            taste.liked = np.concatenate([taste.liked, liked])[-RECENT_LIKED:]
        taste.events += n
        taste.kin = taste.belief = None
        self.interests.observe(taste.recollection, events)

    def candidates(self, taste: Taste, most: int) -> Ints:
        """Return the clips that followed what this viewer liked last, strongest first, without repeats."""
        return self._kin(taste)[2][:most]

    def favourites(self, taste: Taste, most: int) -> npt.NDArray[np.intp]:
        """Return the feature buckets that this viewer thinks best of, best first; only those liked at all."""
        belief = self._belief(taste)
        top = np.argpartition(-belief, most)[:most]
        top = top[belief[top] > 0.05]
        return top[np.argsort(-belief[top], kind="stable")]

    def merit(self, now: float) -> Floats:
        """Return how good each clip is to most people, shape [clips]: what the pools are made by.

        Also brings the worth of all clips up to `now`: call it every second or so.
        """
        with self._lock:
            self._grow()
            size = self.catalogue.size
            self._judge(slice(0, size), now)
            merit: Floats = self.worth[:3, :size].sum(axis=0)
            return merit

    def score(self, taste: Taste, clips: Ints, *, now: float) -> Scores:
        """Judge clips for a viewer. What everybody thinks of them is as of the last event or `merit`."""
        if self.catalogue.size > self.worth.shape[1]:
            self.learn(_NOTHING, now=now)
        values = np.empty((len(self.parts), len(clips)), np.float32)
        values[0:3] = self.worth[:3, clips]
        values[3] = self._similarity(taste, clips)
        features = self.catalogue.features[clips].astype(np.intp)
        values[4:10] = (self._belief(taste)[features] @ self._groups).T
        values[10:] = 0.0
        values[self._places] += np.float32(self.weights.interest) * self.beyond(taste, clips, now)
        return Scores(self.parts, values)

    def beyond(self, taste: Taste, clips: Ints, now: float) -> Floats:
        """Return how much longer than usual clips would hold a viewer, as a logarithm, if they had no end: what adds up
        to it, for each of BEYOND, [len(BEYOND), clips]."""
        beyond = np.empty((len(BEYOND), len(clips)), np.float32)
        theirs = self.interests.of(taste.recollection, taste.language)
        beyond[: len(GROUPS)] = (self.interests.vectors.rows(clips) @ (theirs[:, None] * SUMS)).T
        beyond[len(GROUPS) :] = self.interests.takes(taste.recollection, clips, now)
        return beyond

    def surprise(self, events: Events) -> Floats:
        """Return for clean events how much better they were than is usual for clips of that length, shape [events]."""
        return self._surprise(events)[1]

    def doubt(self, clips: Ints) -> Floats:
        """Return how little is known of clips, 1 (nothing) falling to 0."""
        doubt: Floats = self.worth[3, clips]
        return doubt

    def snapshot(self) -> dict[str, npt.NDArray[Any]]:
        """Return everything learned about clips as named arrays (copies)."""
        with self._lock:
            self._grow()
            size = self.catalogue.size
            return {name: array.copy() for name, array in self._arrays(size).items()}

    def restore(self, arrays: dict[str, npt.NDArray[Any]]) -> None:
        """Take up a snapshot. ValueError if it is not of this catalogue; then nothing has changed."""
        with self._lock:
            self._grow()
            size = self.catalogue.size
            own = self._arrays(size)
            if _forms(own) != _forms(arrays) or len({len(arrays[name]) for name in _OF_VIEWERS}) != 1:
                raise ValueError("the snapshot is of another catalogue or another learner")
            for name in ("good", "seen", "trend", "at", "shows", "usual"):
                own[name][:] = arrays[name]
            self.covisits.restore({name: arrays[f"covisits.{name}"] for name in self.covisits.arrays(0)}, len(self.at))
            self.interests.restore({name: arrays[f"interests.{name}"] for name in self.interests.arrays(0)})
            self._judge(slice(0, size), float(self.at.max(initial=0.0)))

    def forget(self, viewers: npt.NDArray[np.uint64]) -> None:
        """Keep nothing by which these viewers can be told. What they thought of clips stays in the sums of all."""
        with self._lock:
            self.covisits.forget(viewers)
            self.interests.forget(viewers)

    def erase(self, clips: Ints) -> None:
        """Keep nothing about these clips."""
        with self._lock:
            self._grow()
            for array in (self.good, self.seen, self.trend, self.at, self.shows):
                array[clips] = 0
            self.covisits.erase(clips)
            self.interests.erase(clips)
            self._judge(clips, 0.0)

    def _arrays(self, size: int) -> dict[str, npt.NDArray[Any]]:
        own = {name: getattr(self, name)[:size] for name in ("good", "seen", "trend", "at", "shows")}
        for part, kept in (("covisits", self.covisits), ("interests", self.interests)):
            own |= {f"{part}.{name}": array for name, array in kept.arrays(size).items()}
        return {**own, "usual": self.usual}

    def _grow(self) -> None:
        room = len(self.catalogue.shown)
        more = room - len(self.at)
        self.interests.grow()
        if more > 0:
            self.covisits.grow(room)
            for name in ("good", "seen", "trend", "shows", "at"):
                old = getattr(self, name)
                setattr(self, name, np.concatenate([old, np.zeros(more, old.dtype)]))
            known = self.worth.shape[1]
            self.worth = np.concatenate([self.worth, np.zeros((4, more), np.float32)], axis=1)
            self.worth[3, known:] = 1.0

    def _surprise(self, events: Events) -> tuple[Floats, Floats]:
        """Return satisfaction, and for watches what of it is more than usual for clips of that length."""
        clips = events.clip
        value = satisfaction(events.kind, events.watched_ms, events.loops, self.catalogue.duration_ms[clips])
        usual = (self.usual[:, 0] / (self.usual[:, 1] + 20.0))[self.catalogue.length[clips]]
        return value, np.where(WATCHED[events.kind], value - usual, value).astype(np.float32)

    def _count(self, events: Events, surprise: Floats) -> None:
        """Fade what is known of the clips to now, then add. An event that comes late counts as if it came in time."""
        clips = np.unique(events.clip)
        now = np.maximum(self.at[clips], events.at[-1])
        aged = now - self.at[clips]
        fade = np.exp2(-aged / (self.weights.quality_days * DAY_S))
        self.good[clips] *= fade
        self.seen[clips] *= fade
        self.trend[clips] *= np.exp2(-aged / (self.weights.trend_hours * 3600))
        self.at[clips] = now
        np.add.at(self.good, events.clip, surprise)
        np.add.at(self.seen, events.clip, 1.0)
        np.add.at(self.trend, events.clip, np.maximum(surprise, 0.0))
        self._judge(clips, float(events.at[-1]))

    def _judge(self, clips: slice | Ints, now: float) -> None:
        own, worth = self.weights, self.worth
        seen = self.seen[clips]
        worth[0, clips] = own.quality * self.good[clips] / (seen + own.quality_doubt)
        aged = np.maximum(now - self.at[clips], 0.0) / (own.trend_hours * 3600)
        worth[1, clips] = own.trend * np.log1p(self.trend[clips] * np.exp2(-aged))
        age = np.maximum(now - self.catalogue.created[clips], 0.0)
        worth[2, clips] = own.fresh * np.exp2(-age / (own.fresh_days * DAY_S))
        worth[3, clips] = 1.0 / np.sqrt(1.0 + seen)

    def _belief(self, taste: Taste) -> Floats:
        belief = taste.belief
        if belief is None:
            belief = taste.belief = taste.opinion[:, 0] / (taste.opinion[:, 1] + np.float32(self.weights.doubt))
        return belief

    def _kin(self, taste: Taste) -> tuple[Ints, Floats, Ints]:
        kin = taste.kin
        if kin is None:
            clips, strength = self.covisits.after(taste.liked)
            order = np.argsort(-strength, kind="stable")[: np.count_nonzero(strength)]
            clips, strength = clips[order].astype(np.intp), strength[order] * np.float32(self.weights.similar)
            _, first = np.unique(clips, return_index=True)
            kin = taste.kin = clips, strength, clips[np.sort(first)]
        return kin

    def _similarity(self, taste: Taste, clips: Ints) -> Floats:
        kin, strength, _ = self._kin(taste)
        if not len(kin):
            return np.zeros(len(clips), np.float32)
        weight = self.catalogue.scratch().weight
        np.add.at(weight, kin, strength)
        similarity = np.minimum(weight[clips], np.float32(self.weights.similar))
        weight[kin] = 0.0
        return similarity


def _forms(arrays: dict[str, npt.NDArray[Any]]) -> dict[str, tuple[tuple[int, ...], np.dtype[Any]]]:
    """Return the shapes and types of named arrays; of how many viewers something is kept does not matter."""
    return {name: (array.shape[name in _OF_VIEWERS :], array.dtype) for name, array in arrays.items()}


_OF_VIEWERS = frozenset(f"interests.{name}" for name in OF_VIEWERS)
_NOTHING = events_of(0, np.empty(0, np.int32))
