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

from parvis.recommender.nextitem.sequences import Floats, History, Ints, Places, Sequences, known

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
        series, so each pair is visited once rather than once per state. The pairs go in the order of the earlier item,
        so that the sums of one row stay in the processor's cache.
        """
        self.__post_init__()
        items, remaining = sequences.items, sequences.remaining()
        by_item = np.argsort(items, kind="stable")
        for apart in range(self.window, -1, -1):
            earlier = by_item[remaining[by_item] > max(apart - 1, 0)]
            if apart:
                self._follow(items[earlier], items[earlier + apart], apart)
            earlier = earlier[remaining[earlier] > apart]
            states = np.minimum(remaining[earlier] - apart, self.window - apart)
            if not apart:
                self.gram += self.gram.T.copy()  # until here each pair was entered from its earlier item alone
            if apart < self.window:
                self._meet(items[earlier], items[earlier + apart], apart, states)

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

    def _state(self, history: Places) -> tuple[Places, Sums]:
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

    def _follow(self, before: Ints, after: Ints, lag: int) -> None:
        for one, decay in enumerate(self.decays):
            if weight := decay ** (lag - 1):
                np.add.at(self._block(self.cross, one, 0), (before, after), weight)

    def _meet(self, before: Ints, after: Ints, apart: int, states: Places) -> None:
        for one, old in enumerate(self.decays):
            for two, new in enumerate(self.decays):
                if old or not apart:
                    block = self._block(self.gram, one, two)
                    np.add.at(block, (before, after), _series(old, new, apart, states))


def _series(old: float, new: float, apart: int, states: Places) -> Sums:
    """Sum of old^(apart + i) new^i over i < states."""
    both = old * new
    return np.asarray(old**apart * (1.0 - both**states) / (1.0 - both), np.float64)
