"""How good a ranking of next items is: the full ranking of all items, never a sample of them.

Sampled metrics (the target among 100 random items) order models otherwise than full ones do (Krichene and Rendle,
"On Sampled Metrics for Item Recommendation", KDD 2020), so there is no way here to compute one.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ranks = npt.NDArray[np.int64]
Scores = npt.NDArray[np.floating]
Items = npt.NDArray[np.integer]
Score = Callable[[Sequence[Items]], Scores]
RESAMPLES = 1000


def full_ranks(scores: Scores, targets: Items, seen: Sequence[Items]) -> Ranks:
    """Return the place of each target among all unseen items, from 0; shape [queries].

    `scores` [queries, items]; `targets` [queries]; `seen` the items of each history, which are left out (the target
    never is). Ties count against us: every other item with the score of the target stands before it, so a constant
    scorer comes last. NaN counts as the lowest score, and a target scored NaN comes last.
    """
    scores = np.where(np.isnan(scores), -np.inf, scores)
    rows = np.arange(len(targets))
    own = scores[rows, targets].copy()
    for row, items in zip(scores, seen, strict=True):
        row[items] = -np.inf
    ahead = scores >= own[:, None]
    for row, items in zip(ahead, seen, strict=True):
        row[items] = False
    ahead[rows, targets] = False
    return np.asarray(np.count_nonzero(ahead, axis=1), np.int64)


def hits(ranks: Ranks, k: int) -> npt.NDArray[np.float64]:
    """1 where the target is among the first k; its mean is HR@k (equal to recall@k with one target)."""
    return (ranks < k).astype(np.float64)


def gains(ranks: Ranks, k: int) -> npt.NDArray[np.float64]:
    """1 / log2(place + 1) where the target is among the first k; its mean is NDCG@k."""
    return np.where(ranks < k, 1.0 / np.log2(ranks + 2.0), 0.0)


def reciprocals(ranks: Ranks) -> npt.NDArray[np.float64]:
    """1 / place; its mean is MRR."""
    return np.asarray(1.0 / (ranks + 1.0), np.float64)


def interval(values: npt.NDArray[np.float64], *, seed: int = 0) -> tuple[float, float]:
    """Return the 95 % confidence interval of the mean: percentiles of RESAMPLES bootstrap samples of the queries."""
    rng = np.random.default_rng(seed)
    means = [values[rng.integers(0, len(values), len(values))].mean() for _ in range(RESAMPLES)]
    return float(np.percentile(means, 2.5)), float(np.percentile(means, 97.5))


def top(scores: Scores, seen: Sequence[Items], k: int) -> npt.NDArray[np.intp]:
    """Return the k best unseen items of each query, unordered; shape [queries, k]."""
    scores = np.where(np.isnan(scores), -np.inf, scores)
    for row, items in zip(scores, seen, strict=True):
        row[items] = -np.inf
    return np.argpartition(-scores, k - 1, axis=1)[:, :k]


@dataclass(frozen=True)
class Quality:
    """What one model reached: the rank of each query's target, and the share of items that are in any top ten."""

    ranks: Ranks
    coverage: float

    def figures(self) -> dict[str, float]:
        """Return means and bounds of their 95 % intervals, rounded to what the data can tell."""
        hit, gain = hits(self.ranks, 10), gains(self.ranks, 10)
        found = {"hr_at_10": hit.mean(), "ndcg_at_10": gain.mean(), "mrr": reciprocals(self.ranks).mean()}
        found["hr_at_10_low"], found["hr_at_10_high"] = interval(hit)
        found["ndcg_at_10_low"], found["ndcg_at_10_high"] = interval(gain)
        found["coverage_at_10"] = self.coverage
        return {name: round(float(value), 4) for name, value in found.items()}


def judge(score: Score, histories: Sequence[Items], targets: Items, *, batch: int = 500) -> Quality:
    """Rank all items for each history with `score`, in batches, and see where the target stands."""
    return judge_each({"": score}, histories, targets, batch=batch)[""]


def judge_each(
    scorers: Mapping[str, Score], histories: Sequence[Items], targets: Items, *, batch: int = 500
) -> dict[str, Quality]:
    """Judge several scorers in one pass: all are given the same list object of a batch before the next one is made."""
    ranks: dict[str, list[Ranks]] = {name: [] for name in scorers}
    shown: dict[str, set[int]] = {name: set() for name in scorers}
    items = 1
    for start in range(0, len(histories), batch):
        some = histories[start : start + batch]
        for name, score in scorers.items():
            scores = score(some)
            items = scores.shape[1]
            ranks[name].append(full_ranks(scores, targets[start : start + batch], some))
            shown[name].update(np.unique(top(scores, some, min(10, items))).tolist())
    return {name: Quality(np.concatenate(ranks[name]), len(shown[name]) / items) for name in scorers}
