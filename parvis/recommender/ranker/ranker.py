"""How probable each act is and how long a clip will be watched, learned from each showing at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from parvis.recommender.interface import FUTURE_S, Scores, same_form
from parvis.recommender.ranker.calibration import Calibration, sigmoid
from parvis.recommender.ranker.heads import HEADS, QUANTILES, Heads
from parvis.recommender.ranker.rows import FIELDS, PER_SLOT, SLOTS, Evidence, Rows, Showings, rows_of
from parvis.recommender.ranker.watchtime import WatchTimes
from parvis.recommender.signals import LENGTHS, Floats

LENGTH = FIELDS.index("length")
HIGHEST = 0.98  # a rank foretold: beyond it lie the few longest watches ever, which no line reaches with sense
REMEMBERED = 1 << 16
KEEP_USUAL = 1 - 1 / 5000
COUNTED = ("learned", "duplicate", "bad", "future", "late", "numbers not known")


@dataclass(frozen=True)
class Tuning:
    """Every number of the model. `worth`: what each act adds to the score of a clip; `watch` of the median rank."""

    extra: int = 0  # further numbers of a showing
    bits: int = 18  # 2^bits rows
    dense_rate: float = 0.03
    row_rate: float = 0.03
    worth: Mapping[str, float] | None = None
    watch: float = 1.0


WORTH = {"long view": 1.0, "like": 1.2, "share": 1.5, "follow": 1.5, "comment": 1.2, "skip": -0.5,
         "not interested": -3.0}  # fmt: skip


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
    """One learner, one thread. Events are learned one by one, in order of time and ties as given: a batch is the same.

    `counts` tells of showings that were not taken as they came: with a key and known acts that were learned already
    (duplicate, dropped), with fields or times that make no sense (bad, dropped), ahead of `now` (future, taken as now),
    before one already learned (late, learned) and with numbers that are NaN or infinite (counted as the mean).
    """

    def __init__(self, tuning: Tuning | None = None) -> None:
        self.tuning = own = tuning or Tuning()
        numbers = SLOTS * PER_SLOT + own.extra
        self.evidence = Evidence(own.bits)
        self.heads = Heads(numbers, own.bits, own.dense_rate, own.row_rate)
        self.times = WatchTimes()
        self.calibration = Calibration(len(HEADS))
        self.usual = np.array([0.3, 0.0])  # share of long views; time of the last showing
        self.counts = dict.fromkeys(COUNTED, 0)
        self.seen: npt.NDArray[np.uint64] = np.zeros(REMEMBERED, np.uint64)
        worth = own.worth if own.worth is not None else WORTH
        self._worth = np.array([worth.get(head, 0.0) for head in HEADS] + [own.watch], np.float32)

    def predict(self, showings: Showings) -> Predictions:
        """Predict for n clips. Nothing changes."""
        sums = self._sums(showings)
        probability = self.calibration.apply(sums[:, : len(HEADS)]).T
        # Quantiles learned apart may cross: in order they are nearer the truth (Chernozhukov et al. 2010).
        rank = np.clip(np.sort(sums[:, len(HEADS) :], axis=1), 0, HIGHEST).T
        length = showings.fields[:, LENGTH]
        length = np.where((length >= 0) & (length < LENGTHS), length, 0)
        return Predictions(probability, self.times.seconds(length, rank), rank[len(QUANTILES) // 2])

    def score(self, showings: Showings) -> Scores:
        """Return what each act and the watch time add to the score, shape [len(HEADS) + 1, n]."""
        sums = self._sums(showings)
        values = np.empty((len(HEADS) + 1, len(showings)), np.float32)
        values[:-1] = self.calibration.apply(sums[:, : len(HEADS)]).T
        values[-1] = np.clip(sums[:, len(HEADS) + len(QUANTILES) // 2], 0, 1)
        values *= self._worth[:, None]
        return Scores((*HEADS, "watch time"), values)

    def learn(self, showings: Showings, outcomes: Outcomes, *, now: float) -> None:
        """Learn what came of showings."""
        length, at = showings.fields[:, LENGTH], showings.at
        good = np.isfinite(at) & (length >= 0) & (length < LENGTHS) & ~(np.abs(outcomes.acts) > 1).any(axis=1)
        good &= ~(outcomes.acts < 0).any(axis=1) & ~(outcomes.watched_s < 0) & ~np.isinf(outcomes.watched_s)
        self.counts["bad"] += int((~good).sum())
        future = good & (at > now + FUTURE_S)
        self.counts["future"] += int(future.sum())
        at = np.where(future, now, at)
        order = np.flatnonzero(good)
        rows = rows_of(showings.fields, self.tuning.bits)
        for one in order[np.argsort(at[order], kind="stable")].tolist():
            acts = outcomes.acts[one]
            if not self._again(int(outcomes.key[one]), acts):
                self._learn(rows[one], showings, one, float(at[one]), acts, float(outcomes.watched_s[one]))

    def load(self, showings: Showings, long_view: Floats) -> None:
        """Take up a log of which only long views are known (0 or 1, [n]) into an empty ranker: rates, no weights."""
        self.usual[:] = long_view.mean(), showings.at.max(initial=0.0)
        surprise = (long_view - np.float32(self.usual[0])).astype(np.float32)
        self.evidence.load(rows_of(showings.fields, self.tuning.bits), showings.at, surprise, np.zeros_like(surprise))

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
        self.counts = dict(zip(COUNTED, arrays["counts"].tolist(), strict=True))

    def _arrays(self) -> dict[str, npt.NDArray[Any]]:
        parts = {"heads": self.heads.arrays(), "calibration": self.calibration.arrays()}
        arrays = {f"{part}.{name}": array for part, own in parts.items() for name, array in own.items()}
        arrays |= {"evidence.count": self.evidence.count, "evidence.at": self.evidence.at, "times": self.times.count}
        return arrays | {"usual": self.usual, "seen": self.seen, "counts": np.array(list(self.counts.values()))}

    def _sums(self, showings: Showings) -> Floats:
        rows = rows_of(showings.fields, self.tuning.bits)
        numbers = np.concatenate([self.evidence.features(rows, showings.at), showings.extra], axis=1)
        return self.heads.outputs(self.heads.standard(numbers), rows)

    def _learn(  # noqa: PLR0917 - one showing, in its columns
        self, rows: Rows, showings: Showings, one: int, at: float, acts: Floats, watched_s: float
    ) -> None:
        times = np.array([at])
        numbers = np.concatenate([self.evidence.features(rows[None], times)[0], showings.extra[one]])
        self.counts["numbers not known"] += int(not np.isfinite(numbers).all())
        self.counts["late"] += int(at < self.usual[1])
        self.counts["learned"] += 1
        length = int(showings.fields[one, LENGTH])
        watched = not np.isnan(watched_s)
        rank = float(self.times.rank(np.array([length]), np.array([watched_s]))[0]) if watched else np.nan
        before = self.heads.learn(numbers, rows, acts, rank)
        self.calibration.learn(before[: len(HEADS)], acts)
        if watched:
            self.times.add(length, watched_s)
        if not np.isnan(acts[0]):
            self.evidence.add(rows, at, float(acts[0] - self.usual[0]), rank - 0.5 if watched else 0.0)
            self.usual[0] += (1 - KEEP_USUAL) * (acts[0] - self.usual[0])
        self.usual[1] = max(self.usual[1], at)

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


__all__ = ["HEADS", "QUANTILES", "Outcomes", "Predictions", "Ranker", "Showings", "Tuning", "sigmoid"]
