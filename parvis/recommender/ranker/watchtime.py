"""Watch time as a rank among watches of clips of like length, and back to seconds.

Long clips are watched longer whatever they are worth; a rank within a class of length is free of that (D2Q, Zhan et
al. 2022), and a quantile of ranks is the rank of a quantile, so nothing is lost on the way back.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from parvis.recommender.signals import LENGTHS, Floats

BINS = 128
LONGEST_S = 3600.0
KEEP = 1 - 1 / 20_000  # what a count of a class of length keeps at each further watch of that class
STEPS = 64
SHARE = np.array([0.175, 0.2, 0.25, 0.2, 0.175], np.float32)  # of the ranks, that each quantile stands for
EDGES_S = np.expm1(np.linspace(0, np.log1p(LONGEST_S), BINS + 1))


class WatchTimes:
    """Per class of length how often each watch time was, in BINS steps even in log(1 + seconds)."""

    def __init__(self) -> None:
        self._at_step: Floats | None = None  # seconds at each of STEPS ranks and class of length; made when asked for
        self.count: npt.NDArray[np.float64] = np.full((LENGTHS, BINS), 1 / BINS)

    def add(self, length: npt.NDArray[Any], seconds: npt.NDArray[Any]) -> None:
        """Count n watches of clips of length class [n]."""
        self.count *= KEEP ** np.bincount(length, minlength=LENGTHS)[:, None]
        np.add.at(self.count, (length, self._bin(seconds)), 1.0)
        self._at_step = None

    def expected(self, length: npt.NDArray[Any], ranks: Floats) -> Floats:
        """Return the mean watch time in seconds of clips of length class [n] whose QUANTILES have the ranks [n, 5].

        Ranks are taken to the next of STEPS, which is as fine as they are right.
        """
        seconds = self._at_step  # another thread may be counting
        if seconds is None:
            steps: Floats = ((np.arange(STEPS) + 0.5) / STEPS).astype(np.float32)
            seconds = self._at_step = self.seconds(np.arange(LENGTHS), np.tile(steps[:, None], LENGTHS))
        step = np.minimum(np.maximum(ranks * STEPS, 0), STEPS - 1).astype(np.intp)
        known = np.minimum(np.maximum(length, 0), LENGTHS - 1)[:, None]
        mean: Floats = seconds[step, known] @ SHARE
        return mean

    def restore(self, count: npt.NDArray[np.float64]) -> None:
        """Take up counts as `count` has them."""
        self.count[:] = count
        self._at_step = None

    def rank(self, length: npt.NDArray[Any], seconds: npt.NDArray[Any]) -> Floats:
        """Return the share of watches of like length that were shorter, ties counted half; in 0..1."""
        below = np.cumsum(self.count, axis=1) - self.count / 2
        rank: Floats = (below[length, self._bin(seconds)] / self.count.sum(axis=1)[length]).astype(np.float32)
        return rank

    def seconds(self, length: npt.NDArray[Any], rank: Floats) -> Floats:
        """Return the watch times at ranks [..., n] of clips of length class [n]."""
        total = self.count.sum(axis=1, keepdims=True)
        upto = np.concatenate([np.zeros((LENGTHS, 1)), np.cumsum(self.count, axis=1)], axis=1) / total
        found = np.zeros(rank.shape, np.float32)
        for one in np.unique(length):
            mine = length == one
            found[..., mine] = np.interp(rank[..., mine], upto[one], EDGES_S)
        return found

    @staticmethod
    def _bin(seconds: Any) -> Any:
        step = np.log1p(np.clip(seconds, 0, LONGEST_S)) * (BINS / np.log1p(LONGEST_S))
        return np.minimum(step.astype(np.intp), BINS - 1)
