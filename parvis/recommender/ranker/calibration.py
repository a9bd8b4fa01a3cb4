"""Whether what was said to happen one time in ten does: a correction learned online, and the error that is left."""

from typing import Any

import numpy as np
import numpy.typing as npt

from parvis.recommender.signals import Floats

BINS = 15
RATE = 0.02


class Calibration:
    """Per head a line through the log-odds (Platt 1999), moved by each outcome (AdaGrad, Duchi et al. 2011).

    Beside it the bins of the expected calibration error (Guo et al. 2017): per head and bin of the probability that was
    given before the outcome was known [showings, sum of probabilities, outcomes].
    """

    def __init__(self, heads: int) -> None:
        self.line = np.tile([1.0, 0.0], (heads, 1))
        self.square = np.full((heads, 2), 1.0)
        self.bins = np.zeros((heads, BINS, 3))

    def apply(self, odds: Floats) -> Floats:
        """Return the probabilities for log-odds [n, heads]."""
        slope, start = self.line.T.astype(np.float32)
        moved = odds * slope
        moved += start
        return sigmoid(moved)

    def learn(self, odds: Floats, outcome: Floats) -> None:
        """Take up the outcomes [n, heads] (NaN: not known) of n showings with log-odds [n, heads]."""
        said = self.apply(odds)
        known = ~np.isnan(outcome)
        happened = np.where(known, outcome, said)
        cell = np.minimum((said * BINS).astype(np.intp), BINS - 1)
        head = np.broadcast_to(np.arange(said.shape[1]), said.shape)
        told = np.stack([np.ones_like(said), said, happened], axis=-1)
        np.add.at(self.bins, (head[known], cell[known]), told[known])
        error = (said - happened).astype(np.float64)
        slope = np.stack([error * odds, error], axis=-1)
        self.square += (slope**2).sum(axis=0)
        self.line -= RATE * slope.sum(axis=0) / np.sqrt(self.square)

    def error(self) -> npt.NDArray[np.float64]:
        """Return the expected calibration error of each head over all that was learned, shape [heads]."""
        weight = np.maximum(self.bins[:, :, 0].sum(axis=1), 1)
        error: npt.NDArray[np.float64] = np.abs(self.bins[:, :, 1] - self.bins[:, :, 2]).sum(axis=1) / weight
        return error

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Return the state by name (not copied)."""
        return {"line": self.line, "square": self.square, "bins": self.bins}


def sigmoid(odds: Floats) -> Floats:
    """Return 1 / (1 + exp(-odds)), of which nothing overflows within the bounds given to it."""
    bounded = np.minimum(np.maximum(odds, np.float32(-30)), np.float32(30))
    return np.asarray(1 / (1 + np.exp(-bounded)), np.float32)
