"""A viewer's vector: the exact posterior mean of a Bayesian linear regression on the vectors of what they watched
last."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from parvis.recommender.interests.shape import DIFFER, FOREIGN, KEEP, LANGUAGE, LANGUAGES, RECALLED, WIDTH, WORTH
from parvis.recommender.signals import Floats, Ints

PRIOR: Floats = 1.0 / DIFFER**2
HEARD = 0.5  # what a watch says for a language beyond the seconds
PRIORS: Floats = np.zeros((LANGUAGES, WIDTH), np.float32)
PRIORS[:, LANGUAGE] = FOREIGN * (1 - np.eye(LANGUAGES, dtype=np.float32))
AGES: Floats = np.float32(KEEP) ** np.arange(RECALLED, dtype=np.float32)


@dataclass
class Recollection:
    """The clips that a viewer watched or said something of, the latest at the end; what each told, in log seconds
    beyond the usual; and when (0 for what was said). Their vector is made when asked for."""

    clips: Ints = field(default_factory=lambda: np.empty(0, np.int32))
    told: Floats = field(default_factory=lambda: np.empty(0, np.float32))
    at: npt.NDArray[np.float64] = field(default_factory=lambda: np.empty(0, np.float64))
    vector: Floats | None = None
    made_for: object = None  # the prior and the fit of subjects with which the vector was made


def mean(rows: Floats, told: Floats, variance: float, prior: Floats) -> Floats:
    """Return the mean [WIDTH] by `rows` [n, WIDTH] (the vectors of clips, the latest last) and what they told [n];
    `prior` is what is expected of a viewer of whom nothing is known. `rows` is written to."""
    n = len(rows)
    told = told - rows[:, WORTH]
    rows[:, WORTH] = 0.0
    weighed = rows.T * AGES[n - 1 :: -1] if n else rows.T
    precision = weighed @ rows
    firmness = PRIOR * np.float32(variance)
    precision.flat[:: WIDTH + 1] += firmness
    vector: Floats = np.linalg.solve(precision, weighed @ told + firmness * prior)
    vector[WORTH] = 1.0
    return vector


def means(rows: Floats, told: Floats, weight: Floats, variance: float) -> tuple[Floats, Floats]:
    """Return the means of several viewers [m, WIDTH], and the variances that are left of each number [m, WIDTH]; by
    `rows` [m, n, WIDTH], which is written to, `told` and `weight` (0 for no watch) [m, n]."""
    told = told - rows[:, :, WORTH]
    rows[:, :, WORTH] = 0.0
    firmness = PRIOR * np.float32(variance)
    weighed = rows.transpose(0, 2, 1) * weight[:, None, :]
    precision = weighed @ rows
    precision += np.diag(firmness)
    covariance = np.linalg.inv(precision)
    # Their language is the one of which they watched most: nobody says it here.
    heard = ((rows[:, :, LANGUAGE] != 0) * (weight * (told + HEARD))[:, :, None]).sum(axis=1)
    product = (weighed @ told[:, :, None])[:, :, 0] + firmness * PRIORS[heard.argmax(axis=1)]
    vectors: Floats = (covariance @ product[:, :, None])[:, :, 0]
    vectors[:, WORTH] = 1.0
    left: Floats = np.diagonal(covariance, axis1=1, axis2=2) * np.float32(variance)
    return vectors, left
