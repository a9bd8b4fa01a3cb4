"""Finding, among a million likenesses, the few that may be alike; which of them are is for `likeness.alike` to say.

Each hash is cut into KEYS pieces of PIECE bytes. Of two hashes that are near, some pieces are equal or differ in one
bit (multi-index hashing: Norouzi, Punjani and Fleet, "Fast Exact Search in Hamming Space with Multi-Index Hashing",
IEEE TPAMI 36(6), 2014). Its guarantee for single hashes would cost too many look-ups here. It is not needed: two clips
are alike only when most pictures of one are near to some of the other in one and the same way of turning and cropping,
so their pieces meet again and again (`enough`), while those of strangers meet once by chance.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from parvis.media.likeness import FORMS
from parvis.media.pdq import BYTES

Keys = npt.NDArray[np.uint32]

KEYS: Final = 6
PIECE: Final = 3
SPACE: Final = 1 << 8 * PIECE
_ORDER: Final = np.array([1 << 16, 1 << 8, 1], dtype=np.uint32)
_FLIPS: Final = np.array([0, *(1 << bit for bit in range(8 * PIECE))], dtype=np.uint32)


def keys(hashes: bytes) -> Keys:
    """The pieces of hashes as numbers below SPACE: (KEYS, hashes)."""
    pieces = np.frombuffer(hashes, dtype=np.uint8).reshape(-1, BYTES)[:, : KEYS * PIECE].reshape(-1, KEYS, PIECE)
    return np.ascontiguousarray((pieces * _ORDER).sum(axis=2, dtype=np.uint32).T)


def around(found: Keys) -> Keys:
    """Each key and those that differ from it in one bit: (..., 1 + 8 * PIECE)."""
    return np.asarray(found[..., None] ^ _FLIPS, dtype=np.uint32)


def enough(pictures: int) -> int:
    """How often the pieces of two clips have to meet where one of them asks for this many pictures: fewer times than
    half of them, which of KEYS pieces each is little (`benchmarks/likeness.py` counts what is missed)."""
    return max(2, pictures * 3 // 8)


class Sieve:
    """Tells which of many clips may be alike to one, by what that one has shown."""

    def __init__(self, shown: bytes) -> None:
        self._near = np.zeros((KEYS, SPACE // 8), dtype=np.uint8)
        for bitmap, near in zip(self._near, around(keys(shown)).reshape(KEYS, -1), strict=True):
            np.bitwise_or.at(bitmap, near >> 3, (1 << (near & 7)).astype(np.uint8))

    def passing(self, asked: Sequence[bytes]) -> list[int]:
        """The places of those that may be, by what each asks for."""
        found = keys(b"".join(asked))
        meets = np.zeros(found.shape[1], dtype=np.int16)
        for bitmap, ours in zip(self._near, found, strict=True):
            meets += (bitmap[ours >> 3] >> (ours & 7).astype(np.uint8)) & 1
        passing, start = [], 0
        for place, one in enumerate(asked):
            pictures = len(one) // (FORMS * BYTES)
            mine = meets[start : start + pictures * FORMS].reshape(pictures, FORMS)
            start += pictures * FORMS
            if pictures and mine.sum(axis=0).max() >= enough(pictures):
                passing.append(place)
        return passing
