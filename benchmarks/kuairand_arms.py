"""The same two models brought up to date after each event, at midnight only, or never."""

import time
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from benchmarks.kuairand_data import Material, Shown, days
from parvis.recommender.ranker import FIELDS, Outcomes, Ranker, Showings, Tuning
from parvis.recommender.streaming import PARTS, Interest, Settings, Stream

Array = np.ndarray[Any, Any]
EXTRA = len(PARTS)


@dataclass
class Found:
    """What an arm said on the reported days: a rank per target, and per showing what the ranker predicted."""

    rank: list[int] = field(default_factory=list)
    target: list[int] = field(default_factory=list)  # the showing's row
    popular: list[int] = field(default_factory=list)  # rank by the share of long views lately alone
    probability: list[Array] = field(default_factory=list)
    watch: list[Array] = field(default_factory=list)
    score_us: list[float] = field(default_factory=list)
    learn_us: list[float] = field(default_factory=list)


class Arm:
    """A stream, a ranker and what both know of the viewers; `seen` is what no target may be."""

    def __init__(self, material: Material, seed: int = 0) -> None:
        self.material = material
        self.stream = Stream(material.clips, Settings(), seed)
        log = material.history
        known = self.stream.load(log.viewer, log.clip, log.long_view, log.at)
        self.interests = known + [Interest() for _ in range(material.viewers - len(known))]
        self.ranker = Ranker(Tuning(extra=EXTRA))
        self.ranker.load(history_showings(material), log.long_view.astype(np.float32))
        self.seen = [set(clips) for clips in material.seen]
        self.fields = showing_fields(material)

    def copy(self) -> "Arm":
        """Return an arm that goes on from here by itself."""
        other = object.__new__(Arm)
        other.material = self.material
        other.stream = Stream(self.material.clips, self.stream.settings)
        other.stream.restore(self.stream.snapshot())
        other.interests = [replace(one) for one in self.interests]
        other.fields = self.fields
        other.ranker = Ranker(self.ranker.tuning)
        other.ranker.restore(self.ranker.snapshot())
        other.seen = [set(clips) for clips in self.seen]
        return other

    def see(self, row: int) -> None:
        """Only keep in mind that the viewer has seen the clip."""
        shown = self.material.shown
        self.seen[shown.viewer[row]].add(int(shown.clip[row]))

    def rank(self, row: int, found: Found) -> None:
        """Rank all clips for the viewer of a showing; ties count against the clip that was watched."""
        shown = self.material.shown
        began = time.perf_counter()
        score = self.stream.score(self.interests[shown.viewer[row]])
        found.score_us.append(1e6 * (time.perf_counter() - began))
        seen = list(self.seen[shown.viewer[row]])
        found.rank.append(place(score, int(shown.clip[row]), seen))
        found.popular.append(place(self.stream.popular.log[0].copy(), int(shown.clip[row]), seen))
        found.target.append(row)

    def showing(self, row: int) -> Showings:
        """Return one showing with the parts of retrieval as they are now."""
        shown = self.material.shown
        clip = shown.clip[row : row + 1]
        extra = self.stream.explain(self.interests[shown.viewer[row]], clip).T
        return Showings(self.fields[row : row + 1], extra, shown.at[row : row + 1])

    def learn(self, row: int, showing: Showings | None, found: Found | None = None) -> None:
        """Learn one showing; without the ranker where `showing` is None."""
        shown = self.material.shown
        at = float(shown.at[row])
        began = time.perf_counter()
        self.stream.learn(self.interests[shown.viewer[row]], int(shown.clip[row]), bool(shown.long_view[row]), at)
        if found is not None:
            found.learn_us.append(1e6 * (time.perf_counter() - began))
        if showing is not None:
            self.ranker.learn(showing, outcomes(shown, row), now=at)


def outcomes(shown: Shown, row: int) -> Outcomes:
    """Return what came of one showing."""
    one = slice(row, row + 1)
    return Outcomes(np.array([row + 1], np.uint64), shown.acts[one], shown.watched_s[one].astype(np.float32))


def place(score: Array, clip: int, seen: list[int]) -> int:
    """Return the rank of a clip among those not seen, 0 for the first, behind all that tie with it."""
    score[seen] = -np.inf
    return int((score >= score[clip]).sum()) - 1


def is_target(arm: Arm, row: int) -> bool:
    """A long view of a clip that the viewer has not seen."""
    shown = arm.material.shown
    return bool(shown.long_view[row]) and int(shown.clip[row]) not in arm.seen[shown.viewer[row]]


def history_showings(material: Material) -> Showings:
    """Return the history as showings of which neither surface nor hour is known."""
    log, clips = material.history, material.clips
    nothing = np.full(len(log.clip), -1)
    fields = _fields(log.viewer, log.clip, clips, nothing, nothing)
    return Showings(fields, np.empty((len(fields), 0), np.float32), log.at)


def showing_fields(material: Material) -> Array:
    """Return the ranker's fields of all showings, in the order of its FIELDS."""
    shown = material.shown
    return _fields(shown.viewer, shown.clip, material.clips, shown.surface, shown.hour)


def _fields(viewer: Array, clip: Array, clips: Any, surface: Array, hour: Array) -> Array:
    assert FIELDS == ("viewer", "clip", "creator", "tag", "second tag", "length", "surface", "hour")
    tags = np.where(clips.tags[:, :2] > 0, clips.tags[:, :2], -1)[clip]
    columns = [viewer, clip, clips.creator[clip], tags[:, 0], tags[:, 1], clips.length[clip], surface, hour]
    return np.stack([column.astype(np.int64) for column in columns], axis=1)


def warm(arm: Arm, first_reported: int, ranks_from: int = 0) -> None:
    """Learn all that came before the reported days, as it came; at midnight the nightly work.

    The ranker learns from the date `ranks_from` on.
    """
    shown = arm.material.shown
    for date in np.unique(shown.date[shown.date < first_reported]):
        for row in range(*np.searchsorted(shown.date, [date, date + 1])):
            arm.learn(row, arm.showing(row) if date >= ranks_from else None)
            arm.see(row)
        arm.stream.refresh()


def per_event(arm: Arm, first_reported: int, every: int = 1, ranks: bool = True) -> Found:
    """Test, then learn, showing by showing; `ranks`: the ranker too."""
    found = Found()
    for day in days(arm.material.shown, first_reported):
        for row in day:
            if row % every == 0 and is_target(arm, row):
                arm.rank(row, found)
            showing = arm.showing(row) if ranks else None
            if showing is not None:
                predicted = arm.ranker.predict(showing)
                found.probability.append(predicted.probability[:, 0])
                found.watch.append(predicted.watch_s[:, 0])
            arm.learn(row, showing, found)
            arm.see(row)
        arm.stream.refresh()
    return found


def held(arm: Arm, first_reported: int, learns: bool, every: int = 1) -> Found:
    """Test a day with what stood at midnight; then, if it `learns`, learn that day. What was seen is always known."""
    found = Found()
    for day in days(arm.material.shown, first_reported):
        rows: list[Showings] = []
        for row in day:
            if row % every == 0 and is_target(arm, row):
                arm.rank(row, found)
            if learns:
                rows.append(arm.showing(row))
            arm.see(row)
        if learns:
            batch = Showings(*(np.concatenate([getattr(one, of) for one in rows]) for of in ("fields", "extra", "at")))
            predicted = arm.ranker.predict(batch)
            found.probability += list(predicted.probability.T)
            found.watch += list(predicted.watch_s.T)
            for row, showing in zip(day, rows, strict=True):
                arm.learn(row, showing)
            arm.stream.refresh()
    return found
