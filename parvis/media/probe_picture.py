"""Part of the probe's child: what the pictures are, seen by decoding the first one and every key picture."""

import contextlib

from av.error import FFmpegError
from av.packet import Packet
from av.stream import Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from parvis.media.errors import MediaError
from parvis.media.limits import Limits

# Values of ITU-T H.273, as ffmpeg numbers them
TRANSFERS = {16: "pq", 18: "hlg"}
MATRICES = {1: "bt709", 5: "bt470bg", 6: "smpte170m", 4: "fcc", 7: "smpte240m", 9: "bt2020nc", 10: "bt2020c"}
FULL_RANGE = 2
MAX_KEYFRAMES = 40  # decoded of one file: enough to see damage, cheap for all-intra files
MAX_FIRST_PACKETS = 60  # decoded to get one picture at all


class PictureCheck:
    """Collects what the video stream's packets show. Owns the stream's decoder."""

    def __init__(self, stream: VideoStream, limits: Limits) -> None:
        """Limit the decoder before it opens."""
        self.stream = stream
        self.limits = limits
        self.first: VideoFrame | None = None
        self.keyframe_errors = 0
        self._seen = 0
        self._keyframes = 0
        context = stream.codec_context
        context.thread_count = 1  # a picture comes out for a packet, without a thread's delay
        context.options = {"max_pixels": str(limits.max_pixels), "err_detect": "crccheck+bitstream"}

    def add(self, packet: "Packet[Stream]") -> None:
        """Decode until a first picture is there; after that key pictures only."""
        self._seen += 1
        if self.first is None:
            if self._seen <= MAX_FIRST_PACKETS:
                self._decode(packet)
        elif packet.is_keyframe and self._keyframes < MAX_KEYFRAMES:
            self._keyframes += 1
            self.stream.codec_context.flush_buffers()
            self._decode(packet, end=True)

    def finish(self) -> None:
        """Take what the decoder still holds. Raises MediaError when there was never a picture."""
        if self.first is None:
            self._decode(None)
        if self.first is None:
            raise MediaError("damaged")
        if self.first.width * self.first.height > self.limits.max_pixels:
            raise MediaError("too-large-picture", max_pixels=self.limits.max_pixels)
        width, height = self._display_size()
        if min(width, height) < self.limits.min_edge:
            raise MediaError("too-small-picture", min_edge=self.limits.min_edge)

    def _decode(self, packet: "Packet[Stream] | None", *, end: bool = False) -> None:
        context = self.stream.codec_context
        try:
            frames = list(context.decode(packet))
            if end:
                frames += list(context.decode(None))
        except FFmpegError:
            self.keyframe_errors += 1
            return
        for frame in frames:
            self.keyframe_errors += bool(frame.is_corrupt)
            if self.first is None and not frame.is_corrupt:
                self.first = frame

    def fields(self) -> dict[str, object]:
        """The fields of `Probe` that the pictures give."""
        assert self.first is not None
        frame = self.first
        width, height = self._display_size()
        context = self.stream.codec_context
        name = frame.format.name
        return {
            "width": width,
            "height": height,
            "rotation": self._rotation(),
            "square_pixels": (width, height) in {(frame.width, frame.height), (frame.height, frame.width)},
            "video_codec": context.codec.canonical_name,
            "pixel_format": name,
            "bit_depth": max(component.bits for component in frame.format.components),
            "full_range": name.startswith("yuvj") or frame.color_range == FULL_RANGE,
            "matrix": self._matrix(),
            "transfer": TRANSFERS.get(int(frame.color_trc or context.color_trc or 0)),
            "interlaced": bool(frame.interlaced_frame),
            "keyframe_errors": self.keyframe_errors,
        }

    def _rotation(self) -> int:
        assert self.first is not None
        with contextlib.suppress(ValueError, OverflowError):  # a matrix of nonsense
            return round(self.first.rotation / 90) * 90 % 360
        return 0

    def _display_size(self) -> tuple[int, int]:
        assert self.first is not None
        width, height = self.first.width, self.first.height
        ratio = self.stream.sample_aspect_ratio or self.stream.codec_context.sample_aspect_ratio
        if ratio and 0.1 <= ratio <= 10:  # beyond that it is a mistake, not a lens
            width = max(1, round(width * ratio))
        return (height, width) if self._rotation() in {90, 270} else (width, height)

    def _matrix(self) -> str:
        assert self.first is not None
        frame = self.first
        known = MATRICES.get(int(frame.colorspace or 0)) or MATRICES.get(int(self.stream.codec_context.colorspace or 0))
        # What players assume of a file that does not say: standard definition or high definition.
        return known or ("bt709" if max(frame.width, frame.height) >= 1280 else "smpte170m")
