"""Measures of ranking, of probabilities and of watch time, with 95 % intervals by bootstrap over viewers."""

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
RESAMPLES = 1000
BINS = 15


def gains(ranks: Array) -> Array:
    """Return NDCG@10 of each target, of which there is one a list; rank 0 is the first."""
    return np.where(ranks < 10, 1 / np.log2(ranks + 2.0), 0.0)


def interval(values: Array, viewer: Array, over: Array | None = None) -> tuple[float, float]:
    """Return the 95 % interval of the mean, or of the ratio of means to `over`; whole viewers are drawn again."""
    _, group = np.unique(viewer, return_inverse=True)
    sums = np.bincount(group, values)
    below = np.bincount(group, np.ones(len(values)) if over is None else over)
    random = np.random.default_rng(0)
    drawn = random.multinomial(len(sums), np.full(len(sums), 1 / len(sums)), RESAMPLES)
    low, high = np.quantile((drawn @ sums) / np.maximum(drawn @ below, 1e-12), [0.025, 0.975])
    return float(low), float(high)


def auc(said: Array, happened: Array) -> float:
    """Return the area under the ROC curve, ties counted half; NaN where one of the two outcomes is missing."""
    many = int(happened.sum())
    if not many or many == len(happened):
        return float("nan")
    _, place, count = np.unique(said, return_inverse=True, return_counts=True)
    rank = (np.cumsum(count) - (count - 1) / 2)[place]
    return float((rank[happened > 0].sum() - many * (many + 1) / 2) / (many * (len(happened) - many)))


def grouped_auc(said: Array, happened: Array, viewer: Array) -> float:
    """Return the mean of the viewers' own AUC weighted by showings, over viewers with both outcomes."""
    order = np.argsort(viewer, kind="stable")
    starts = np.flatnonzero(np.diff(viewer[order], prepend=-1))
    total = weight = 0.0
    for rows in np.split(order, starts[1:]):
        if len(rows) > 1 and 0 < happened[rows].sum() < len(rows):
            total += len(rows) * auc(said[rows], happened[rows])
            weight += len(rows)
    return total / weight


def log_loss(said: Array, happened: Array) -> float:
    """Return the mean logarithmic loss."""
    bounded = np.clip(said, 1e-6, 1 - 1e-6)
    return float(-np.mean(np.where(happened > 0, np.log(bounded), np.log(1 - bounded))))


def calibration_error(said: Array, happened: Array) -> float:
    """Return the expected calibration error over BINS bins of even width (Guo et al. 2017)."""
    cell = np.minimum((said * BINS).astype(int), BINS - 1)
    return float(np.abs(np.bincount(cell, said, BINS) - np.bincount(cell, happened, BINS)).sum() / len(said))


def pinball(predicted: Array, actual: Array, quantile: float) -> float:
    """Return the mean pinball loss of a quantile, in the unit of the values."""
    away = actual - predicted
    return float(np.mean(np.maximum(quantile * away, (quantile - 1) * away)))


def ordered(predicted: Array, actual: Array, pairs: int = 2_000_000) -> float:
    """Return XAUC: of pairs with different watch times the share in the right order; a tie counts half."""
    random = np.random.default_rng(0)
    one, other = random.integers(0, len(actual), (2, pairs))
    truth = np.sign(actual[one] - actual[other])
    guess = np.sign(predicted[one] - predicted[other])
    return float(((guess * truth)[truth != 0] + 1).mean() / 2)
