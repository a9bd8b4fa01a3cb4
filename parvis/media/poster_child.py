"""The child of `poster`: chooses the picture, writes it, and prints what it wrote as one JSON line.

Candidates are the key pictures (one each 2 s in our renditions) and, of short clips, some between; they are scored
small. Source of the sharpness measure: the spread of the Laplacian (Pech-Pacheco et al. 2000); of the colourfulness:
Hasler and Suesstrunk 2003.
"""

import base64
import io
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import thumbhash
from av.video.frame import VideoFrame
from PIL import Image, ImageFilter

from parvis.media.limits import PROTOCOLS

CANDIDATES = 24
SCORED_EDGE = 160
PLACEHOLDER_EDGE = 20
PLACEHOLDER_BYTES = 1000
QUALITY = 78


def main() -> None:
    """Write SCRATCH/poster.webp of the file RENDITION."""
    rendition, scratch = Path(sys.argv[1]), Path(sys.argv[2])
    image, at_ms = best_frame(rendition)
    part, final = scratch / "poster.webp.part", scratch / "poster.webp"
    image.save(part, "WEBP", quality=QUALITY, method=4)
    os.replace(part, final)  # noqa: PTH105 - atomic, also over an earlier try
    made = {
        "width": image.width,
        "height": image.height,
        "bytes": final.stat().st_size,
        "at_ms": at_ms,
        "placeholder": placeholder(image),
        "thumbhash": hash_of(image),
    }
    sys.stdout.write(json.dumps(made) + "\n")


def best_frame(path: Path) -> tuple[Image.Image, int]:
    """The best candidate picture of a file and its time in ms."""
    best: tuple[float, VideoFrame] | None = None
    for number, frame in enumerate(candidates(path)):
        value = score(small(frame))
        # The first picture is often a fade-in or a hand at the camera: another has to be clearly worse to lose to it.
        if number == 0:
            value *= 0.6
        if best is None or value > best[0]:
            best = value, frame
    if best is None:
        raise ValueError("no picture in " + path.name)
    return Image.fromarray(best[1].to_ndarray(format="rgb24")), round((best[1].time or 0.0) * 1000)


def candidates(path: Path) -> Iterator[VideoFrame]:
    """Up to CANDIDATES pictures spread over the file: key pictures, or every n-th of a clip with few of those."""
    with av.open(str(path), options={"protocol_whitelist": PROTOCOLS, "format_whitelist": "mov"}) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        frames = stream.frames or 1
        seconds = float((stream.duration or 0) * (stream.time_base or 0))
        if seconds > 10:
            stream.codec_context.skip_frame = "NONKEY"
            step = max(1, round(seconds / 2 / CANDIDATES))
        else:
            step = max(1, frames // 10)
        for number, frame in enumerate(container.decode(stream)):
            if number % step == 0:
                yield frame


def small(frame: VideoFrame) -> npt.NDArray[np.float32]:
    """The picture as (height, width, 3) RGB of 0..1 with its long edge at SCORED_EDGE."""
    scale = min(1.0, SCORED_EDGE / max(frame.width, frame.height))
    width, height = max(2, round(frame.width * scale)), max(2, round(frame.height * scale))
    pixels = frame.reformat(width=width, height=height, format="rgb24", interpolation="AREA").to_ndarray()
    return np.asarray(pixels, dtype=np.float32) / np.float32(255)


def score(rgb: npt.NDArray[np.float32]) -> float:
    """How good a still is: 0 for black, white or flat, about 1 for a sharp, colourful, well-lit picture."""
    light = rgb @ np.array([0.2126, 0.7152, 0.0722], dtype=np.float32)
    laplacian = 4 * light[1:-1, 1:-1] - light[:-2, 1:-1] - light[2:, 1:-1] - light[1:-1, :-2] - light[1:-1, 2:]
    sharp = float(laplacian.std()) if laplacian.size else 0.0
    red_green = rgb[..., 0] - rgb[..., 1]
    yellow_blue = (rgb[..., 0] + rgb[..., 1]) / 2 - rgb[..., 2]
    spread = float(np.hypot(red_green.std(), yellow_blue.std()))
    colourful = spread + 0.3 * float(np.hypot(red_green.mean(), yellow_blue.mean()))
    lit = float(np.mean((light > 0.06) & (light < 0.96)))
    contrast = min(1.0, float(light.std()) / 0.2)
    return (0.1 + lit) * (0.1 + contrast) * (0.3 + min(1.0, sharp / 0.12) + min(1.0, colourful / 0.35)) / 2.5


def placeholder(image: Image.Image) -> str:
    """A blurred WebP of about 20 pixels as a data: URI under 1 kB."""
    tiny = image.convert("RGB")
    tiny.thumbnail((PLACEHOLDER_EDGE, PLACEHOLDER_EDGE), Image.Resampling.BOX)
    tiny = tiny.filter(ImageFilter.GaussianBlur(0.8))
    for quality in (60, 30, 1):
        out = io.BytesIO()
        tiny.save(out, "WEBP", quality=quality, method=6)
        uri = "data:image/webp;base64," + base64.b64encode(out.getvalue()).decode()
        if len(uri) < PLACEHOLDER_BYTES:
            return uri
    raise ValueError("a placeholder of this size cannot be that large")


def hash_of(image: Image.Image) -> str:
    """The thumbhash of a picture, base64."""
    tiny = image.convert("RGBA")
    tiny.thumbnail((64, 64))
    pixels = list(np.asarray(tiny).reshape(-1).tolist())
    return base64.b64encode(bytes(thumbhash.rgba_to_thumb_hash(tiny.width, tiny.height, pixels))).decode()


if __name__ == "__main__":
    main()
