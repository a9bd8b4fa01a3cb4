"""PDQ, the perceptual hash of a picture: 256 bits that hardly change when it is scaled, re-encoded or brightened.

Source: "The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm" (Facebook, 2019), chapter 3, and its
reference implementation (github.com/facebook/ThreatExchange, pdq). The order of bits is the reference's: the 64 hex
digits of `hexadecimal` are those that it prints.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.float32]
Bits = npt.NDArray[np.uint8]

EDGE: Final = 64
KEPT: Final = 16
BYTES: Final = KEPT * KEPT // 8
GOOD: Final = 50  # the reference's advice: below it a picture is too flat to be told from others
LUMA: Final = np.array([0.299, 0.587, 0.114], dtype=np.float32)

_rows = np.arange(1, KEPT + 1)[:, None]
_DCT: Final = (np.sqrt(2 / EDGE) * np.cos(np.pi / (2 * EDGE) * _rows * (2 * np.arange(EDGE) + 1))).astype(np.float32)
_alternating = np.where(np.arange(KEPT) % 2 == 0, -1, 1).astype(np.float32)
_ACROSS: Final = np.broadcast_to(_alternating[None, :], (KEPT, KEPT))
_DOWN: Final = _ACROSS.T


def luma(rgb: npt.NDArray[np.uint8]) -> Pixels:
    """The brightness 0..255, (height, width), of a picture (height, width, 3)."""
    return np.asarray(rgb.astype(np.float32) @ LUMA, dtype=np.float32)


def transform(picture: Pixels) -> tuple[Pixels, int]:
    """The 16 x 16 lowest waves of a picture (height, width; at least 2 x 2) and its quality, 0 (flat) to 100."""
    small = _reduced(picture)
    across = np.abs(np.trunc(np.diff(small, axis=1) * 100 / 255)).sum()
    down = np.abs(np.trunc(np.diff(small, axis=0) * 100 / 255)).sum()
    waves = np.asarray(_DCT @ small @ _DCT.T, dtype=np.float32)
    return waves, min(100, int((across + down) / 90))


def bits(waves: Pixels) -> Bits:
    """The hash, 32 bytes: a bit for each wave that is stronger than the median. (..., 16, 16) gives (..., 32)."""
    flat = waves.reshape(*waves.shape[:-2], KEPT * KEPT)
    middle = np.partition(flat, KEPT * KEPT // 2 - 1, axis=-1)[..., KEPT * KEPT // 2 - 1, None]
    return np.packbits((flat > middle)[..., ::-1], axis=-1)


def turned(waves: Pixels) -> Pixels:
    """The waves of the eight ways to turn and mirror a picture, (8, 16, 16): as it is, mirrored, upside down, turned by
    half; and the same four of the picture with its axes exchanged. A mirrored picture has the same waves, every other
    one with the opposite sign, so none is computed again."""
    four = [waves, waves * _ACROSS, waves * _DOWN, waves * _ACROSS * _DOWN]
    return np.stack([*four, *(one.T for one in four)])


def hexadecimal(one: Bits) -> str:
    """A hash as the reference prints it."""
    return one.tobytes().hex()


def _reduced(picture: Pixels) -> Pixels:
    """The picture averaged (Jarosz filter: a box, twice, along both axes) and picked at 64 x 64 points."""
    height, width = picture.shape
    for _ in range(2):
        picture = _boxed(_boxed(picture, width), height, axis=0)
    down = ((np.arange(EDGE) + 0.5) * height / EDGE).astype(int)
    across = ((np.arange(EDGE) + 0.5) * width / EDGE).astype(int)
    return picture[np.ix_(down, across)]


def _boxed(picture: Pixels, length: int, axis: int = 1) -> Pixels:
    """Each point as the mean of those around it, as many as are there at the edges."""
    window = (length + 2 * EDGE - 1) // (2 * EDGE)
    after = (window + 2) // 2
    ends = np.minimum(np.arange(length) + after, length)
    starts = np.maximum(np.arange(length) + after - window, 0)
    sums = np.cumsum(picture, axis=axis, dtype=np.float64)
    sums = np.insert(sums, 0, 0.0, axis=axis)
    counts = (ends - starts).astype(np.float64)
    total = sums.take(ends, axis=axis) - sums.take(starts, axis=axis)
    return np.asarray(total / (counts if axis == 1 else counts[:, None]), dtype=np.float32)
