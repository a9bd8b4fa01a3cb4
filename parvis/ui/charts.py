"""Where the lines of a chart go. Numbers come as text, for a drawing knows no decimal comma."""

from collections.abc import Sequence
from typing import NamedTuple

WIDE, HIGH = 100.0, 100.0
GAP = 0.25  # of a bar's place stays empty


class Bar(NamedTuple):
    """One bar, in a drawing of WIDE by HIGH."""

    x: str
    y: str
    width: str
    height: str


def bars(values: Sequence[int]) -> list[Bar]:
    """Return a bar for each value; the largest is as high as the drawing. Nothing has no height."""
    most, place = max(values, default=0) or 1, WIDE / max(len(values), 1)
    found = []
    for number, value in enumerate(values):
        height = HIGH * value / most
        found.append(
            Bar(*(f"{one:.2f}" for one in (place * (number + GAP / 2), HIGH - height, place * (1 - GAP), height)))
        )
    return found


def line(shares: Sequence[float]) -> str:
    """Return the path through shares (0 to 1) that stand at equal distances."""
    step = WIDE / max(len(shares) - 1, 1)
    points = [f"{number * step:.2f} {HIGH * (1 - share):.2f}" for number, share in enumerate(shares)]
    return "M" + "L".join(points)


def area(shares: Sequence[float]) -> str:
    """Return the path around what is below the line."""
    return f"{line(shares)}L{WIDE:.0f} {HIGH:.0f}L0 {HIGH:.0f}Z"
