"""Vectors of clips, without a neural network: from what a clip is, from who likes it, and from both by evidence.

    content         its creator, sound, tags, language, market and length, each hashed to a fixed row of signs
    collaborative   randomised SVD of the shifted positive PMI of which clips are liked together
    blended         n / (n + k) of the collaborative one and the rest of what a ridge map makes of the content

Clips near to one another in the blended space are liked by the same people, and a new clip has its place at once.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from parvis.recommender.catalogue import TAGS, Catalogue, Names, Value
from parvis.recommender.signals import LENGTHS, Floats, Ints

DIMENSIONS = 64
WIDE = 256  # of the content vectors that the ridge map reads: more signs tell more values apart
CHUNK = 65_536

Signs = npt.NDArray[np.int8]
Counts = sparse.csr_array[Any, tuple[int, int]]


@dataclass(frozen=True)
class Weights:
    """How much each thing about a clip counts in its content vector."""

    creator: float = 1.0
    sound: float = 0.7
    tag: float = 1.0  # shared among the clip's tags, by the root of their number
    language: float = 0.5
    market: float = 0.3
    length: float = 0.2


def signs(kind: str, value: Value | int, width: int, seed: int = 0) -> Signs:
    """Return the row of -1 and 1 that stands for a value, shape [width]; zeros for an empty one.

    The bits of a keyed hash: the same in every process and on every machine, and two values are at right angles but
    for about 1 / sqrt(width) (signed random projection, Achlioptas 2003, of hashed features, Weinberger et al. 2009).
    """
    if value == "":
        return np.zeros(width, np.int8)
    raw = f"{kind}\0{value}".encode()
    key = seed.to_bytes(8, "little", signed=True)
    digest = b"".join(
        hashlib.blake2b(raw, digest_size=64, key=key, salt=block.to_bytes(8, "little")).digest()
        for block in range(-(-width // 512))
    )
    bits = np.unpackbits(np.frombuffer(digest, np.uint8), count=width)
    return (2 * bits.astype(np.int8) - 1).astype(np.int8)


class Content:
    """Content vectors of the clips of a catalogue. The rows of signs are made once for each value and kept."""

    def __init__(
        self, catalogue: Catalogue, *, width: int = DIMENSIONS, seed: int = 0, weights: Weights | None = None
    ) -> None:
        self.catalogue, self.width, self.seed = catalogue, width, seed
        self.weights = weights or Weights()
        self._known: dict[str, Signs] = {}
        lengths = [signs("length", number, width, seed) for number in range(LENGTHS)]
        self._lengths = np.stack(lengths).astype(np.float32)

    def vectors(self, clips: Ints) -> Floats:
        """Return the unit content vectors of clips, shape [n, width]. Every clip has a length, so none is zero."""
        catalogue, own = self.catalogue, self.weights
        made = np.empty((len(clips), self.width), np.float32)
        for low in range(0, len(clips), CHUNK):
            some = clips[low : low + CHUNK]
            total = own.length * self._lengths[catalogue.length[some]]
            for weight, names, numbers in (
                (own.creator, catalogue.creators, catalogue.creator),
                (own.sound, catalogue.sounds, catalogue.sound),
                (own.language, catalogue.languages, catalogue.language),
                (own.market, catalogue.markets, catalogue.market),
            ):
                total += np.float32(weight) * self._signs(names)[numbers[some]]
            tags = catalogue.tags[some]
            shares = np.float32(own.tag) / np.sqrt(np.maximum((tags > 0).sum(axis=1), 1)).astype(np.float32)
            table = self._signs(catalogue.tag_names)
            for column in range(TAGS):
                total += shares[:, None] * table[tags[:, column]]
            made[low : low + CHUNK] = _unit(total)
        return made

    def _signs(self, names: Names) -> Signs:
        """Return the signs of all values of a table of names, shape [values, width]."""
        known = self._known.get(names.kind)
        done, size = (0 if known is None else len(known)), len(names.value)
        if known is None or done < size:
            new = np.stack([signs(names.kind, value, self.width, self.seed) for value in names.value[done:size]])
            known = self._known[names.kind] = new if known is None else np.concatenate([known, new])
        return known


def associations(counts: Counts, *, shift: float = 1.0, smoothing: float = 0.75) -> Counts:
    """Return the shifted positive PMI of counts [n, n] of which clips are liked together, symmetric.

    max(0, log(c_ij * total / (c_i * c_j)) - log(shift)), with the totals of one side raised to `smoothing`, without
    which whatever is rare looks bound to whatever it was seen with (Levy, Goldberg and Dagan 2015). Directed counts
    are taken both ways. ValueError for counts that are negative, not finite or not square.
    """
    if len(counts.shape) != 2 or counts.shape[0] != counts.shape[1]:
        raise ValueError("counts of pairs are square")
    if not np.isfinite(counts.data).all() or (counts.data < 0).any():
        raise ValueError("a count is finite and not negative")
    both = sparse.coo_array(counts + counts.T)
    near = both.row != both.col
    row, column, value = both.row[near], both.col[near], both.data[near].astype(np.float64)
    totals = np.bincount(row, weights=value, minlength=counts.shape[0])
    smooth = totals**smoothing
    with np.errstate(divide="ignore", invalid="ignore"):
        pmi = np.log(value * smooth.sum() / (totals[row] * smooth[column]))
        # Smoothed on one side it is not quite symmetric: the mean of both ways is.
        pmi = (pmi + np.log(value * smooth.sum() / (totals[column] * smooth[row]))) / 2 - np.log(shift)
    kept = np.isfinite(pmi) & (pmi > 0)
    return sparse.csr_array((pmi[kept].astype(np.float32), (row[kept], column[kept])), shape=counts.shape)


def factors(matrix: Counts, dimensions: int = DIMENSIONS, *, seed: int = 0, rounds: int = 3, more: int = 16) -> Floats:
    """Return U sqrt(S) of the leading singular values of a symmetric sparse matrix [n, n], shape [n, dimensions].

    Randomised SVD with `rounds` of power iteration and `more` spare columns (Halko, Martinsson and Tropp 2011,
    algorithms 4.4 and 5.3). Columns beyond the rank are zeros; signs are fixed, so the same seed gives the same.
    """
    size = matrix.shape[0]
    width = min(dimensions + more, size)
    if not matrix.nnz:
        return np.zeros((size, dimensions), np.float32)
    span = np.random.default_rng(seed).standard_normal((size, width), dtype=np.float32)
    for _ in range(rounds + 1):
        span = np.linalg.qr(matrix @ span)[0]
    small = span.T @ (matrix @ span)
    values, turns = np.linalg.eigh((small + small.T) / 2)
    order = np.argsort(-np.abs(values), kind="stable")[:dimensions]
    strength = np.abs(values[order])
    strength[strength < 1e-5 * strength[0]] = 0.0
    left = span @ turns[:, order]
    peaks = left[np.abs(left).argmax(axis=0), np.arange(left.shape[1])]
    made = np.zeros((size, dimensions), np.float32)
    made[:, : len(order)] = left * (np.where(peaks < 0, -1.0, 1.0) * np.sqrt(strength))
    return made


@dataclass
class Embedding:
    """Blended vectors of the clips of a catalogue.

    `fit` takes counts of which clips are liked together; `vectors` gives those of any clips, also of ones that came
    since. Before the first `fit` a clip's vector is that of its content.
    """

    catalogue: Catalogue
    seed: int = 0
    doubt: float = 20.0  # the k of n / (n + k): evidence at which a clip's own vector counts as much as its content
    ridge: float = 30.0
    fit_most: int = 200_000  # clips with most evidence on which the map is fitted

    def __post_init__(self) -> None:
        self._plain = Content(self.catalogue, seed=self.seed)
        self._wide = Content(self.catalogue, width=WIDE, seed=self.seed)
        self._own: Floats = np.empty((0, DIMENSIONS), np.float32)
        self._evidence: Floats = np.empty(0, np.float32)
        self._map: Floats | None = None

    def fit(self, counts: Counts, *, shift: float = 1.0) -> None:
        """Learn from counts [n, n] by catalogue index, n at most the catalogue's size; replaces what was learned.

        A minute or so per million clips: in the background. ValueError as `associations`, and for n too large; then
        nothing has changed.
        """
        if counts.shape[0] > self.catalogue.size:
            raise ValueError("counts of clips that the catalogue does not have")
        own = _unit(factors(associations(counts, shift=shift), seed=self.seed))
        evidence = np.asarray(counts.sum(axis=0) + counts.sum(axis=1), np.float32).ravel()
        evidence[~own.any(axis=1)] = 0.0  # liked with nothing in particular: its own vector says nothing
        learned = np.flatnonzero(evidence > 0)
        best = learned[np.argsort(-evidence[learned], kind="stable")[: self.fit_most]].astype(np.int32)
        self._map = self._fitted(best, own, evidence) if len(best) else None
        self._own, self._evidence = own, evidence

    def vectors(self, clips: Ints) -> Floats:
        """Return the unit vectors of clips, shape [n, 64]."""
        if self._map is None:
            return self._plain.vectors(clips)
        guess = np.concatenate([_unit(self._wide.vectors(clips[low : low + CHUNK]) @ self._map)
                                for low in range(0, max(len(clips), 1), CHUNK)])  # fmt: skip
        known = np.flatnonzero(clips < len(self._own))
        evidence = self._evidence[clips[known]]
        sure = (evidence / (evidence + np.float32(self.doubt)))[:, None]
        guess[known] += sure * (self._own[clips[known]] - guess[known])
        return _unit(guess)

    def _fitted(self, clips: Ints, own: Floats, evidence: Floats) -> Floats:
        """Return the ridge map [WIDE, 64] from content to collaborative vectors, clips weighed by their evidence."""
        left, right = np.zeros((WIDE, WIDE)), np.zeros((WIDE, DIMENSIONS))
        for low in range(0, len(clips), CHUNK):
            some = clips[low : low + CHUNK]
            content = self._wide.vectors(some)
            weighed = content * (evidence[some] / (evidence[some] + np.float32(self.doubt)))[:, None]
            left += weighed.T @ content
            right += weighed.T @ own[some]
        solved = np.linalg.solve(left + self.ridge / WIDE * np.eye(WIDE), right)
        return solved.astype(np.float32)


def mean_of_taste(vectors: Floats, values: Floats, *, memory: float = 0.95) -> Floats | None:
    """Return a viewer's unit vector from those of the clips watched [n, d], the latest last, and how each was liked.

    A decayed mean: `values` [n] are satisfactions (negative: away from that clip), and each further clip leaves
    `memory` of what was before. None where nothing is left: nothing known, or likings that cancel out.
    """
    n = len(values)
    if not n:
        return None
    weights = np.clip(values, -1.0, 1.5) * memory ** np.arange(n - 1, -1, -1, dtype=np.float32)
    total: Floats = weights.astype(np.float32) @ vectors
    length = float(np.linalg.norm(total))
    return total / np.float32(length) if np.isfinite(length) and length > 1e-6 else None


def _unit(vectors: Floats) -> Floats:
    """Return rows of length 1; rows of zeros stay zeros."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Floats = vectors / np.maximum(lengths, np.float32(1e-9))
    return scaled


__all__ = ["DIMENSIONS", "Content", "Embedding", "Weights", "associations", "factors", "mean_of_taste", "signs"]
