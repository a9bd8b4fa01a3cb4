"""Spherical k-means: the centres by which an inverted file sorts its vectors into lists."""

import math

import numpy as np
import numpy.typing as npt

from parvis.recommender.signals import Floats

Places = npt.NDArray[np.intp]

CHUNK = 2048  # rows scored against all centres at once: 32 MB of scores at four thousand centres
SAMPLE_EACH = 32  # rows per centre to train on: four times as many find little more
ROWS_EACH = 64  # shorter lists cost more to visit than to scan
ROUNDS = 8
STARVED = 0.1  # a list with less than this part of its fair share starts anew elsewhere
AT_CENTRE = 0.999


def lists_for(size: int) -> int:
    """Return how many lists an index of `size` vectors has, one at least.

    Four times the square root. As many as the root (Jégou et al. 2011) are the fewest rows to look at when one list
    is searched; but clips come in many small subjects, more than there are lists, and at the same number of rows
    many short lists find more of them than few long ones.
    """
    return max(1, min(4 * math.isqrt(size), round(size / ROWS_EACH)))


def nearest(vectors: Floats, centres: Floats) -> Places:
    """Return the centre of largest inner product for each row, shape [n]; of equals the first."""
    found = np.empty(len(vectors), np.intp)
    for low in range(0, len(vectors), CHUNK):
        found[low : low + CHUNK] = (vectors[low : low + CHUNK] @ centres.T).argmax(axis=1)
    return found


def train(vectors: Floats, lists: int, seed: int) -> Floats:
    """Return `lists` unit centres, shape [lists, d], of unit vectors [n, d], n >= 1; the same for the same seed.

    Lloyd's rounds on a sample (Dhillon and Modha 2001 for the sphere). Centres that hold almost nothing are moved to
    where vectors are, so that no list is much longer than it need be.
    """
    random = np.random.default_rng(seed)
    most = lists * SAMPLE_EACH
    sample = vectors if len(vectors) <= most else vectors[np.sort(random.choice(len(vectors), most, replace=False))]
    first = random.choice(len(sample), lists, replace=len(sample) < lists)
    centres = sample[first].astype(np.float32)
    for _ in range(ROUNDS if lists > 1 else 1):
        centres = _moved(sample, centres, random)
    return centres


def _moved(sample: Floats, centres: Floats, random: np.random.Generator) -> Floats:
    lists = len(centres)
    owner = nearest(sample, centres)
    counts = np.bincount(owner, minlength=lists)
    order = np.argsort(owner, kind="stable")
    starts = np.concatenate([[0], np.cumsum(counts)])
    held = np.flatnonzero(counts)
    sums = np.zeros_like(centres)
    sums[held] = np.add.reduceat(sample[order], starts[held], axis=0)
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    moved: Floats = np.where(lengths > 1e-6, sums / np.maximum(lengths, 1e-6), centres).astype(np.float32)
    starved = np.flatnonzero(counts < STARVED * len(sample) / lists)
    # They start anew at vectors that are not at a centre already, or copies of one vector would take them all.
    loose = np.flatnonzero(np.einsum("ij,ij->i", sample, centres[owner]) < AT_CENTRE)
    if len(loose) >= len(starved):
        moved[starved] = sample[random.choice(loose, len(starved), replace=False)]
    return moved
