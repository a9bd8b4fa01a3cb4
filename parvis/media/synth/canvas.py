"""What the scenes draw with: a pixel grid, colour ramps, soft sprites, particles. Arrays are float32 unless said."""
# mypy: disable-error-code="no-any-return"
# NumPy's stubs lose the type in most arithmetic.

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

# float32, or float64 where NumPy's arithmetic with Python numbers made it so
Floats = npt.NDArray[Any]
Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Moment:
    """One picture's place in time. `pulse` jumps to 1 on each beat and decays; `beat` counts beats, with fraction."""

    seconds: float
    beat: float
    pulse: float
    share: float  # of the clip, 0..1


Draw = Callable[[Moment], Pixels]


@dataclass
class Canvas:
    """A grid of `height` x `width`; `x` runs -1..1 over the width, `y` in the same unit downwards."""

    width: int
    height: int
    random: np.random.Generator = field(default_factory=np.random.default_rng)

    @cached_property
    def x(self) -> Floats:
        """(1, width)"""
        return ((np.arange(self.width, dtype=np.float32) + 0.5) / self.width * 2 - 1)[None, :]

    @cached_property
    def y(self) -> Floats:
        """(height, 1)"""
        return ((np.arange(self.height, dtype=np.float32) + 0.5 - self.height / 2) / self.width * 2)[:, None]

    @cached_property
    def tall(self) -> float:
        """Half the height in units of x."""
        return self.height / self.width

    @cached_property
    def radius(self) -> Floats:
        """(height, width): distance from the middle."""
        return np.hypot(self.x, self.y)

    @cached_property
    def angle(self) -> Floats:
        """(height, width): -pi..pi."""
        return np.arctan2(self.y, self.x)

    @property
    def pixel(self) -> float:
        """One pixel in units of x."""
        return 2 / self.width

    def vertical(self, *colours: str) -> Floats:
        """(height, width, 3): the colours from top to bottom, 0..255."""
        steps = ramp(colours, self.height).astype(np.float32)
        return np.repeat(steps[:, None, :], self.width, axis=1)

    def stars(self, picture: Floats, count: int, down_to: float = 1.0) -> None:
        """Put stars into the upper part of `picture`."""
        rows = self.random.integers(0, max(1, int(self.height * down_to)), count)
        columns = self.random.integers(0, self.width, count)
        light = (self.random.random(count) ** 3 * 190 + 30).astype(np.float32)
        picture[rows, columns] += light[:, None]

    def enlarge(self, small: Floats) -> Floats:
        """A low field, smoothly enlarged to (height, width)."""
        image = Image.fromarray(small.astype(np.float32))
        return np.asarray(image.resize((self.width, self.height), Image.Resampling.BICUBIC))

    def add(self, picture: Floats, sprite: Floats, x: float, y: float, colour: Floats) -> None:
        """Add `sprite` (h, w) times `colour` (3) centred at (x, y) units to `picture`, cut at its edges."""
        height, width = sprite.shape
        left = round((x + 1) / self.pixel - width / 2)
        top = round(y / self.pixel + self.height / 2 - height / 2)
        x0, x1, y0, y1 = max(left, 0), min(left + width, self.width), max(top, 0), min(top + height, self.height)
        if x0 < x1 and y0 < y1:
            part = sprite[y0 - top : y1 - top, x0 - left : x1 - left, None]
            picture[y0:y1, x0:x1] += part * colour

    def paint(self, picture: Floats, at: tuple[float, float], reach: float, shape: "Shape", colour: Floats) -> None:
        """Cover the pixels where `shape` (a signed distance in units, of offsets) is negative, with a soft edge."""
        x, y = at
        x0, x1 = (int(np.clip((x + side * reach + 1) / self.pixel, 0, self.width)) for side in (-1, 1))
        middle = self.height / 2
        y0, y1 = (int(np.clip((y + side * reach) / self.pixel + middle, 0, self.height)) for side in (-1, 1))
        if x0 < x1 and y0 < y1:
            distance = shape(self.x[:, x0:x1] - x, self.y[y0:y1] - y)
            cover = np.clip(0.5 - distance / self.pixel, 0, 1)[..., None]
            part = picture[y0:y1, x0:x1]
            part += (colour - part) * cover


Shape = Callable[[Floats, Floats], Floats]


@lru_cache(maxsize=256)
def rgb(colour: str) -> Floats:
    """ "#rrggbb" as three values of 0..255."""
    values = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)], dtype=np.float32)
    values.setflags(write=False)
    return values


def ramp(colours: Sequence[str], steps: int = 256) -> Pixels:
    """(steps, 3): an even blend from the first to the last colour."""
    stops = np.stack([rgb(colour) for colour in colours])
    place = np.linspace(0, len(stops) - 1, steps)
    channels = [np.interp(place, np.arange(len(stops)), stops[:, channel]) for channel in range(3)]
    return np.stack(channels, axis=1).astype(np.uint8)


def cycle(colours: Sequence[str]) -> Pixels:
    """As `ramp`, coming back to the first colour: for fields that wrap around."""
    return ramp([*colours, colours[0]])


def glow(pixels: int, power: float = 2.2) -> Floats:
    """(n, n): a round soft light, 1 in the middle, 0 at the edge."""
    side = np.linspace(-1, 1, max(3, pixels), dtype=np.float32)
    return np.clip(1 - np.hypot(side[:, None], side[None, :]), 0, 1) ** power


def picture_of(values: Floats) -> Pixels:
    """Clip 0..255 values, in place, to bytes."""
    return np.clip(values, 0, 255, out=values).astype(np.uint8)


def coloured(values: Floats, palette: Pixels) -> Pixels:
    """Values of 0..1 through a palette of 256."""
    return palette[(np.clip(values, 0, 1) * 255).astype(np.uint8)]


def wrapped(values: Floats, palette: Pixels) -> Pixels:
    """Values of any size through a palette of 256 that wraps at every whole number."""
    return palette[(values * 256).astype(np.int32) & 255]


def skyline(canvas: Canvas, base: float, spread: float, towers: int) -> npt.NDArray[np.int64]:
    """(width): the row where a town's roofs begin: gabled houses, a few towers. `base` and `spread` in shares."""
    random, width, height = canvas.random, canvas.width, canvas.height
    tops = np.full(width, base * height)
    left = 0
    while left < width:
        wide = int(random.integers(max(3, width // 14), max(4, width // 7)))
        level = base * height - random.random() * spread * height
        place = np.arange(left, min(width, left + wide))
        gable = np.abs(place - left - wide / 2) * (1.1 if random.random() < 0.6 else 0.15)
        tops[place] = level + gable - wide / 4
        left += wide
    for middle in random.integers(width // 8, width - width // 8, towers):
        half = max(2, width // 40)
        place = np.arange(max(0, middle - half), min(width, middle + half))
        spire = base * height - spread * height * (1.5 + random.random()) + np.abs(place - middle) * 2.6
        tops[place] = np.minimum(tops[place], spire)
    return np.maximum(tops, 0).astype(np.int64)
