"""What viewers tire of: how much less a clip holds them after others of its subject or creator, and as it ages.

Satiation with a half-life, as psychology and marketing measure it (Baucells and Sarin 2007; for feeds Leqi et al.
2021). How much it takes is not assumed but learned: three numbers for all viewers, by recursive least squares on what
watches leave unexplained.
"""

import numpy as np
import numpy.typing as npt

from parvis.recommender.signals import Floats, Ints

SUBJECT_S, CREATOR_S, AGE_S = 1200.0, 3600.0, 3 * 86_400.0  # half-lives
LOOK_BACK = 48  # watches before a watch that are looked at
CAUSES = 3  # subject, creator, age
FIRST: npt.NDArray[np.float64] = np.array([0.1, 0.2, 0.0])  # log seconds taken by each, as if FIRM watches had said so
FIRM = 100.0
KEEP = 0.99999
MOST = 1.5


class Tired:
    """Three weights, and the sums from which they come."""

    def __init__(self) -> None:
        self.square: npt.NDArray[np.float64] = np.eye(CAUSES) * FIRM
        self.product: npt.NDArray[np.float64] = FIRST * FIRM
        self.weight: Floats = FIRST.astype(np.float32)

    def learn(self, causes: Floats, less: Floats) -> None:
        """Learn from watches: their causes [n, CAUSES], and how much less than expected without them they held [n]."""
        left = KEEP ** len(less)
        many = causes.astype(np.float64)
        self.square = left * self.square + (1 - left) * FIRM * np.eye(CAUSES) + many.T @ many
        self.product = left * self.product + (1 - left) * FIRM * FIRST + many.T @ less
        self.restored()

    def restored(self) -> None:
        """Make the weights from the sums."""
        self.weight = np.clip(np.linalg.solve(self.square, self.product), 0.0, MOST).astype(np.float32)


def aged(seconds: npt.NDArray[np.float64]) -> Floats:
    """Return how far clips of an age in seconds have aged, 0 to 1."""
    return (1.0 - np.exp2(-np.maximum(seconds, 0.0) / AGE_S)).astype(np.float32)


def fading(passed: npt.NDArray[np.float64], half_life: float) -> Floats:
    """Return what is left after so many seconds; negative ones: nothing, they are not past."""
    return np.where(passed >= 0, np.exp2(-np.maximum(passed, 0.0) / half_life), 0.0).astype(np.float32)


def before(
    about: tuple[Floats, Floats], creator: tuple[Ints, Ints], passed: npt.NDArray[np.float64]
) -> tuple[Floats, Floats]:
    """Return how much of their subject and of their creator was seen before n clips; both [n].

    `about`: what the clips are about [n, SUBJECTS] and what those before each were about [n, h, SUBJECTS]; `creator`
    [n] and [n, h]; `passed` [n, h] in seconds, below 0 for none.
    """
    alike = np.matmul(about[1], about[0][:, :, None])[:, :, 0]
    subject: Floats = (alike * fading(passed, SUBJECT_S)).sum(axis=1)
    same: Floats = ((creator[1] == creator[0][:, None]) * fading(passed, CREATOR_S)).sum(axis=1)
    return subject, same
