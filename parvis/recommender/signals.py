"""What a watch says: one number per event, corrected for the clip's length."""

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.signedinteger[Any]]  # kept as 32 bits, used as np.intp

# The code of a kind is its place in this tuple; it is stored nowhere, so the order may change.
KINDS = ("watch", "skip", "like", "unlike", "share", "follow", "comment", "not-interested")
CODES = {kind: code for code, kind in enumerate(KINDS)}

# What an act says by itself, whatever was watched. 0 for the two kinds that are judged by their watch time.
SAYS = np.array([0.0, 0.0, 1.2, -0.8, 1.5, 1.5, 1.2, -3.0], np.float32)
WATCHED = np.array([True, True, False, False, False, False, False, False])

FULL_UNTIL_S = 15.0  # up to this length a clip is judged by the share that was watched ...
BEYOND = 0.4  # ... and of what is longer, this part must be watched to count as all of it
EARLY_SKIP_S = 2.0
LOOP_BONUS, LOOP_BONUS_MOST = 0.15, 0.45
LENGTH_EDGES_S = np.array([7.0, 15.0, 30.0, 60.0, 120.0], np.float32)
LENGTHS = len(LENGTH_EDGES_S) + 1


def length_class(duration_ms: Ints) -> npt.NDArray[np.intp]:
    """Return the class (0..LENGTHS-1) of each length in milliseconds."""
    return np.searchsorted(LENGTH_EDGES_S, np.asarray(duration_ms, np.float32) / 1000)


def satisfaction(kind: npt.NDArray[np.uint8], watched_ms: Floats, loops: Floats, duration_ms: Ints) -> Floats:
    """Return how well each clip was liked, about -1 (left at once) to 1 (watched whole) and beyond for acts; shape [n].

    A long clip need not be watched whole to have been liked, and one that runs again says more than one that ran
    once: raw watch time would favour long clips and raw watch ratio short ones (the bias that D2Q, Zhan et al. 2022,
    corrects by quantiles within a class of length; the learner takes the class's mean out on top of this).
    """
    seconds = np.maximum(np.asarray(duration_ms, np.float32) / 1000, 0.5)
    enough = np.where(seconds <= FULL_UNTIL_S, seconds, FULL_UNTIL_S + BEYOND * (seconds - FULL_UNTIL_S))
    watched = watched_ms / 1000
    value = 2.0 * np.minimum(watched / enough, 1.0) - 1.0
    value += np.minimum(LOOP_BONUS * loops, LOOP_BONUS_MOST)
    early = (kind == CODES["skip"]) & (watched < np.minimum(EARLY_SKIP_S, 0.5 * seconds))
    value = np.where(early, -1.0, value)
    return np.where(WATCHED[kind], value, SAYS[kind]).astype(np.float32)
