"""What a watch or an act tells of the logarithm of the seconds that a clip holds a viewer."""

import numpy as np
from scipy.special import ndtr

from parvis.recommender.interface import Events
from parvis.recommender.signals import CODES, KINDS, Floats, Ints

SHORTEST_S, WHOLE = 0.3, 0.97
THOUSAND = float(np.log(1000.0))
# What an act says of the logarithm of seconds beyond the usual: at least, or (below 0) at most.
SAYS = np.zeros(len(KINDS), np.float32)
for kind, says in (("like", 2.0), ("share", 2.0), ("follow", 2.0), ("comment", 2.0), ("unlike", -1.0),
                   ("not-interested", -3.0)):  # fmt: skip
    SAYS[CODES[kind]] = says


def told_by(events: Events, length_ms: Ints, usual: tuple[float, float], expected: Floats) -> tuple[Floats, Floats]:
    """Return what events tell of the logarithm of seconds beyond the usual, and the squares of what was not expected,
    both [events]; `usual` is the mean of the logarithm and the variance that is left."""
    mean, variance = usual
    told = np.log(np.maximum(events.watched_ms, 1000 * SHORTEST_S))
    told -= mean + THOUSAND
    square = told - expected
    square *= square
    whole = (events.watched_ms >= WHOLE * length_ms).nonzero()[0]
    if len(whole):
        spread, foretold = variance**0.5, expected[whole]
        end = np.log(length_ms[whole]) - (mean + THOUSAND)
        far = np.clip((end - foretold) / spread, -4.0, 4.0)
        beyond = np.exp(-far * far / 2) / 2.5066283 / ndtr(-far)  # the mean of a normal's upper tail
        told[whole] = np.maximum(foretold + spread * beyond, end)
        square[whole] = variance * (1 + far * beyond)
    says = SAYS[events.kind]
    if says.any():
        acted = np.where(says > 0, np.maximum(says, expected), np.minimum(says, expected))
        told = np.where(says == 0, told, acted).astype(np.float32)
    return told, square
