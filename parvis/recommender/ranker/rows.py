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
SLOTS = len(FIELDS) + len(CROSSES)
PAIRS = np.array([[FIELDS.index(one), FIELDS.index(other)] for one, other in CROSSES])
HALF_LIVES_S = np.array([14 * 86_400.0, 0.5 * 86_400.0])  # slow and fast
DOUBT = np.array([4.0, 2.0], np.float32)  # showings as if they had gone as usual
PER_SLOT = 4
COUNTS = 6  # slow: showings, surprises, surplus of watch time; the same fast

Rows = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Showings:
    """n showings, or clips that might be shown: who, what, where and when.

    `fields` [n, len(FIELDS)] holds any whole numbers (int64) that tell values apart, -1 for none; `length` must be
    below LENGTHS. `extra` [n, e] holds further numbers such as scores of retrieval; NaN where not known. `at` [n] in
    seconds since 1970.
    """

    fields: npt.NDArray[np.int64]
    extra: Floats
    at: npt.NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.at)

    def take(self, which: npt.NDArray[Any] | slice) -> Self:
        """Return the showings at `which`."""
        return type(self)(*(getattr(self, one.name)[which] for one in fields(self)))


def rows_of(values: npt.NDArray[np.int64], bits: int) -> Rows:
    """Return the row of each field and each cross, shape [n, SLOTS], in 0..2^bits-1. Row 0 stands for none."""
    mixed = _mix(
        values.astype(np.uint64) + np.arange(1, len(FIELDS) + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    )
    crossed = _mix(mixed[:, PAIRS[:, 0]] * np.uint64(3) + mixed[:, PAIRS[:, 1]])
    hashed = np.concatenate([mixed, crossed], axis=1) >> np.uint64(64 - bits)
    none = values < 0
    absent = np.concatenate([none, none[:, PAIRS[:, 0]] | none[:, PAIRS[:, 1]]], axis=1)
    return np.where(absent, 0, np.maximum(hashed, 1)).astype(np.intp)


def _mix(values: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Spread the bits (the finaliser of MurmurHash3, Appleby 2011)."""
    mixed: npt.NDArray[np.uint64] = values ^ (values >> np.uint64(33))
    mixed = mixed * np.uint64(0xFF51AFD7ED558CCD)
    mixed ^= mixed >> np.uint64(33)
    mixed = mixed * np.uint64(0xC4CEB9FE1A85EC53)
    mixed ^= mixed >> np.uint64(33)
    return mixed


class Evidence:
    """What happened to each row, on two time scales."""

    def __init__(self, bits: int) -> None:
        self.count: Floats = np.zeros((1 << bits, COUNTS), np.float32)
        self.at: npt.NDArray[np.float64] = np.zeros(1 << bits, np.float64)

    def features(self, rows: Rows, at: npt.NDArray[np.float64]) -> Floats:
        """Return PER_SLOT numbers for each row of [n, SLOTS], side by side, shape [n, SLOTS * PER_SLOT].

        How much more often than usual it was a long view, slowly and lately; how much longer it was watched; and how
        well it is known.
        """
        fade = self._fade(rows, at)
        count = self.count[rows]
        shown = count[..., 0] * fade[0], count[..., 3] * fade[1]
        held = fade[0] / (shown[0] + DOUBT[0]), fade[1] / (shown[1] + DOUBT[1])
        values = np.empty((*rows.shape, PER_SLOT), np.float32)
        np.multiply(count[..., 1], held[0], out=values[..., 0])
        np.multiply(count[..., 4], held[1], out=values[..., 1])
        np.multiply(count[..., 2], held[0], out=values[..., 2])
        np.log1p(shown[0], out=values[..., 3])
        return values.reshape(len(rows), -1)

    def add(self, rows: Rows, at: float, surprise: float, surplus: float) -> None:
        """Count one showing for each of its rows; `surprise` and `surplus`: 0 where it went as usual."""
        rows = np.unique(rows[rows > 0])
        fade = np.repeat(self._fade(rows, np.array([at])), 3, axis=0).T
        self.count[rows] = self.count[rows] * fade + np.array([1, surprise, surplus] * 2, np.float32)
        self.at[rows] = np.maximum(self.at[rows], at)

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
        aged = np.minimum(self.at[rows] - (at[:, None] if rows.ndim == 2 else at), 0).astype(np.float32)
        scale = (1 / HALF_LIVES_S).astype(np.float32)
        fade: Floats = np.exp2(aged * scale.reshape(2, *(1,) * rows.ndim))
        return fade
