"""How probable each act is and how long a clip will be watched, learned from each showing at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from parvis.recommender.interface import FUTURE_S, Scores, same_form
from parvis.recommender.ranker.calibration import Calibration
from parvis.recommender.ranker.heads import HEADS, QUANTILES, Heads
from parvis.recommender.ranker.rows import PER_SLOT, Evidence, Hash, Layout, Rows, Showings
from parvis.recommender.ranker.watchtime import WatchTimes
from parvis.recommender.signals import LENGTHS, Floats
from parvis.recommender.worth import WORTH

HIGHEST = 0.98  # a rank foretold: beyond it lie the few longest watches ever, which no line reaches with sense
PARTS = (*HEADS, "watch time")
REMEMBERED = 1 << 16
KEEP_USUAL = 1 - 1 / 5000
COUNTED = ("learned", "duplicate", "bad", "future", "late", "numbers not known")


@dataclass(frozen=True)
class Tuning:
    """Every number of the model. `worth`: what each act and the watch time add to the score of a clip (see `worth`)."""

    extra: int = 0  # further numbers of a showing
    bits: int = 18  # 2^bits rows
    dense_rate: float = 0.03
    row_rate: float = 0.03
    worth: Mapping[str, float] | None = None
    layout: Layout = field(default_factory=Layout)
    together: int = 1  # so many showings of one call take a step together: cheaper by far, and later by as many


@dataclass(frozen=True)
class Outcomes:
    """What came of n showings. `key` [n] (uint64) names the showing, 0: not named.

    `acts` [n, len(HEADS)]: 1 happened, 0 did not, NaN not known (yet); `watched_s` [n] seconds or NaN. An act that
    comes later is a further showing with the same key of which all but that act is NaN.
    """

    key: npt.NDArray[np.uint64]
    acts: Floats
    watched_s: Floats


@dataclass(frozen=True)
class Predictions:
    """`probability` [len(HEADS), n]; watch time at QUANTILES [len(QUANTILES), n] in seconds; its median's rank."""

    probability: Floats
    watch_s: Floats
    rank: Floats


class Ranker:
    """One learner, one thread. Events are learned in order of time and ties as given, `together` at a time: where that
    is 1, a batch is the same as its events one by one.

    `counts` tells of showings that were not taken as they came: with a key and known acts that were learned already
    (duplicate, dropped), with fields or times that make no sense (bad, dropped), ahead of `now` (future, taken as now),
    before one already learned (late, learned) and with numbers that are NaN or infinite (counted as the mean).
    """

    def __init__(self, tuning: Tuning | None = None) -> None:
        self.tuning = own = tuning or Tuning()
        numbers = own.layout.slots * PER_SLOT + own.extra
        self._rows, self._length = Hash(own.layout, own.bits).rows, own.layout.fields.index("length")
        self.evidence = Evidence(own.bits)
        self.heads = Heads(numbers, own.bits, own.dense_rate, own.row_rate)
        self.times = WatchTimes()
        self.calibration = Calibration(len(HEADS))
        self.usual = np.array([0.3, 0.0])  # share of long views; time of the last showing
        self.counts = dict.fromkeys(COUNTED, 0)
        self.seen: npt.NDArray[np.uint64] = np.zeros(REMEMBERED, np.uint64)
        worth = own.worth if own.worth is not None else WORTH
        self._worth = np.array([[worth.get(part, 0.0)] for part in PARTS], np.float32)

    def predict(self, showings: Showings) -> Predictions:
        """Predict for n clips. Nothing changes."""
        sums = self._sums(showings)
        probability = self.calibration.apply(sums[:, : len(HEADS)]).T
        # Quantiles learned apart may cross: in order they are nearer the truth (Chernozhukov et al. 2010).
        rank = np.clip(np.sort(sums[:, len(HEADS) :], axis=1), 0, HIGHEST).T
        length = showings.fields[:, self._length]
        length = np.where((length >= 0) & (length < LENGTHS), length, 0)
        return Predictions(probability, self.times.seconds(length, rank), rank[len(QUANTILES) // 2])

    def score(self, showings: Showings) -> Scores:
        """Return what each act and the watch time add to the score, shape [len(PARTS), n]."""
        sums = self._sums(showings)
        values = np.empty((len(PARTS), len(showings)), np.float32)
        values[:-1] = self.calibration.apply(sums[:, : len(HEADS)]).T
        values[-1] = self.times.expected(showings.fields[:, self._length], sums[:, len(HEADS) :])
        np.log1p(values[-1], out=values[-1])
        values *= self._worth
        return Scores(PARTS, values)

    def learn(self, showings: Showings, outcomes: Outcomes, *, now: float) -> None:
        """Learn what came of showings."""
        length, at = showings.fields[:, self._length], showings.at
        good = np.isfinite(at) & (length >= 0) & (length < LENGTHS) & ~(np.abs(outcomes.acts) > 1).any(axis=1)
        good &= ~(outcomes.acts < 0).any(axis=1) & ~(outcomes.watched_s < 0) & ~np.isinf(outcomes.watched_s)
        self.counts["bad"] += int((~good).sum())
        future = good & (at > now + FUTURE_S)
        self.counts["future"] += int(future.sum())
        at = np.where(future, now, at)
        order = np.flatnonzero(good)
        order = order[np.argsort(at[order], kind="stable")]
        order = np.array([one for one in order.tolist() if not self._again(int(outcomes.key[one]), outcomes.acts[one])])
        rows = self._rows(showings.fields)
        for first in range(0, len(order), self.tuning.together):
            these = order[first : first + self.tuning.together]
            taken = Showings(showings.fields[these], showings.extra[these], at[these])
            self._learn(rows[these], taken, outcomes.acts[these], outcomes.watched_s[these])

    def load(self, showings: Showings, long_view: Floats) -> None:
        """Take up a log of which only long views are known (0 or 1, [n]) into an empty ranker: rates, no weights."""
        self.usual[:] = long_view.mean(), showings.at.max(initial=0.0)
        surprise = (long_view - np.float32(self.usual[0])).astype(np.float32)
        self.evidence.load(self._rows(showings.fields), showings.at, surprise, np.zeros_like(surprise))

    def snapshot(self) -> dict[str, npt.NDArray[Any]]:
        """Return everything learned as named arrays (copies)."""
        return {name: array.copy() for name, array in self._arrays().items()}

    def restore(self, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        """Take up a snapshot, bit for bit. ValueError if it is of another shape; then nothing has changed."""
        mine = self._arrays()
        if not same_form(mine, arrays):
            raise ValueError("This snapshot is of another ranker.")
        for name, array in mine.items():
            array[...] = arrays[name]
        self.times.restore(arrays["times"])
        self.heads.restored()
        self.counts = dict(zip(COUNTED, arrays["counts"].tolist(), strict=True))

    def _arrays(self) -> dict[str, npt.NDArray[Any]]:
        parts = {"heads": self.heads.arrays(), "calibration": self.calibration.arrays()}
        arrays = {f"{part}.{name}": array for part, own in parts.items() for name, array in own.items()}
        arrays |= {"evidence.count": self.evidence.count, "evidence.at": self.evidence.at, "times": self.times.count}
        return arrays | {"usual": self.usual, "seen": self.seen, "counts": np.array(list(self.counts.values()))}

    def _sums(self, showings: Showings) -> Floats:
        rows = self._rows(showings.fields)
        numbers = np.concatenate([self.evidence.features(rows, showings.at), showings.extra], axis=1)
        return self.heads.outputs(self.heads.standard(numbers), rows)

    def _learn(self, rows: Rows, showings: Showings, acts: Floats, watched_s: Floats) -> None:
        """Take one step for n showings together."""
        at, length = showings.at, showings.fields[:, self._length]
        numbers = np.concatenate([self.evidence.features(rows, at), showings.extra], axis=1)
        self.counts["numbers not known"] += int((~np.isfinite(numbers)).any(axis=1).sum())
        self.counts["late"] += int((at < self.usual[1]).sum())
        self.counts["learned"] += len(at)
        watched = ~np.isnan(watched_s)
        rank = np.where(watched, self.times.rank(length, np.nan_to_num(watched_s)), np.nan).astype(np.float32)
        before = self.heads.learn(numbers, rows, acts, rank)
        self.calibration.learn(before[:, : len(HEADS)], acts)
        if watched.any():
            self.times.add(length[watched], watched_s[watched])
        told = ~np.isnan(acts[:, 0])
        if told.any():
            surprise = acts[told, 0] - np.float32(self.usual[0])
            self.evidence.add(rows[told], at[told], surprise, np.nan_to_num(rank[told] - np.float32(0.5), nan=0.0))
            self.usual[0] += (1 - KEEP_USUAL ** len(surprise)) * (acts[told, 0].mean() - self.usual[0])
        self.usual[1] = max(self.usual[1], at[-1])

    def _again(self, key: int, acts: Floats) -> bool:
        """Tell whether these acts of this showing were learned a while ago (of 65,536 places one is kept each)."""
        if not key:
            return False
        known = int((~np.isnan(acts)) @ (1 << np.arange(len(HEADS))))
        mark = np.uint64((key * 0x9E3779B97F4A7C15 + known * 0xC4CEB9FE1A85EC53) % 2**64 or 1)
        place = int(mark >> np.uint64(48))
        if self.seen[place] == mark:
            self.counts["duplicate"] += 1
            return True
        self.seen[place] = mark
        return False


__all__ = ["PARTS", "Outcomes", "Predictions", "Ranker", "Showings", "Tuning"]
