"""Which clips follow which: counted in a bounded table, and the same in few dimensions, both up to date at once."""

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from parvis.recommender.signals import Floats, Ints

WAYS = 16  # a hash of the follower names the set of a row, the ways within the set are searched
FADE = np.float32(0.9)  # what a rival takes from the weakest of a full set
DOUBT = np.float32(3.0)  # as if each clip had left and arrived this often for and from nowhere
SPARE = 16  # further dimensions while the basis is sought
ROUNDS = 3
ARRAYS = ("follower", "weight", "out", "into", "source", "target", "source_basis", "target_basis")


class Pairs:
    """Directed co-visits of `room` clips, and vectors: source @ target is about log(1 + how often over chance).

    `follower` [room, sets, WAYS] (-1: empty) and `weight` are the counts; a rival wears the weakest of its set down and
    takes the place when heavier (HeavyKeeper, Yang et al. 2018). `refresh` finds the basis by a randomised singular
    value decomposition (Halko, Martinsson & Tropp 2011); between two a change of one cell is folded into the
    vectors of its row and its column (Berry, Dumais & O'Brien 1995), which costs O(dimensions) a pair.
    """

    def __init__(self, room: int, sets: int, dimensions: int, seed: int = 0) -> None:
        self.sets, self.dimensions, self.seed = sets, dimensions, seed
        self.follower: Ints = np.full((room, sets, WAYS), -1, np.int32)
        self.weight: Floats = np.zeros((room, sets, WAYS), np.float32)
        self.out: Floats = np.zeros(room, np.float32)
        self.into: Floats = np.zeros(room, np.float32)
        self.total = 0.0
        self.source, self.target, self.source_basis, self.target_basis = (
            np.zeros((room, dimensions), np.float32) for _ in range(4)
        )

    def grow(self, room: int) -> None:
        """Make room for more clips."""
        more = room - len(self.out)
        for name in ARRAYS if more > 0 else ():
            old = getattr(self, name)
            fill = np.full((more, *old.shape[1:]), -1 if name == "follower" else 0, old.dtype)
            setattr(self, name, np.concatenate([old, fill]))

    def add(self, sources: Ints, target: int, weight: Floats) -> None:
        """Count that `target` followed each of `sources` (none of them twice, nor the target itself) by `weight`."""
        self.out[sources] += weight
        added = float(weight.sum())
        self.into[target] += np.float32(added)
        self.total += added
        chosen = self._set(target)
        held, weights = self.follower[sources, chosen], self.weight[sources, chosen]
        same = held == target
        known = same.any(axis=1)
        way = np.where(known, same.argmax(axis=1), weights.argmin(axis=1))
        row = np.arange(len(sources))
        before = weights[row, way]
        worn = before * FADE
        wins = known | (worn < weight)
        after = np.where(known, before + weight, np.where(wins, weight, worn)).astype(np.float32)
        self.weight[sources, chosen, way] = after
        self.follower[sources[wins], chosen, way[wins]] = target
        change = self._excess(after, sources, target) - np.where(known, self._excess(before, sources, target), 0)
        change = np.where(wins, change, 0).astype(np.float32)
        self.source[sources] += change[:, None] * self.target_basis[target]
        self.target[target] += change @ self.source_basis[sources]

    def load(self, sources: Ints, targets: Ints, weights: Floats) -> None:
        """Count many pairs at once into an empty table: of each set the WAYS heaviest stay. Call `refresh` after it."""
        room = len(self.out)
        matrix = sparse.csr_array((weights, (sources, targets)), shape=(room, room))
        matrix.sum_duplicates()
        self.out, self.into = (matrix.sum(axis=axis).astype(np.float32) for axis in (1, 0))
        self.total = float(self.out.sum(dtype=np.float64))
        source = np.repeat(np.arange(room), np.diff(matrix.indptr))
        target, weight = matrix.indices.astype(np.int32), matrix.data.astype(np.float32)
        group = source * self.sets + self._set(target.astype(np.int64))
        order = np.lexsort((target, -weight, group))
        group, target, weight = group[order], target[order], weight[order]
        first = np.flatnonzero(np.diff(group, prepend=-1))
        way = np.arange(len(group)) - np.repeat(first, np.diff(np.append(first, len(group))))
        kept = way < WAYS
        self.follower.reshape(-1, WAYS)[group[kept], way[kept]] = target[kept]
        self.weight.reshape(-1, WAYS)[group[kept], way[kept]] = weight[kept]

    def after(self, sources: Ints, weight: Floats, size: int) -> Floats:
        """Return how often each of the first `size` clips followed `sources`, each weighted; shape [size]."""
        followers = self.follower[sources].reshape(len(sources), -1)
        counts = self.weight[sources].reshape(len(sources), -1) * weight[:, None]
        # Places that are empty are counted at one place more, and left away.
        found = np.bincount(followers.ravel() + 1, counts.ravel(), size + 1)[1 : size + 1]
        return found.astype(np.float32)

    def refresh(self, fade: float = 1.0) -> None:
        """Leave `fade` of all that was counted, and find the vectors anew. About a second for 7,500 clips.

        In an empty table all vectors are 0.
        """
        for name in ("weight", "out", "into"):
            getattr(self, name)[...] *= np.float32(fade)
        self.total *= fade
        source, sets, way = np.nonzero(self.follower >= 0)
        target = self.follower[source, sets, way]
        if not len(source):
            return
        values = self._excess(self.weight[source, sets, way], source, target)
        room = len(self.out)
        matrix = sparse.csr_array((values, (source, target)), shape=(room, room))
        left, sizes, right = _decompose(matrix, self.dimensions, self.seed)
        root = np.sqrt(sizes)
        inverse = np.where(root > 1e-3, 1 / np.maximum(root, 1e-3), 0)
        self.source, self.target = (left * root).astype(np.float32), (right * root).astype(np.float32)
        self.source_basis = (left * inverse).astype(np.float32)
        self.target_basis = (right * inverse).astype(np.float32)

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Return the state by name (not copied)."""
        return {name: getattr(self, name) for name in ARRAYS} | {"total": np.array([self.total])}

    def take_up(self, arrays: dict[str, npt.NDArray[Any]]) -> None:
        """Take up copies of what `arrays` gave; the caller has checked the shapes."""
        for name in ARRAYS:
            setattr(self, name, arrays[name].copy())
        self.total = float(arrays["total"][0])

    def _set(self, target: Any) -> Any:
        return (target * 2654435761 >> 16) % self.sets

    def _excess(self, count: Floats, sources: npt.NDArray[Any], target: Any) -> Floats:
        """Return log(1 + count over what chance would give)."""
        chance = (self.out[sources] + DOUBT) * (self.into[target] + DOUBT)
        excess: Floats = np.log1p(count * np.float32(self.total) / chance).astype(np.float32)
        return excess


def _decompose(matrix: Any, dimensions: int, seed: int) -> tuple[Any, Any, Any]:
    """Return left [n, d], sizes [d], right [n, d] of the greatest singular values of a sparse matrix."""
    width = min(dimensions + SPARE, matrix.shape[0])
    start = np.random.default_rng(seed).standard_normal((matrix.shape[1], width)).astype(np.float32)
    turned = matrix.T.tocsr()
    basis = np.linalg.qr(matrix @ start)[0]
    for _ in range(ROUNDS):
        basis = np.linalg.qr(matrix @ np.linalg.qr(turned @ basis)[0])[0]
    small = (turned @ basis).T
    left, sizes, right = np.linalg.svd(small, full_matrices=False)
    room = np.zeros((3, dimensions))
    room[0, : min(dimensions, width)] = sizes[:dimensions]
    first, second = (np.zeros((matrix.shape[0], dimensions)) for _ in range(2))
    first[:, : min(dimensions, width)] = (basis @ left)[:, :dimensions]
    second[:, : min(dimensions, width)] = right.T[:, :dimensions]
    return first, room[0], second
