"""A good still of a clip: not frame 0, not black, sharp and colourful; and a tiny blurred placeholder of it."""

import json
from dataclasses import dataclass
from pathlib import Path

from parvis.media.errors import MediaError
from parvis.media.sandbox import Bounds, python_module, run

BOUNDS = Bounds(memory_bytes=3 * 1024**3, cpu_seconds=60, wall_seconds=120, file_bytes=20_000_000)


@dataclass(frozen=True)
class Poster:
    """The still as WebP. `placeholder` is a data: URI under 1 kB; `thumbhash` base64 (github.com/evanw/thumbhash)."""

    path: Path
    width: int
    height: int
    bytes: int
    at_ms: int
    placeholder: str
    thumbhash: str


def make_poster(rendition: Path, scratch: Path) -> Poster:
    """Write `scratch`/poster.webp from a rendition (upright, square pixels, standard range), in a limited process.

    Raises MediaError "damaged" or "timed-out". A crash leaves `poster.webp.part` in `scratch`.
    """
    lines: list[str] = []
    command = python_module("parvis.media.poster_child", str(rendition.resolve()), str(scratch.resolve()))
    try:
        done = run(command, BOUNDS, on_line=lines.append)
        if done.status != 0 or not lines:
            raise MediaError("damaged")
    except MediaError:
        (scratch / "poster.webp.part").unlink(missing_ok=True)
        raise
    return Poster(path=scratch / "poster.webp", **json.loads(lines[-1]))
