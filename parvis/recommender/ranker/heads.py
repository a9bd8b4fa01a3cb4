"""Linear heads over the same features, one gradient step an event."""

from typing import Any

import numpy as np
import numpy.typing as npt

from parvis.recommender.ranker.rows import SLOTS, Rows
from parvis.recommender.signals import Floats

HEADS = ("long view", "like", "share", "follow", "comment", "skip", "not interested")
QUANTILES = np.array([0.1, 0.25, 0.5, 0.75, 0.9], np.float32)
OUTPUTS = len(HEADS) + len(QUANTILES)
FAR = np.float32(5.0)  # a number further from its mean than so many standard deviations counts as that far
FIRST = np.float32(1.0)  # squares of gradients as if seen beforehand


class Heads:
    """Weights [dense numbers, OUTPUTS] and [rows, OUTPUTS]. A logistic head's sum is its log-odds, a quantile's a rank.

    Each weight has its own step (AdaGrad, Duchi, Hazan & Singer 2011). Dense numbers are brought to mean 0 and
    deviation 1 by what was seen so far (Welford 1962); one that is not known (NaN, infinite) counts as its mean.
    """

    def __init__(self, numbers: int, bits: int, dense_rate: float, row_rate: float) -> None:
        self.dense_rate, self.row_rate = np.float32(dense_rate), np.float32(row_rate)
        self.dense: Floats = np.zeros((numbers + 1, OUTPUTS), np.float32)
        self.dense[numbers, : len(HEADS)] = [0.0, -4.0, -6.0, -6.0, -6.0, 0.0, -6.0]
        self.dense[numbers, len(HEADS) :] = QUANTILES
        self.dense_square: Floats = np.full((numbers + 1, OUTPUTS), FIRST, np.float32)
        self.row: Floats = np.zeros((1 << bits, OUTPUTS), np.float32)
        self.row_square: Floats = np.full((1 << bits, OUTPUTS), FIRST, np.float32)
        self.moments: npt.NDArray[np.float64] = np.zeros((3, numbers))  # seen, mean, sum of squared differences

    def standard(self, numbers: Floats) -> Floats:
        """Return the dense numbers [n, numbers] with mean 0 and deviation 1, and a 1 after them, [n, numbers + 1]."""
        seen, mean, squares = self.moments
        deviation = np.sqrt(squares / np.maximum(seen, 1) + 1e-6)
        scaled = np.ones((len(numbers), numbers.shape[1] + 1), np.float32)
        body = scaled[:, :-1]
        np.multiply(numbers - mean.astype(np.float32), (1 / deviation).astype(np.float32), out=body)
        np.clip(body, -FAR, FAR, out=body)
        np.nan_to_num(body, copy=False, nan=0.0)
        return scaled

    def outputs(self, scaled: Floats, rows: Rows) -> Floats:
        """Return the sums of all heads, shape [n, OUTPUTS]."""
        found: Floats = scaled @ self.dense
        for slot in range(rows.shape[1]):
            found += self.row.take(rows[:, slot], axis=0)
        return found

    def learn(self, numbers: Floats, rows: Rows, outcome: Floats, rank: float) -> Floats:
        """Take one step for one showing; return the sums [OUTPUTS] as they were before it.

        `numbers` [numbers], `rows` [SLOTS], `outcome` [HEADS] of 0 and 1, NaN where not known; `rank` in 0..1 of the
        watch time, NaN where not known.
        """
        scaled = self.standard(numbers[None])
        before: Floats = self.outputs(scaled, rows[None])[0]
        error = np.empty(OUTPUTS, np.float32)
        binary = len(HEADS)
        error[:binary] = 1 / (1 + np.exp(-np.clip(before[:binary], -30, 30))) - outcome
        error[binary:] = ((rank < before[binary:]) - QUANTILES) if np.isfinite(rank) else 0.0
        error = np.nan_to_num(error, nan=0.0)
        slope = scaled[0][:, None] * error
        self.dense_square += slope * slope
        self.dense -= self.dense_rate * self._scale * slope / np.sqrt(self.dense_square)
        mine = np.unique(rows[rows > 0])
        self.row_square[mine] += error * error
        self.row[mine] -= self.row_rate * self._scale * error / np.sqrt(self.row_square[mine])
        self._see(numbers)
        return before

    # A rank lies in 0..1, log-odds in about -8..2: their steps are as much smaller.
    _scale = np.array([1.0] * len(HEADS) + [0.1] * len(QUANTILES), np.float32)

    def _see(self, numbers: Floats) -> None:
        known = np.isfinite(numbers)
        seen, mean, squares = self.moments
        value = np.where(known, numbers, mean)
        seen += known
        away = value - mean
        mean += away / np.maximum(seen, 1)
        squares += away * (value - mean)

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Return the state by name (not copied)."""
        names = ("dense", "dense_square", "row", "row_square", "moments")
        return {name: getattr(self, name) for name in names}


__all__ = ["HEADS", "OUTPUTS", "QUANTILES", "SLOTS", "Heads"]
