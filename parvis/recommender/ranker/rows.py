"""Who meets what: each field of a showing, and each pair of fields that matters, has one row in a hashed table.

A row counts what happened to it, and fades. The same row numbers index the weights of the heads, so one hash serves
both (feature hashing, Weinberger et al. 2009).
"""

from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from parvis.recommender.signals import Floats

FIELDS = ("viewer", "clip", "creator", "tag", "second tag", "length", "surface", "hour")
CROSSES = (
    ("viewer", "tag"), ("viewer", "creator"), ("viewer", "length"), ("viewer", "surface"),
    ("clip", "surface"), ("tag", "length"), ("tag", "surface"), ("length", "surface"),
)  # fmt: skip
HALF_LIVES_S = np.array([14 * 86_400.0, 0.5 * 86_400.0])  # slow and fast
SCALE = (1 / HALF_LIVES_S).astype(np.float32)[:, None]
DOUBT = np.array([4.0, 2.0], np.float32)  # showings as if they had gone as usual
PER_SLOT = 4
COUNTS = 6  # slow: showings, surprises, surplus of watch time; the same fast

Rows = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Layout:
    """Which fields a showing has (`length` among them), and which pairs of them matter. Each is a slot."""

    fields: tuple[str, ...] = FIELDS
    crosses: tuple[tuple[str, str], ...] = CROSSES

    @property
    def slots(self) -> int:
        """How many rows a showing has."""
        return len(self.fields) + len(self.crosses)


@dataclass(frozen=True)
class Showings:
    """n showings, or clips that might be shown: who, what, where and when.

    `fields` [n, fields of the layout] holds any whole numbers (int64) that tell values apart, -1 for none; `length`
    must be below LENGTHS. `extra` [n, e] holds further numbers such as scores of retrieval; NaN where not known. `at`
    [n] in seconds since 1970.
    """

    fields: npt.NDArray[np.int64]
    extra: Floats
    at: npt.NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.at)

    def take(self, which: npt.NDArray[Any] | slice) -> Self:
        """Return the showings at `which`."""
        return type(self)(*(getattr(self, one.name)[which] for one in fields(self)))


class Hash:
    """Gives showings of a layout their rows."""

    def __init__(self, layout: Layout, bits: int) -> None:
        places = {name: place for place, name in enumerate(layout.fields)}
        self.pairs = np.array([[places[one], places[other]] for one, other in layout.crosses], np.intp).reshape(-1, 2)
        self.salt = np.arange(1, len(places) + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        self.shift = np.uint64(64 - bits)

    def rows(self, values: npt.NDArray[np.int64]) -> Rows:
        """Return the row of each field and each cross, shape [n, slots], in 0..2^bits-1. Row 0 stands for none."""
        one, other = self.pairs[:, 0], self.pairs[:, 1]
        mixed = _mix(values.astype(np.uint64) + self.salt)
        # Both are spread already, so that their sum is: times 3, since a pair is not the pair turned round.
        crossed = (mixed * np.uint64(3))[:, one]
        crossed += mixed[:, other]
        rows = np.concatenate([mixed, crossed], axis=1)
        rows >>= self.shift
        np.maximum(rows, np.uint64(1), out=rows)
        none = values < 0
        if none.any():
            rows[np.concatenate([none, none[:, one] | none[:, other]], axis=1)] = 0
        return rows.view(np.intp)


def _mix(values: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Spread the bits (the finaliser of MurmurHash3, Appleby 2011)."""
    mixed: npt.NDArray[np.uint64] = values ^ (values >> np.uint64(33))
    mixed *= np.uint64(0xFF51AFD7ED558CCD)
    mixed ^= mixed >> np.uint64(33)
    mixed *= np.uint64(0xC4CEB9FE1A85EC53)
    mixed ^= mixed >> np.uint64(33)
    return mixed


def by_row(rows: Rows, values: Floats) -> tuple[Rows, Floats]:
    """Return the rows in `rows` [n, slots] without row 0, each once, and for each the sum of `values` [n, v] over the
    showings that have it."""
    n = len(rows)
    keys = np.unique(rows * n + np.arange(n)[:, None])  # a row that two fields of one showing share counts once
    keys = keys[np.searchsorted(keys, n) :]
    row = keys // n
    starts = np.flatnonzero(np.diff(row, prepend=-1))
    sums: Floats = np.add.reduceat(values[keys % n], starts, axis=0) if len(starts) else values[:0]
    return row[starts], sums


class Evidence:
    """What happened to each row, on two time scales."""

    def __init__(self, bits: int) -> None:
        self.count: Floats = np.zeros((1 << bits, COUNTS), np.float32)
        self.at: npt.NDArray[np.float64] = np.zeros(1 << bits, np.float64)

    def features(self, rows: Rows, at: npt.NDArray[np.float64]) -> Floats:
        """Return PER_SLOT numbers for each row of [n, slots], side by side, shape [n, slots * PER_SLOT].

        How much more often than usual it was a long view, slowly and lately; how much longer it was watched; and how
        well it is known.
        """
        slow, fast = self._fade(rows, at)
        count = self.count[rows]
        shown = count[..., 0] * slow
        slow /= shown + DOUBT[0]
        fast /= count[..., 3] * fast + DOUBT[1]
        values = np.empty((*rows.shape, PER_SLOT), np.float32)
        np.multiply(count[..., 1], slow, out=values[..., 0])
        np.multiply(count[..., 4], fast, out=values[..., 1])
        np.multiply(count[..., 2], slow, out=values[..., 2])
        np.log1p(shown, out=values[..., 3])
        return values.reshape(len(rows), rows.shape[1] * PER_SLOT)

    def add(self, rows: Rows, at: npt.NDArray[np.float64], surprise: Floats, surplus: Floats) -> None:
        """Count n showings for each of their rows, as of the last of them; `surprise` and `surplus` [n]: 0 where it
        went as usual."""
        last = at.max(keepdims=True)
        told = np.stack([np.ones(len(at), np.float32), surprise, surplus], axis=1)
        mine, sums = by_row(rows, np.concatenate([told, told], axis=1))
        fade = np.repeat(self._fade(mine, last), 3, axis=0).T
        self.count[mine] = self.count[mine] * fade + sums
        self.at[mine] = np.maximum(self.at[mine], last)

    def load(self, rows: Rows, at: npt.NDArray[np.float64], surprise: Floats, surplus: Floats) -> None:
        """Count many showings at once into an empty table, as of the last of them."""
        last = at.max(initial=0.0)
        for scale, half_life in enumerate(HALF_LIVES_S):
            fade = np.exp2((at - last) / half_life)
            for slot in range(rows.shape[1]):
                for column, value in enumerate((fade, fade * surprise, fade * surplus)):
                    self.count[:, 3 * scale + column] += np.bincount(rows[:, slot], value, len(self.count))
        self.count[0] = 0
        self.at[:] = last

    def _fade(self, rows: Rows, at: npt.NDArray[np.float64]) -> Floats:
        """Return what is left on either scale, shape [2, *rows.shape]; a time before the last counts as the last."""
        aged = self.at[rows]
        aged -= at[:, None] if rows.ndim == 2 else at
        np.minimum(aged, 0, out=aged)
        fade: Floats = np.exp2(aged.astype(np.float32) * (SCALE[:, :, None] if rows.ndim == 2 else SCALE))
        return fade
