"""Experiments on viewers: who sees what, and when a difference may be believed, however often one looks.

An experiment splits viewers by a salted hash, so that the split is the same everywhere without a table, and that of one
experiment says nothing about that of another. Its result may be looked at after every viewer and stopped at any look:
p-values and intervals are those of a mixture sequential probability ratio test (Robbins 1970; Johari et al. 2017),
valid at all times together (Howard et al. 2021), with variances put in as estimated (Waudby-Smith et al. 2021).
"""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

BUCKETS = 10_000
LEAST = 100  # viewers in each arm before anything is said: variances and the normal limit need as many
Decision = Literal["go on", "better", "worse", "no difference that matters", "the difference changed"]


@dataclass(frozen=True)
class Experiment:
    """A split of all viewers by `salt`, into arms by their shares (which sum to at most 1; the rest takes no part)."""

    salt: str
    shares: tuple[tuple[str, float], ...]

    def __post_init__(self) -> None:
        if not self.salt or not self.shares or len({name for name, _ in self.shares}) < len(self.shares):
            raise ValueError("an experiment has a salt, and arms of different names")
        if min(share for _, share in self.shares) <= 0 or sum(share for _, share in self.shares) > 1 + 1e-9:
            raise ValueError("shares are above 0 and sum to at most 1")

    def bucket(self, viewer: bytes) -> int:
        """Return the bucket (0..BUCKETS-1) of a viewer's key."""
        digest = hashlib.blake2b(
            viewer, key=hashlib.blake2b(self.salt.encode(), digest_size=32).digest(), digest_size=8
        )
        return int.from_bytes(digest.digest()) * BUCKETS >> 64

    def arm(self, viewer: bytes) -> str | None:
        """Return the arm of a viewer's key; None if the viewer takes no part."""
        place, edge = self.bucket(viewer), 0.0
        for name, share in self.shares:
            edge += share
            if place < round(edge * BUCKETS):
                return name
        return None


@dataclass
class Tally:
    """What the viewers of one arm came to: the sums that the ratio of two totals and its variance need.

    One observation is one viewer, not one slate: the slates of a viewer resemble one another, and counting them as if
    each were news finds differences that are not there. A mean of viewers has `parts` 1; a proportion has values 0 and
    1; watch time per slate has each viewer's watch time as value and number of slates as parts.
    """

    n: int = 0
    sums: npt.NDArray[np.float64] = field(default_factory=lambda: np.zeros(5))  # y, x, yy, xx, xy

    def add(self, values: npt.ArrayLike, parts: npt.ArrayLike = 1.0) -> None:
        """Count viewers, each once. ValueError for what is not finite, or parts that are not above 0."""
        y = np.atleast_1d(np.asarray(values, np.float64))
        x = np.broadcast_to(np.asarray(parts, np.float64), y.shape)
        if not (np.isfinite(y).all() and np.isfinite(x).all() and (x > 0).all()):
            raise ValueError("values are finite, and parts above 0")
        self.n += len(y)
        self.sums += [y.sum(), x.sum(), y @ y, x @ x, x @ y]

    @property
    def mean(self) -> float:
        """The total of values over the total of parts; 0 if nobody was counted."""
        return float(self.sums[0] / self.sums[1]) if self.n else 0.0

    @property
    def variance(self) -> float:
        """The variance of `mean` (delta method: of the residuals y - mean x, over the total of parts squared)."""
        if self.n < 2:
            return math.inf
        _, total, yy, xx, xy = self.sums.tolist()
        rest = max(yy - 2 * self.mean * xy + self.mean**2 * xx, 0.0)
        return float(rest * self.n / (self.n - 1) / total**2)


@dataclass(frozen=True)
class Look:
    """What one look found: treatment minus control, with an interval and a p-value valid at all looks together."""

    difference: float
    low: float
    high: float
    p: float
    decision: Decision


@dataclass
class Comparison:
    """Two arms of one measure. `look` as often as wanted; the chance of ever being wrong is at most `alpha`.

    `effect` is the difference that is hoped for, in the measure's unit: the test is quickest there and valid
    everywhere. `matters` (at most `effect`): once the interval lies within +-matters, the arms are held to be alike.
    """

    effect: float
    matters: float = 0.0
    alpha: float = 0.05
    control: Tally = field(default_factory=Tally)
    treatment: Tally = field(default_factory=Tally)
    p: float = 1.0
    low: float = -math.inf
    high: float = math.inf

    def __post_init__(self) -> None:
        if not (self.effect > 0 and 0 <= self.matters <= self.effect and 0 < self.alpha < 1):
            raise ValueError("an effect above 0, 0 <= matters <= effect, 0 < alpha < 1")

    def look(self) -> Look:
        """Return what is known now. The interval only narrows and the p-value only falls, as time allows both to."""
        difference = self.treatment.mean - self.control.mean
        variance = self.treatment.variance + self.control.variance
        if min(self.treatment.n, self.control.n) < LEAST or variance <= 0:
            return Look(difference, self.low, self.high, self.p, "go on")
        prior = self.effect**2  # the mixture is over normal effects with this variance
        both = variance + prior
        log_ratio = 0.5 * math.log(variance / both) + prior * difference**2 / (2 * variance * both)
        self.p = min(self.p, math.exp(-max(log_ratio, 0.0)))
        half = math.sqrt(variance * both / prior * (math.log(both / variance) - 2 * math.log(self.alpha)))
        self.low, self.high = max(self.low, difference - half), min(self.high, difference + half)
        return Look(difference, self.low, self.high, self.p, self._decision())

    def _decision(self) -> Decision:
        if self.low > self.high:  # what is measured has changed on the way: no one difference fits all looks
            return "the difference changed"
        if self.p <= self.alpha:
            return "better" if self.low + self.high > 0 else "worse"
        if -self.matters < self.low and self.high < self.matters:
            return "no difference that matters"
        return "go on"


def split_p(counts: Sequence[int], shares: Sequence[float], strength: float = 1000.0) -> float:
    """Return the p-value, valid at any look, for viewers having come to the arms by `shares` (sample ratio mismatch).

    The Bayes factor of a Dirichlet mixture around the shares, of weight `strength`, against the shares themselves
    (Lindon and Malek 2020); its inverse is a p-value at every look. It is of one look: keep the least so far.
    ValueError for counts below 0, shares not above 0, or lengths that differ.
    """
    if len(counts) != len(shares) or min(counts) < 0 or min(shares) <= 0:
        raise ValueError("one count from 0 on and one share above 0 for each arm")
    whole = sum(shares)
    expected = [share / whole for share in shares]
    log_factor = math.lgamma(strength) - math.lgamma(strength + sum(counts))
    for count, share in zip(counts, expected, strict=True):
        log_factor += math.lgamma(strength * share + count) - math.lgamma(strength * share) - count * math.log(share)
    return math.exp(-max(log_factor, 0.0))
