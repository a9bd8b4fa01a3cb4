"""How long a clip holds a viewer: what is expected, and what happens."""

import math

import numpy as np
import numpy.typing as npt

from parvis.recommender.signals import Floats
from parvis.recommender.simulator.settings import Settings

SKIP_S = 2.0  # watched for less than this, or than a third of the clip, is a skip (as the player reports it)
SKIP_SHARE = 1.0 / 3.0


class Holding:
    """Expected watch time and chance of a skip by appeal and length, from tables: the noise is always the same.

    With X log-normal, E[min(X, T)] / T depends on log T - E[log X] alone, and so does the chance to reach a given part
    of T. Both tables have steps of 0.02, so what is read off between them is right to 4 digits.
    """

    def __init__(self, settings: Settings) -> None:
        sd = settings.noise
        self.log_hold = math.log(settings.hold_s)
        self.grid = np.arange(-12.0, 12.0, 0.02)
        below = np.array([_normal(x / sd) for x in self.grid])  # P(X < T)
        shifted = np.array([_normal(x / sd - sd) for x in self.grid])
        self.part = np.exp(np.minimum(sd * sd / 2 - self.grid, 700.0)) * shifted + 1.0 - below
        # Each further round of a clip, while it holds, comes with the chance `again`: rounds as `Watching` draws them.
        rounds = np.zeros_like(self.part)
        for extra in range(1, 6):
            reached = 1.0 - np.interp(self.grid + math.log(1.0 + extra), self.grid, below)
            rounds += settings.again**extra * reached
        self.part += rounds
        self.below = below

    def seconds(self, appeal: Floats, log_seconds: Floats) -> npt.NDArray[np.float64]:
        """Return the expected watch time in seconds, shape as `appeal`."""
        far = log_seconds - (appeal + self.log_hold)
        seconds: npt.NDArray[np.float64] = np.exp(log_seconds) * np.interp(far, self.grid, self.part)
        return seconds

    def skip(self, appeal: Floats, log_seconds: Floats) -> npt.NDArray[np.float64]:
        """Return the chance that the clip is skipped, shape as `appeal`."""
        edge = np.maximum(math.log(SKIP_S), log_seconds + math.log(SKIP_SHARE))
        chance: npt.NDArray[np.float64] = np.interp(edge - (appeal + self.log_hold), self.grid, self.below)
        return chance


def rounds_of(hold_s: float, seconds: float, chance: float, again: float) -> int:
    """Return how often a clip runs again: at most as often as it holds the viewer, each time with chance `again`."""
    most = min(int(hold_s / seconds) - 1, 5)
    rounds = 0
    while rounds < most and chance < again ** (rounds + 1):
        rounds += 1
    return rounds


def _normal(x: float) -> float:
    return 0.5 * math.erfc(-x / math.sqrt(2.0))
