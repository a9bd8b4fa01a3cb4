"""Which renditions to make of a source: arithmetic only.

Rungs go by the short edge (360, 540, 720, 1080), so a vertical 1080x1920 and a horizontal 1920x1080 clip get the same
ladder. Nothing is scaled up: a source between two rungs is its own top rung when that is at least a seventh larger
than the rung below, and a source smaller than the lowest rung is the only one.

At most 30 pictures a second: at 60 every step costs twice the processor time and a third more bits, for a viewer who
swipes on after seconds; rates above 30 are divided by a whole number, so 50 becomes 25 and 59.94 becomes 29.97 and
motion stays even.
"""

import math
from dataclasses import dataclass
from fractions import Fraction

from parvis.media.probe import Probe

RUNGS = (360, 540, 720, 1080)
FIRST_EDGE = 540  # the rung made first: good enough on a phone, a quarter of the work of 1080
LONGEST_EDGE = 2560
TOP_RATE = 30
LOWEST_RATE = Fraction(1)
OWN_RUNG = 8 / 7


@dataclass(frozen=True)
class Effort:
    """x264 settings of a rung. Constant quality, capped: kbit/s at most, over two seconds."""

    preset: str
    quality: int  # crf
    most_kbits: int


# Capped so that a phone on a slow network plays its rung: bits per second of the rung, not of the source.
EFFORTS = {
    360: Effort("veryfast", 23, 800),
    540: Effort("superfast", 23, 1800),
    720: Effort("veryfast", 23, 2800),
    1080: Effort("veryfast", 23, 5000),
}


@dataclass(frozen=True)
class RenditionSpec:
    """One rung to make. `rate` is exact pictures per second, e.g. "30000/1001"."""

    name: str  # "540p": the short edge
    width: int
    height: int
    rate: str
    first: bool
    preset: str
    quality: int
    most_kbits: int

    @property
    def fps(self) -> float:
        """Pictures per second as a number."""
        return float(Fraction(self.rate))


def plan(probe: Probe) -> list[RenditionSpec]:
    """The renditions of a source, ascending; exactly one is `first`."""
    edges = _edges(min(probe.width, probe.height))
    first = max((edge for edge in edges if edge <= FIRST_EDGE), default=edges[0])
    rate = str(output_rate(probe))
    return [_spec(probe, edge, rate, first=edge == first) for edge in edges]


def output_rate(probe: Probe) -> Fraction:
    """The constant rate of every rendition: the source's closest spacing of pictures, divided until at most 30."""
    rate = exact(probe.peak_fps)
    divisor = math.ceil(rate / Fraction(TOP_RATE) - Fraction(1, 100))
    return max(rate / max(divisor, 1), LOWEST_RATE)


def exact(rate: float) -> Fraction:
    """23.976, 29.97 and 59.94 as n * 1000/1001; others to a hundredth."""
    for whole in (24, 30, 48, 60, 120, 240):
        broadcast = Fraction(whole * 1000, 1001)
        if abs(rate - float(broadcast)) < 0.01:
            return broadcast
    return Fraction(round(rate * 100), 100) or LOWEST_RATE


def _edges(short: int) -> list[int]:
    edges = [rung for rung in RUNGS if rung <= short]
    largest = edges[-1] if edges else 0
    if largest < RUNGS[-1] and short >= largest * OWN_RUNG:
        edges.append(short)
    return edges


def _spec(probe: Probe, edge: int, rate: str, *, first: bool) -> RenditionSpec:
    short, long = sorted((probe.width, probe.height))
    scale = min(edge / short, LONGEST_EDGE / long, 1.0)
    effort = next(effort for rung, effort in EFFORTS.items() if edge <= rung)
    if first:
        effort = EFFORTS[FIRST_EDGE] if edge > RUNGS[0] else Effort("superfast", 23, EFFORTS[RUNGS[0]].most_kbits)
    return RenditionSpec(
        name=f"{edge}p",
        width=even(probe.width * scale, probe.width),
        height=even(probe.height * scale, probe.height),
        rate=rate,
        first=first,
        preset=effort.preset,
        quality=effort.quality,
        most_kbits=effort.most_kbits,
    )


def even(size: float, most: int) -> int:
    """The even number nearest to `size` that is not above `most`: 4:2:0 pictures have even sides."""
    return max(2, 2 * min(round(size / 2), most // 2))
