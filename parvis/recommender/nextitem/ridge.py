"""The next item as a linear function of decayed histories, in closed form from counts.

A history is read at several timescales: for each decay d the sum of d^age over its items, age 0 being the last one.
The states stand side by side, s [timescales x items], and the next item is regressed on them with a ridge:
W = (G + penalty I)^-1 C with G = sum of s s' and C = sum of s e_next'. This is EASE (Steck, "Embarrassingly Shallow
Autoencoders", WWW 2019) made directed and given a clock; both sums are exact counts, so one more event is one
rank-one update, and the order of learning does not matter.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.linalg
import scipy.sparse

from parvis.recommender.nextitem.sequences import Floats, History, Sequences, known

Sums = npt.NDArray[np.float64]


@dataclass
class Ridge:
    """Timescales `decays` (0 is the last item alone), over the last `window` items of a history.

    Memory: (timescales x items)^2 floats of 8 bytes for G; made for some thousands of items.
    """

    room: int
    decays: tuple[float, ...] = (0.6, 0.93)
    window: int = 60
    penalty: float = 200.0

    def __post_init__(self) -> None:
        width = len(self.decays) * self.room
        self.gram: Sums = np.zeros((width, width))
        self.cross: Sums = np.zeros((width, self.room))
        self._weights: Floats | None = None

    def fit(self, sequences: Sequences) -> None:
        """Count G and C of all sequences at once.

        Two items that stand `apart` in a history meet in every later state until one leaves the window: a geometric
        series, so each pair is visited once rather than once per state.
        """
        self.__post_init__()
        items, remaining = sequences.items, sequences.remaining()
        for apart in range(self.window):
            earlier, later = sequences.lagged(apart)
            states = np.minimum(remaining[later], self.window - apart)
            held = states > 0
            a, b, states = items[earlier[held]], items[later[held]], states[held]
            for one, old in enumerate(self.decays):
                for two, new in enumerate(self.decays):
                    self._meet(one, two, a, b, _series(old, new, apart, states))
                    if apart:
                        self._meet(two, one, b, a, _series(old, new, apart, states))
        for lag in range(1, self.window + 1):
            earlier, later = sequences.lagged(lag)
            for one, decay in enumerate(self.decays):
                if weight := decay ** (lag - 1):
                    np.add.at(self._block(self.cross, one, 0), (items[earlier], items[later]), weight)

    def learn(self, history: History, item: int) -> None:
        """Count that `item` came after `history`: O(timescales^2 x window^2)."""
        history = known(history, self.room)[-self.window :]
        if not len(history) or not 0 <= item < self.room:
            return
        where, value = self._state(history)
        self.gram[np.ix_(where, where)] += np.outer(value, value)
        self.cross[where, item] += value
        self._weights = None

    def score(self, histories: Sequence[History]) -> Floats:
        """Return the regression's value of each item, shape [histories, items]."""
        weights = self.weights()
        states = scipy.sparse.lil_array((len(histories), len(weights)), dtype=np.float32)
        for row, history in enumerate(histories):
            where, value = self._state(known(history, self.room)[-self.window :])
            states[row, where] = value
        return np.asarray((states.tocsr() @ weights), np.float32)

    def weights(self) -> Floats:
        """Return W [timescales x items, items]; solved anew when something was counted since."""
        if self._weights is None:
            solver = self.gram + self.penalty * np.eye(len(self.gram))
            self._weights = scipy.linalg.solve(solver, self.cross, assume_a="pos").astype(np.float32)
        return self._weights

    def _state(self, history: npt.NDArray[np.intp]) -> tuple[npt.NDArray[np.intp], Sums]:
        """Return the places and values of the state that are not 0."""
        ages = np.arange(len(history))[::-1].astype(np.float64)
        state = np.zeros((len(self.decays), self.room))
        for one, decay in enumerate(self.decays):
            np.add.at(state[one], history, decay**ages)
        where = np.flatnonzero(state)
        return where, state.ravel()[where]

    def _block(self, of: Sums, row: int, column: int) -> Sums:
        n = self.room
        return of[row * n : (row + 1) * n, column * n : (column + 1) * n]

    def _meet(self, one: int, two: int, rows: History, columns: History, values: Sums) -> None:
        if values.any():
            np.add.at(self._block(self.gram, one, two), (rows, columns), values)


def _series(old: float, new: float, apart: int, states: npt.NDArray[np.intp]) -> Sums:
    """Sum of old^(apart + i) new^i over i < states."""
    both = old * new
    return np.asarray(old**apart * (1.0 - both**states) / (1.0 - both), np.float64)
