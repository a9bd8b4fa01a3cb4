"""How vectors stand in memory: as float32, or as int8 with one scale per row; and rows that grow."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from parvis.recommender.signals import Floats, Ints

Rows = npt.NDArray[Any]  # float32 or int8, [n, d]
Where = npt.NDArray[np.intp] | npt.NDArray[np.bool_]
STEPS = 127
GONE = -1  # the id of a row that was removed


class BadVectorError(ValueError):
    """Vectors or ids that an index cannot take: not finite, of no length, or of another shape. Nothing has changed."""


class Part(NamedTuple):
    """Rows that are searched together. `scales` is of length 0 where rows are float32."""

    ids: Ints
    rows: Rows
    scales: Floats

    def scores(self, query: Floats) -> Floats:
        """Return the inner product of each row with `query`, shape [n]."""
        if self.rows.dtype == np.float32:
            plain: Floats = self.rows @ query
            return plain
        scored: Floats = self.rows.astype(np.float32) @ query
        scored *= self.scales
        return scored

    def take(self, which: Where) -> "Part":
        """Return the rows at `which` (indices or a mask)."""
        return Part(self.ids[which], self.rows[which], self.scales[which] if len(self.scales) else self.scales)

    def cut(self, low: int, high: int) -> "Part":
        """Return rows low..high as views."""
        return Part(self.ids[low:high], self.rows[low:high], self.scales[low:high])

    def kept(self) -> "Part":
        """Return the rows that were not removed."""
        live = self.ids >= 0
        return self if live.all() else self.take(live)


def encode(vectors: Floats, quantised: bool) -> tuple[Rows, Floats]:
    """Return rows and scales of vectors [n, d]; int8 rows are rounded to 1/127 of the row's largest component."""
    if not quantised:
        return vectors, np.empty(0, np.float32)
    scales = np.abs(vectors).max(axis=1, initial=0.0) / np.float32(STEPS)
    scales = np.maximum(scales, np.float32(1e-12))
    return np.rint(vectors / scales[:, None]).astype(np.int8), scales


def decode(rows: Rows, scales: Floats) -> Floats:
    """Return the vectors that rows stand for, shape [n, d]."""
    vectors = rows.astype(np.float32)
    return vectors * scales[:, None] if rows.dtype == np.int8 else vectors


def unit(vectors: object, dimensions: int) -> Floats:
    """Return vectors as unit rows [n, dimensions]; BadVectorError where one is not finite or has no length."""
    try:
        given = np.asarray(vectors, np.float32)
    except (TypeError, ValueError) as error:
        raise BadVectorError("vectors are numbers") from error
    if given.ndim != 2 or given.shape[1] != dimensions:
        raise BadVectorError(f"vectors are of shape [n, {dimensions}], not {list(given.shape)}")
    # In double: a component of 1e30 is finite, its square in single is not.
    squares = np.einsum("ij,ij->i", given, given, dtype=np.float64, casting="safe")
    if not np.isfinite(squares).all() or (squares <= 0).any():
        raise BadVectorError("a vector is finite and not zero")
    scaled: Floats = (given / np.sqrt(squares)[:, None]).astype(np.float32)
    return scaled


class Tail:
    """Rows added to a list since it was made. Readers may hold `view()` while it grows: what is written stays put."""

    __slots__ = ("_ids", "_rows", "_scales", "size")

    def __init__(self, dimensions: int, quantised: bool) -> None:
        self._ids: Ints = np.empty(4, np.int32)
        self._rows: Rows = np.empty((4, dimensions), np.int8 if quantised else np.float32)
        self._scales: Floats = np.empty(4 if quantised else 0, np.float32)
        self.size = 0

    def extend(self, part: Part) -> int:
        """Append rows; return the place of the first."""
        first, size = self.size, self.size + len(part.ids)
        if size > len(self._ids):
            room = max(size, 2 * len(self._ids))
            self._ids, self._rows = _grown(self._ids, room, first), _grown(self._rows, room, first)
            self._scales = _grown(self._scales, room, first) if len(self._scales) else self._scales
        self._ids[first:size], self._rows[first:size] = part.ids, part.rows
        if len(self._scales):
            self._scales[first:size] = part.scales
        self.size = size  # last: a reader who saw the old size sees only whole rows
        return first

    def view(self) -> Part:
        """Return what was added, removed rows with the id GONE."""
        size = self.size
        return Part(self._ids[:size], self._rows[:size], self._scales[:size])

    def remove(self, place: int) -> None:
        """Mark one row as removed."""
        self._ids[place] = GONE


def _grown(array: npt.NDArray[Any], room: int, size: int) -> npt.NDArray[Any]:
    grown = np.empty((room, *array.shape[1:]), array.dtype)
    grown[:size] = array[:size]
    return grown
