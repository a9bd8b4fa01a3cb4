"""What others rank by, for the benchmarks of next items: popularity, EASE, and the models of the package implicit."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import scipy.linalg
import scipy.sparse

from benchmarks.nextitems import Bench
from parvis.recommender.nextitem.neighbours import Neighbours
from parvis.recommender.nextitem.sequences import Floats, History, Sequences


@dataclass
class Popularity:
    """How often each item was taken; with `half_life` in places from the end of a history, each time fades."""

    half_life: float = np.inf

    def fit(self, sequences: Sequences) -> None:
        """Count."""
        weights = 0.5 ** (sequences.remaining() / self.half_life)
        self._counts = np.bincount(sequences.items, weights, minlength=sequences.room).astype(np.float32)

    def score(self, histories: Sequence[History]) -> Floats:
        """Return the counts for everybody."""
        return np.tile(self._counts, (len(histories), 1))


@dataclass
class Ease:
    """EASE (Steck, WWW 2019): the history as a set, items regressed on each other."""

    penalty: float = 300.0

    def fit(self, sequences: Sequences) -> None:
        """Solve in closed form."""
        x = matrix(sequences.histories(), sequences.room)
        gram = (x.T @ x).toarray().astype(np.float32)
        gram[np.diag_indices_from(gram)] += self.penalty
        inverse = scipy.linalg.inv(gram, overwrite_a=True, check_finite=False)
        self._weights = -inverse / np.diag(inverse)
        np.fill_diagonal(self._weights, 0.0)

    def score(self, histories: Sequence[History]) -> Floats:
        """Return the regression's value of each item."""
        return np.asarray(matrix(histories, len(self._weights)) @ self._weights, np.float32)


@dataclass
class Implicit:
    """A model of the package implicit, asked for people by their histories."""

    model: Any
    _items: int = field(init=False)

    def fit(self, sequences: Sequences) -> None:
        """Fit it as its documentation shows."""
        self._items = sequences.room
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it advises on the number of BLAS threads
            self.model.fit(matrix(sequences.histories(), sequences.room), show_progress=False)

    def score(self, histories: Sequence[History]) -> Floats:
        """Return its scores of all items."""
        x = matrix(histories, self._items)
        if hasattr(self.model, "similarity"):
            return np.asarray((x @ self.model.similarity).toarray(), np.float32)
        users = self.model.recalculate_user(np.arange(len(histories)), x)
        return np.asarray(users @ self.model.item_factors.T, np.float32)


def matrix(histories: Sequence[History], room: int) -> scipy.sparse.csr_matrix:
    """Return who took what, [histories, items], 1 or 0."""
    rows = np.repeat(np.arange(len(histories)), [len(history) for history in histories])
    columns = np.concatenate([*histories, np.zeros(0, np.int64)])
    # implicit knows the older of SciPy's two kinds of sparse tables.
    table = scipy.sparse.csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=(len(histories), room))
    table.data[:] = 1.0
    return table


def measure(bench: Bench, *, factors: int, penalty: float, alpha: float) -> None:
    """Fit and judge them all."""
    from implicit.als import AlternatingLeastSquares
    from implicit.nearest_neighbours import BM25Recommender

    room = bench.split.whole.room
    als = AlternatingLeastSquares(
        factors=factors, regularization=0.05, alpha=alpha, iterations=15, num_threads=2, random_state=0
    )
    peers = {
        "popularity": Popularity(),
        "popularity decayed": Popularity(20.0),
        "implicit ALS": Implicit(als),
        "implicit BM25": Implicit(BM25Recommender(K=200, num_threads=2)),
        "EASE": Ease(penalty),
        "VSKNN": Neighbours(room, spread=np.inf),
        "VSTAN": Neighbours(room, after=False),
    }
    for name, model in peers.items():
        bench.judge(name, bench.fit(name, model).score)
