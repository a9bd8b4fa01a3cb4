"""Whether a clip shows what another showed: PDQ hashes (`media.pdq`) of a few pictures, mirrored and cropped.

A clip has two sides. `asked` is how it looks for others: each picture turned and mirrored in eight ways, whole and
without its borders. `shown` is how it is found: each picture whole, without borders, and cropped in the ways of
`CROPS`, because a hash does not survive a crop, while that of the same crop does. Two clips are alike when most
pictures of one are found in the other by the same way of turning and cropping.
"""

import json
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from parvis.media.errors import MediaError
from parvis.media.pdq import BYTES, EDGE, GOOD, Pixels, bits, transform, turned
from parvis.media.sandbox import Bounds, python_module, run

VERSION: Final = 1  # of what the bytes of a `Likeness` mean
PICTURES: Final = 16  # of which each second one is asked for
NEAR: Final = 31  # of 256 bits: the distance that PDQ's authors advise
MOST: Final = 0.5
TURNS: Final = 8
FORMS: Final = 2 * TURNS
WORDS: Final = BYTES // 8
BORDER: Final = 4.0  # how much the brightness (0..255) of a line of a border varies
BORDER_MOST: Final = 0.4
BOUNDS: Final = Bounds(memory_bytes=3 * 1024**3, cpu_seconds=90, wall_seconds=180, file_bytes=1_000_000)

# What is left of a picture (top, left, height, width; shares): the middle, finely; corners; one side cut away.
_MIDDLES = [((1 - size) / 2, (1 - size) / 2, size, size) for size in (0.97, 0.94, 0.91, 0.88, 0.85, 0.82, 0.79, 0.76)]
_CORNERS = [
    (down * (1 - size), across * (1 - size), size, size)
    for size, down, across in product((0.95, 0.9, 0.85, 0.8), (0, 1), (0, 1))
]
_SIDES = [
    side
    for size in (0.95, 0.9, 0.85, 0.8)
    for side in ((0, 0, size, 1), (1 - size, 0, size, 1), (0, 0, 1, size), (0, 1 - size, 1, size))
]
WHOLE: Final = (0.0, 0.0, 1.0, 1.0)
CROPS: Final = (WHOLE, *_MIDDLES, *_CORNERS, *_SIDES)
PLACES: Final = 1 + len(CROPS)  # the first is the picture without its borders


@dataclass(frozen=True)
class Likeness:
    """The hashes of a clip as bytes: `asked` of pictures x FORMS, `shown` of pictures x PLACES hashes of 32 bytes.
    Both are empty where every picture is too flat to be told from others."""

    asked: bytes = b""
    shown: bytes = b""


def likeness(rendition: Path) -> Likeness:
    """The likeness of a rendition, made in a limited process. Raises MediaError "damaged" or "timed-out"."""
    lines: list[str] = []
    done = run(python_module("parvis.media.likeness_child", str(rendition.resolve())), BOUNDS, on_line=lines.append)
    if done.status != 0 or not lines:
        raise MediaError("damaged")
    found = json.loads(lines[-1])
    return Likeness(bytes.fromhex(found["asked"]), bytes.fromhex(found["shown"]))


def of_pictures(pictures: npt.NDArray[np.uint8]) -> Likeness:
    """The likeness of PICTURES or fewer pictures (count, height, width) of one clip, brightness 0..255."""
    asked, shown = [], []
    clear = trimmed(pictures).astype(np.float32)
    for number, (whole, inner) in enumerate(zip(pictures.astype(np.float32), clear, strict=True)):
        seen = [transform(_seen(whole, place)) for place in CROPS]
        inside = transform(_seen(inner, WHOLE))
        if min(seen[0][1], inside[1]) < GOOD:
            continue
        if number % 2:
            asked.append(bits(np.concatenate([turned(seen[0][0]), turned(inside[0])])))
        shown.append(bits(np.stack([inside[0], *(waves for waves, _ in seen)])))
    return Likeness(b"".join(one.tobytes() for one in asked), b"".join(one.tobytes() for one in shown))


def share(asked: bytes, shown: bytes) -> float:
    """The share, 0..1, of the pictures asked for that another clip shows in one and the same way."""
    if not asked or not shown:
        return 0.0
    ours = np.frombuffer(asked, dtype=np.uint64).reshape(-1, WORDS).T
    theirs = np.frombuffer(shown, dtype=np.uint64).reshape(-1, WORDS).T
    apart = np.zeros((ours.shape[1], theirs.shape[1]), dtype=np.uint16)
    for one, other in zip(ours, theirs, strict=True):  # word by word: ten times faster than a sum along a short axis
        apart += np.bitwise_count(one[:, None] ^ other[None, :])
    each = apart.reshape(-1, FORMS, theirs.shape[1] // PLACES, PLACES).min(axis=2)
    return float((each <= NEAR).mean(axis=0).max())


def alike(asked: bytes, shown: bytes) -> bool:
    """Whether more than half of the pictures asked for are shown."""
    return share(asked, shown) > MOST


def trimmed(pictures: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Pictures without the plain borders that all of them have, at most BORDER_MOST of a side on each side."""
    down = _inside(pictures.std(axis=(0, 2)))
    across = _inside(pictures.std(axis=(0, 1)))
    return pictures[:, down, across]


def _inside(varying: npt.NDArray[np.floating]) -> slice:
    most = int(len(varying) * BORDER_MOST)
    plain = varying < BORDER
    start = int(np.argmin(plain[: most + 1])) if not plain[: most + 1].all() else 0
    end = int(np.argmin(plain[::-1][: most + 1])) if not plain[::-1][: most + 1].all() else 0
    return slice(start, len(varying) - end)


def _seen(picture: Pixels, place: tuple[float, float, float, float]) -> Pixels:
    """A part of a picture, averaged to EDGE x EDGE, which is what PDQ works on. Its own way there moves a small
    picture by a part of a point, which costs a mirrored one 30 bits; this one is the same from both sides."""
    top, left, high, wide = place
    down, across = _averaging(picture.shape[0], top, high), _averaging(picture.shape[1], left, wide)
    return np.asarray(down @ picture @ across.T, dtype=np.float32)


@cache
def _averaging(length: int, start: float, size: float) -> Pixels:
    """Weights (EDGE, length) that average a part of a line, given in shares, to EDGE points: overlapping tents."""
    step = length * size / EDGE
    middles = length * start + (np.arange(EDGE) + 0.5) * step
    far = np.abs(np.arange(length) + 0.5 - middles[:, None])
    weights = np.maximum(0.0, 1.0 - far / max(step, 1.0))
    return np.asarray(weights / weights.sum(axis=1, keepdims=True), dtype=np.float32)
