"""The child of `likeness`: decodes a few pictures of a file and prints their hashes as one JSON line."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from parvis.media.likeness import PICTURES, of_pictures
from parvis.media.limits import PROTOCOLS

EDGE = 256  # pixels of the long side: four times what the hash keeps


def main() -> None:
    """Print the likeness of the file RENDITION."""
    found = of_pictures(np.stack(list(pictures(Path(sys.argv[1])))))
    sys.stdout.write(json.dumps({"asked": found.asked.hex(), "shown": found.shown.hex()}) + "\n")


def pictures(path: Path) -> Iterator[npt.NDArray[np.uint8]]:
    """PICTURES pictures at even distances, small and grey; the last one again where a file ends early."""
    with av.open(str(path), options={"protocol_whitelist": PROTOCOLS, "format_whitelist": "mov"}) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        length, start = stream.duration or 0, stream.start_time or 0
        frame: VideoFrame | None = None
        for number in range(PICTURES):
            frame = _at(container, stream, start + length * (2 * number + 1) // (2 * PICTURES)) or frame
            if frame is None:
                raise ValueError("no picture in " + path.name)
            yield _small(frame)


def _at(container: av.container.InputContainer, stream: VideoStream, moment: int) -> VideoFrame | None:
    container.seek(moment, stream=stream)
    for frame in container.decode(stream):
        if frame.pts is not None and frame.pts >= moment:
            return frame
    return None


def _small(frame: VideoFrame) -> npt.NDArray[np.uint8]:
    scale = min(1.0, EDGE / max(frame.width, frame.height))
    width, height = max(2, round(frame.width * scale)), max(2, round(frame.height * scale))
    grey = frame.reformat(width=width, height=height, format="gray", interpolation="AREA").to_ndarray()
    return np.asarray(grey, dtype=np.uint8)


if __name__ == "__main__":
    main()
