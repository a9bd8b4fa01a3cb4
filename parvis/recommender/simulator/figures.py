"""What a run comes to: watch time, and how widely it was spread over clips."""

from collections.abc import Sequence
from math import sqrt

import numpy as np
import numpy.typing as npt

from parvis.recommender.simulator.loop import Record

# Two-sided 95 % quantiles of Student's t for 1, 2, ... degrees of freedom.
T95 = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262)


def interval(values: Sequence[float]) -> tuple[float, float]:
    """Return the mean of a figure over seeds and half the width of its 95 % interval (Student's t)."""
    n = len(values)
    spread = float(np.std(values, ddof=1)) if n > 1 else 0.0
    return float(np.mean(values)), (T95[n - 2] * spread / sqrt(n) if n > 1 else float("inf"))


def gini(counts: npt.NDArray[np.integer]) -> float:
    """Return how unequal counts are: 0 when all are the same, towards 1 when one has all."""
    ordered = np.sort(counts).astype(np.float64)
    n, total = len(ordered), ordered.sum()
    return float((2 * np.arange(1, n + 1) - n - 1) @ ordered / (n * total)) if total else 0.0


def figures(record: Record, clips: int) -> dict[str, float]:
    """Return watch time (s), showings, watch time per showing (s), and of `clips` clips how they were shared out.

    `skips`: share of showings that were skipped. `repeats`: share that the viewer had seen before. `coverage`: share
    of the clips shown ten times or more. `gini`: of the clips' showings.
    """
    shows = np.bincount(record.clip, minlength=clips)
    pairs = record.viewer.astype(np.int64) * clips + record.clip
    watched = float(record.watched_s.sum(dtype=np.float64))
    return {
        "watched_s": watched,
        "shows": float(len(record.clip)),
        "per_clip_s": watched / len(record.clip),
        "skips": float(record.skipped.mean()),
        "repeats": 1.0 - len(np.unique(pairs)) / len(pairs),
        "coverage": float((shows >= 10).mean()),
        "gini": gini(shows),
    }
