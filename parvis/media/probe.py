"""What a file really holds: measured in a limited child process, never believed from its header alone."""

import dataclasses
import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parvis.media.errors import MediaError
from parvis.media.limits import Limits
from parvis.media.sandbox import Bounds, python_module, run

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Probe:
    """One source file, as measured. Times in ms from the file's own start; sizes in pixels."""

    duration_ms: int  # until the last picture ends, or the last sound if that goes on for longer
    video_ms: int  # until the last picture ends
    width: int  # as displayed: after rotation and with square pixels
    height: int
    rotation: int  # degrees counter-clockwise that the player turns it by: 0, 90, 180, 270
    square_pixels: bool
    fps: float  # pictures per second on average
    peak_fps: float  # as its closest pictures follow one another; equals fps unless variable
    variable_frame_rate: bool
    frames: int  # pictures announced by the container's packets
    video_index: int
    video_codec: str
    pixel_format: str
    bit_depth: int
    full_range: bool
    matrix: str  # ffmpeg's name of the colour matrix, guessed from the size where the file is silent
    transfer: str | None  # "hlg", "pq" or None: standard dynamic range
    interlaced: bool
    has_audio: bool  # there is a track and it is not silent
    audio_index: int | None
    audio_codec: str | None
    audio_channels: int
    sample_rate: int
    loudness: float | None  # LUFS as BS.1770-4 (of the stereo mix-down); None without sound
    container: str
    clean_start: bool  # opens with a key frame, picture and sound within 50 ms of each other
    keyframe_errors: int  # key pictures that do not decode cleanly: above 0 the file is partly damaged
    bytes: int

    def as_dict(self) -> dict[str, Any]:
        """Plain values for a JSON column."""
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Probe":
        """The inverse of `as_dict`."""
        return cls(**values)


def probe(path: Path, limits: Limits | None = None) -> Probe:
    """Measure the file at `path` within `limits`.

    Raises MediaError when the file is refused, OSError when it is not there. Reads only; leaves nothing behind.
    """
    limits = limits or Limits()
    size = path.stat().st_size
    if size > limits.max_bytes:
        raise MediaError("too-big-file", max_bytes=limits.max_bytes)
    bounds = Bounds(
        memory_bytes=limits.memory_bytes,
        cpu_seconds=limits.probe_seconds,
        wall_seconds=limits.probe_seconds * 2,
        file_bytes=0,
    )
    lines: list[str] = []
    settings = json.dumps(dataclasses.asdict(limits))
    command = python_module("parvis.media.probe_child", str(path.resolve()), settings)
    done = run(command, bounds, on_line=lines.append)
    if done.status != 0 or not lines:
        # Killed or out of memory: what a decoder does on a file made to break it. Logged: it may be our mistake.
        logger.warning("The probe ended with status %s: %s", done.status, done.errors[-3:])
        raise MediaError("damaged")
    return _answer(json.loads(lines[-1]))


def _answer(answer: dict[str, Any]) -> Probe:
    if "refused" in answer:
        raise MediaError(answer["refused"], **answer["params"])
    return Probe.from_dict(answer["probe"])
