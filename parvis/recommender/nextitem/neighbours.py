"""Sequences like this one vote for what comes next: nearest neighbours that know about order.

VSKNN and VSTAN as Ludewig, Mauro, Latifi and Jannach describe them ("Empirical analysis of session-based
recommendation algorithms", UMUAI 2021; STAN by Garg et al., SIGIR 2019), without the age of a session, which the
files of the benchmarks do not tell.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse

from parvis.recommender.nextitem.sequences import Floats, History, Places, Sequences, known


@dataclass
class Neighbours:
    """The `nearest` sequences vote for their items.

    `fade`: an item of the history weighs exp(-age / fade). `spread`: a neighbour's vote for an item weighs
    exp(-distance / spread), the distance being the places between it and the latest item that both share; infinite
    for VSKNN, where the vote fades with the age of that item instead. `after` lets only what came after it vote.
    `rare` multiplies a vote by (idf of the item)^rare.
    """

    room: int
    nearest: int = 500
    fade: float = 5.0
    spread: float = 5.0
    after: bool = False
    rare: float = 1.0
    reach: int = 50

    def fit(self, sequences: Sequences) -> None:
        """Remember the sequences, and where each item stands in each."""
        self._sequences = sequences
        rows = np.repeat(np.arange(len(sequences)), sequences.lengths)
        shape = (self.room, len(sequences))
        # The place in a sequence is kept from 1, so that 0 is "not in it"; where an item comes twice, the later one.
        places = scipy.sparse.coo_array((sequences.positions() + 1, (sequences.items, rows)), shape=shape)
        self._where = _latest(places)
        held = np.diff(self._where.indptr)
        self._idf = np.log((len(sequences) + 1) / (held + 1.0)) ** self.rare
        self._norms = np.sqrt(sequences.lengths + 1.0)

    def score(self, histories: Sequence[History]) -> Floats:
        """Return the votes for each item, shape [histories, items]; 0 where nobody votes."""
        return np.stack([self._votes(known(history, self.room)[-self.reach :]) for history in histories])

    def _votes(self, history: Places) -> Floats:
        near, like, age, place = self._near(history)
        votes = np.zeros(self.room, np.float32)
        if not len(near):
            return votes
        starts, lengths = self._sequences.starts[near], self._sequences.lengths[near]
        heads = np.cumsum(lengths) - lengths
        within = np.arange(lengths.sum()) - np.repeat(heads, lengths)
        items = self._sequences.items[within + np.repeat(starts, lengths)]
        distance = within - np.repeat(place, lengths)
        weights = np.repeat(like, lengths)
        if np.isinf(self.spread):
            weights = weights * np.repeat(1.0 / (age + 1.0), lengths)
        else:
            weights = weights * np.exp(-np.abs(distance) / self.spread)
        if self.after:
            weights = weights * (distance > 0)
        return (np.bincount(items, weights, minlength=self.room) * self._idf).astype(np.float32)

    def _near(self, history: Places) -> tuple[Places, npt.NDArray[np.float64], Places, Places]:
        """Return the nearest sequences: their numbers, likeness, the age of the latest shared item, its place."""
        count = len(self._sequences)
        like, latest, place = np.zeros(count), np.full(count, -1), np.zeros(count, np.intp)
        for at, item in enumerate(history):  # oldest first: the latest shared item is written last
            span = slice(self._where.indptr[item], self._where.indptr[item + 1])
            holders = self._where.indices[span]
            like[holders] += np.exp(-(len(history) - 1 - at) / self.fade) * self._idf[item]
            latest[holders], place[holders] = at, self._where.data[span] - 1
        like /= self._norms
        near = np.flatnonzero(like)
        if len(near) > self.nearest:
            near = near[np.argpartition(-like[near], self.nearest - 1)[: self.nearest]]
        return near, like[near], len(history) - 1 - latest[near], place[near]


def _latest(places: scipy.sparse.coo_array) -> scipy.sparse.csr_array:
    """Return the table with the greatest value where a cell has several (a plain conversion would add them)."""
    rows, columns = places.coords
    order = np.lexsort((places.data, columns, rows))
    rows, columns, data = rows[order], columns[order], places.data[order]
    last = np.append((rows[1:] != rows[:-1]) | (columns[1:] != columns[:-1]), True)[: len(rows)]
    return scipy.sparse.csr_array((data[last], (rows[last], columns[last])), shape=places.shape)
