"""Linear heads over the same features, one gradient step for each few showings."""

from math import isnan
from typing import Any

import numpy as np
import numpy.typing as npt

from parvis.recommender.ranker.rows import Rows, by_row
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
        self._standard: tuple[Floats, Floats] | None = None
        self.moments: npt.NDArray[np.float64] = np.zeros((3, numbers))  # seen, mean, sum of squared differences

    def standard(self, numbers: Floats) -> Floats:
        """Return the dense numbers [n, numbers] with mean 0 and deviation 1, and a 1 after them, [n, numbers + 1]."""
        mean, scale = self._mean_scale()
        scaled = np.ones((len(numbers), numbers.shape[1] + 1), np.float32)
        body = scaled[:, :-1]
        np.subtract(numbers, mean, out=body)
        body *= scale
        np.maximum(body, -FAR, out=body)
        np.minimum(body, FAR, out=body)
        if isnan(float(body.sum())):
            np.nan_to_num(body, copy=False, nan=0.0)
        return scaled

    def _mean_scale(self) -> tuple[Floats, Floats]:
        """Return mean and 1 / deviation of the dense numbers, made once after each step."""
        seen, mean, squares = self.moments
        known = self._standard
        if known is None:
            scale = 1 / np.sqrt(squares / np.maximum(seen, 1) + 1e-6)
            known = self._standard = mean.astype(np.float32), scale.astype(np.float32)
        return known

    def outputs(self, scaled: Floats, rows: Rows) -> Floats:
        """Return the sums of all heads, shape [n, OUTPUTS]."""
        found: Floats = scaled @ self.dense
        found += np.ones(rows.shape[1], np.float32) @ self.row[rows]  # the sum over slots, in half of its time
        return found

    def learn(self, numbers: Floats, rows: Rows, outcome: Floats, rank: Floats) -> Floats:
        """Take one step for n showings together; return the sums [n, OUTPUTS] as they were before it.

        `numbers` [n, numbers], `rows` [n, slots], `outcome` [n, HEADS] of 0 and 1, NaN where not known; `rank` [n] in
        0..1 of the watch time, NaN where not known.
        """
        scaled = self.standard(numbers)
        before = self.outputs(scaled, rows)
        binary = len(HEADS)
        error = np.empty_like(before)
        error[:, :binary] = 1 / (1 + np.exp(-np.clip(before[:, :binary], -30, 30))) - outcome
        known = np.isfinite(rank)[:, None]
        error[:, binary:] = np.where(known, (rank[:, None] < before[:, binary:]) - QUANTILES, 0.0)
        error = np.nan_to_num(error, nan=0.0)
        self.dense_square += (scaled * scaled).T @ (error * error)
        self.dense -= self.dense_rate * self._scale * (scaled.T @ error) / np.sqrt(self.dense_square)
        mine, sums = by_row(rows, np.concatenate([error, error * error], axis=1))
        self.row_square[mine] += sums[:, OUTPUTS:]
        self.row[mine] -= self.row_rate * self._scale * sums[:, :OUTPUTS] / np.sqrt(self.row_square[mine])
        self._see(numbers)
        return before

    # A rank lies in 0..1, log-odds in about -8..2: their steps are as much smaller.
    _scale = np.array([1.0] * len(HEADS) + [0.1] * len(QUANTILES), np.float32)

    def _see(self, numbers: Floats) -> None:
        """Take n showings into mean and deviation (in batches: Chan, Golub and LeVeque 1983)."""
        known = np.isfinite(numbers)
        seen, mean, squares = self.moments
        more = known.sum(axis=0)
        value = np.where(known, numbers, mean)
        theirs = np.where(more > 0, (value - mean).sum(axis=0) / np.maximum(more, 1), 0.0)  # their mean from ours
        squares += (np.where(known, value - mean - theirs, 0.0) ** 2).sum(axis=0)
        squares += theirs**2 * seen * more / np.maximum(seen + more, 1)
        mean += theirs * more / np.maximum(seen + more, 1)
        seen += more
        self._standard = None

    def restored(self) -> None:
        """Say that what `arrays` gives was written to."""
        self._standard = None

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Return the state by name (not copied)."""
        names = ("dense", "dense_square", "row", "row_square", "moments")
        return {name: getattr(self, name) for name in names}
