"""Histories as two flat arrays, and the one interface that every next-item model keeps."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]
Places = npt.NDArray[np.intp]
History = npt.NDArray[np.integer]


class Model(Protocol):
    """A next-item model over items 0..n-1."""

    def fit(self, sequences: "Sequences") -> None:
        """Learn from all sequences at once; what was learnt before is forgotten."""

    def score(self, histories: Sequence[History]) -> Floats:
        """Return how likely each item comes next, shape [histories, items]; higher is likelier, always finite.

        Items of a history that the model does not know are passed over; an empty history is allowed.
        """


class Learner(Model, Protocol):
    """A model of counts: it also learns event by event, to the same state that `fit` comes to."""

    def learn(self, history: History, item: int) -> None:
        """Learn that `item` came after `history` (oldest first; only its end matters)."""


@dataclass(frozen=True)
class Sequences:
    """Who took what, in order: `items` [events] of all, one sequence after another; `starts` [sequences + 1]."""

    items: Ints
    starts: Places
    room: int  # items are 0..room-1

    @classmethod
    def of(cls, lists: Iterable[Iterable[int]], room: int) -> "Sequences":
        """Make it of one list per person, oldest first. ValueError when an item is not in 0..room-1."""
        rows = [np.asarray(list(one), np.int64) for one in lists]
        items = np.concatenate([*rows, np.zeros(0, np.int64)])
        if len(items) and (items.min() < 0 or items.max() >= room):
            raise ValueError(f"an item is outside 0..{room - 1}")
        starts = np.zeros(len(rows) + 1, np.intp)
        np.cumsum([len(row) for row in rows], out=starts[1:])
        return cls(items.astype(np.int32), starts, room)

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, number: int) -> Ints:
        return self.items[self.starts[number] : self.starts[number + 1]]

    @property
    def lengths(self) -> Places:
        """How long each sequence is, shape [sequences]."""
        return np.diff(self.starts)

    def histories(self) -> list[Ints]:
        """Return each sequence as an array of its own (views)."""
        return [self[number] for number in range(len(self))]

    def without_last(self, count: int) -> "Sequences":
        """Return the sequences without their last `count` events; a shorter one is empty then."""
        lengths = np.maximum(self.lengths - count, 0)
        kept = self.positions() < np.repeat(lengths, self.lengths)
        starts = np.zeros(len(self) + 1, np.intp)
        np.cumsum(lengths, out=starts[1:])
        return Sequences(self.items[kept], starts, self.room)

    def positions(self) -> Places:
        """Return the place of each event in its sequence, from 0; shape [events]."""
        return np.arange(len(self.items)) - np.repeat(self.starts[:-1], self.lengths)

    def remaining(self) -> Places:
        """Return how many events follow each event in its sequence; shape [events]."""
        return np.repeat(self.lengths, self.lengths) - self.positions() - 1

    def lagged(self, lag: int) -> tuple[Places, Places]:
        """Return the places in `items` of all pairs that stand `lag` apart in one sequence: earlier, later."""
        later = np.flatnonzero(self.positions() >= lag)
        return later - lag, later


def known(history: History, room: int) -> Places:
    """Return the items of a history that are in 0..room-1, in order."""
    history = np.asarray(history)
    return history[(history >= 0) & (history < room)].astype(np.intp)
