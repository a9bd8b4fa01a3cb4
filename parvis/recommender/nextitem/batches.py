"""Sequences cut into pieces of like length for training."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from parvis.recommender.nextitem.sequences import Ints, Places, Sequences


@dataclass(frozen=True)
class Batch:
    """Pieces side by side, [time, pieces]: the items, those that follow, and whether that place is asked."""

    items: Places
    following: Places
    asked: npt.NDArray[np.bool_]


def pieces(sequences: Sequences, length: int, lead: int, rng: np.random.Generator) -> list[tuple[Ints, int]]:
    """Cut each sequence into pieces; a piece is (its items and the one that follows, the first place to ask).

    Cuts are drawn anew each time. Every place but the first is asked once; a piece that does not start its sequence
    begins `lead` places earlier, so that nobody is asked with an empty memory in the middle of things.
    """
    found = []
    for row in sequences.histories():
        places = len(row) - 1
        start = 0
        end = min(places, int(rng.integers(8, length + 1)) if places > length else length)
        while start < places:
            first = max(0, start - lead)
            found.append((row[first : end + 1], start - first))
            start, end = end, min(places, end + length)
    return found


def batches(cut: list[tuple[Ints, int]], events: int, rng: np.random.Generator) -> Iterator[Batch]:
    """Yield batches of about `events` places in random order, pieces of like length together."""
    lengths = np.array([len(piece) - 1 for piece, _ in cut])
    order = np.argsort(lengths + 8.0 * rng.random(len(cut)), kind="stable")
    groups: list[list[int]] = [[]]
    longest = 0
    for number in order.tolist():
        longest = max(longest, int(lengths[number]))
        if groups[-1] and longest * (len(groups[-1]) + 1) > events:
            groups.append([])
            longest = int(lengths[number])
        groups[-1].append(number)
    for at in rng.permutation(len(groups)):
        if groups[at]:
            yield _batch([cut[number] for number in groups[at]])


def _batch(some: list[tuple[Ints, int]]) -> Batch:
    shape = (max(len(piece) for piece, _ in some) - 1, len(some))
    batch = Batch(np.zeros(shape, np.intp), np.zeros(shape, np.intp), np.zeros(shape, np.bool_))
    for column, (piece, first) in enumerate(some):
        span = len(piece) - 1
        batch.items[:span, column] = piece[:-1]
        batch.following[:span, column] = piece[1:]
        batch.asked[first:span, column] = True
    return batch
