"""Which items follow which: directed co-visits, each pair counted by how far apart the two stand.

The counts are sums over pairs, so they are learnt event by event exactly. This is the whole table of what
`parvis.recommender.covisits` keeps in bounded room.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse

from parvis.recommender.nextitem.sequences import Floats, History, Sequences, known


@dataclass
class Followers:
    """Item j follows item i with weight `decay`^(apart - 1) for every time it came up to `window` later.

    A score sums the followers of the last `reach` items, each further back worth `fade` of the next one; rows are
    divided by total^`row`, columns by total^`column` (1 would make them probabilities, 0 leaves them as counts).
    With `kinds` [items x kinds], a sparse table of each item's attributes, what follows is counted for the kinds
    of an item rather than for itself: how a rare item borrows from its like.
    """

    room: int
    window: int = 10
    decay: float = 0.8
    reach: int = 20
    fade: float = 0.8
    row: float = 0.5
    column: float = 0.3
    kinds: scipy.sparse.csr_array | None = None

    def __post_init__(self) -> None:
        self._counts = scipy.sparse.csr_array((self.room, self.room), dtype=np.float64)
        self._new: list[tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], npt.NDArray[np.float64]]] = []
        self._table: scipy.sparse.csr_array | None = None

    def fit(self, sequences: Sequences) -> None:
        """Count all pairs."""
        self.__post_init__()
        for lag in range(1, self.window + 1):
            earlier, later = sequences.lagged(lag)
            weights = np.full(len(later), self.decay ** (lag - 1))
            rows, columns = sequences.items[earlier].astype(np.intp), sequences.items[later].astype(np.intp)
            self._new.append((rows, columns, weights))
        self.counts()

    def learn(self, history: History, item: int) -> None:
        """Count that `item` came after `history`: O(window)."""
        before = known(history, self.room)[-self.window :][::-1]
        if 0 <= item < self.room and len(before):
            self._new.append(
                (before, np.full(len(before), item, np.intp), self.decay ** np.arange(len(before), dtype=np.float64))
            )
            self._table = None

    def counts(self) -> scipy.sparse.csr_array:
        """Return the weighted counts [from, to]; what was learnt since is added first."""
        if self._new:
            rows, columns, weights = (np.concatenate(part) for part in zip(*self._new, strict=True))
            new = scipy.sparse.coo_array((weights, (rows, columns)), shape=self._counts.shape)
            self._counts, self._new = (self._counts + new.tocsr()).tocsr(), []
        return self._counts

    def score(self, histories: Sequence[History]) -> Floats:
        """Return the weight with which each item follows, shape [histories, items]; 0 where nothing is known."""
        rows, columns, weights = [], [], []
        for number, history in enumerate(histories):
            last = known(history, self.room)[-self.reach :][::-1]
            rows.append(np.full(len(last), number))
            columns.append(last)
            weights.append(self.fade ** np.arange(len(last)))
        parts = (np.concatenate(weights), (np.concatenate(rows), np.concatenate(columns)))
        asked = scipy.sparse.coo_array(parts, shape=(len(histories), self.room)).tocsr()
        if self.kinds is not None:
            asked = asked @ self.kinds
        return np.asarray((asked @ self.table()).toarray(), np.float32)

    def table(self) -> scipy.sparse.csr_array:
        """Return the normalised counts that scores are made of: [from, to], or [kind, to] with kinds."""
        if self._table is None or self._new:
            counts = self.counts()
            arrived = np.asarray(counts.sum(axis=0)) + 1.0
            if self.kinds is not None:
                counts = (self.kinds.T @ counts).tocsr()
            left = np.asarray(counts.sum(axis=1)) + 1.0
            scaled = (
                scipy.sparse.diags_array(left**-self.row) @ counts @ scipy.sparse.diags_array(arrived**-self.column)
            )
            self._table = scaled.tocsr()
        return self._table
