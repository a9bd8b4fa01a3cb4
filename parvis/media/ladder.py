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


# Capped so that a phone on a slow network plays its rung. "superfast" costs half the processor time of "veryfast" for
# about a fifth more bits at equal VMAF: right where one small machine does everything and a creator waits. The lowest
# rung, for slow networks, is worth the time.
EFFORTS = {
    360: Effort("veryfast", 24, 800),
    540: Effort("superfast", 24, 1800),
    720: Effort("superfast", 25, 2800),
    1080: Effort("superfast", 25, 5000),
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


MOST_COPIED_BITS = 12_000_000


def can_copy(probe: Probe) -> bool:
    """Whether every browser plays the source's own pictures, so that a copy in a clean container is playable at once.

    Then the copy stands in until the ladder is there, and the ladder is made in one go.
    """
    short, long = sorted((probe.width, probe.height))
    plain = probe.video_codec == "h264" and probe.pixel_format == "yuv420p" and probe.transfer is None
    upright = probe.rotation == 0 and probe.square_pixels and not probe.interlaced and not probe.full_range
    small = short <= RUNGS[-1] and long <= 1920 and probe.peak_fps < 61
    light = probe.bytes * 8000 <= MOST_COPIED_BITS * probe.duration_ms
    sound = probe.container == "mov" and probe.clean_start and probe.keyframe_errors == 0
    return plain and upright and small and light and sound and probe.duration_ms - probe.video_ms <= 250


def plan(probe: Probe) -> list[RenditionSpec]:
    """The renditions of a source, ascending. One is `first`, unless a copy of the source comes first."""
    edges = _edges(min(probe.width, probe.height))
    quick = max((edge for edge in edges if edge <= FIRST_EDGE), default=edges[0])
    copied = can_copy(probe)
    rate = str(output_rate(probe))
    return [_spec(probe, edge, rate, first=edge == quick and not copied) for edge in edges]


def copy_of(probe: Probe) -> RenditionSpec:
    """The stand-in with the source's own pictures, where `can_copy`."""
    rate = str(exact(probe.fps))
    return RenditionSpec("source", probe.width, probe.height, rate, first=True, preset="", quality=0, most_kbits=0)


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
    return RenditionSpec(
        name=f"{edge}p",
        width=even(probe.width * scale, probe.width),
        height=even(probe.height * scale, probe.height),
        rate=rate,
        first=first,
        preset=effort.preset,
        quality=effort.quality,
        most_kbits=min(effort.most_kbits, _source_kbits(probe)),
    )


def _source_kbits(probe: Probe) -> int:
    """What the source needs at most when encoded again: more would keep its own coding errors with care."""
    room = 2.0 if probe.video_codec in {"hevc", "av1", "vp9"} else 1.3
    return max(150, round(room * probe.bytes * 8 / max(1, probe.duration_ms)))


def even(size: float, most: int) -> int:
    """The even number nearest to `size` that is not above `most`: 4:2:0 pictures have even sides."""
    return max(2, 2 * min(round(size / 2), most // 2))
