"""The child of `probe`: opens the file, reads every packet, decodes key pictures and all sound, prints one JSON line.

One pass over the file: the video packets give the timing, key pictures are decoded to see what the file really holds
(size, rotation, colours, damage), and the sound is decoded to hear whether it is silent and how loud.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.stream import Disposition, Stream
from av.video.stream import VideoStream

from parvis.media.errors import MediaError
from parvis.media.limits import FORMATS, PROTOCOLS, VIDEO_CODECS, Limits
from parvis.media.probe_picture import PictureCheck
from parvis.media.probe_sound import SoundCheck
from parvis.media.probe_timing import Timing

PLAYLISTS = (b"#EXTM3U", b"ffconcat", b"file ", b"file '", b"<?xml", b"v=0")


def main() -> None:
    """Print {"probe": ...} or {"refused": code, "params": ...}."""
    path, limits = Path(sys.argv[1]), Limits(**json.loads(sys.argv[2]))
    try:
        answer: dict[str, object] = {"probe": examine(path, limits)}
    except MediaError as refusal:
        answer = {"refused": refusal.code, "params": refusal.params}
    except FFmpegError:
        answer = {"refused": "damaged", "params": {}}
    sys.stdout.write(json.dumps(answer) + "\n")


def examine(path: Path, limits: Limits) -> dict[str, object]:
    """The fields of `Probe`; raises MediaError."""
    with open_source(path, limits) as container:
        stream = choose_video(container, limits)
        sounds = container.streams.audio
        picture = PictureCheck(stream, limits)
        sound = SoundCheck(sounds[0] if sounds else None)
        timing = Timing(container, stream, sounds[0] if sounds else None, limits)
        read(container, limits, picture, sound, timing)
        timing.check_complete()
        return {
            **timing.fields(),
            **picture.fields(),
            **sound.fields(),
            "video_index": stream.index,
            "container": container.format.name.split(",")[0],
            "clean_start": timing.clean_start(),
            "bytes": path.stat().st_size,
        }


def open_source(path: Path, limits: Limits) -> InputContainer:
    """Open with whitelisted formats and protocols; raises MediaError with the likeliest reason."""
    with path.open("rb") as file:
        head = file.read(64)
    if head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(PLAYLISTS):
        raise MediaError("playlist")
    options = {
        "protocol_whitelist": PROTOCOLS,
        "format_whitelist": FORMATS,
        "max_streams": "100",
        "enable_drefs": "0",
        "use_absolute_path": "0",
    }
    try:
        container = av.open(str(path), options=options)
    except (FFmpegError, ValueError):
        known = head[4:8] in {b"ftyp", b"moov", b"mdat", b"wide", b"free"} or head.startswith(b"\x1aE\xdf\xa3")
        raise MediaError("damaged" if known else "not-a-video") from None
    if len(container.streams) > limits.max_streams:
        container.close()
        raise MediaError("too-many-streams", max_streams=limits.max_streams)
    return container


def choose_video(container: InputContainer, limits: Limits) -> VideoStream:
    """The first real video stream (cover art is none), its codec known and its size within limits."""
    cover = Disposition.attached_pic | Disposition.timed_thumbnails
    streams = [stream for stream in container.streams.video if not stream.disposition & cover]
    if not streams:
        raise MediaError("no-video")
    stream = streams[0]
    # A stream without a decoder has no codec context, whatever the type says.
    context = getattr(stream, "codec_context", None)
    if context is None or context.codec.canonical_name not in VIDEO_CODECS:
        raise MediaError("unsupported", codec=context.codec.canonical_name if context else "unknown")
    if context.width * context.height > limits.max_pixels:
        raise MediaError("too-large-picture", max_pixels=limits.max_pixels)
    declared_ms = (container.duration or 0) / 1000
    if declared_ms > limits.max_duration_ms + limits.duration_slack_ms and container.format.name != "mpegts":
        raise MediaError("too-long", max_ms=limits.max_duration_ms)
    return stream


def read(container: InputContainer, limits: Limits, picture: PictureCheck, sound: SoundCheck, timing: Timing) -> None:
    """Read the file to its end, or to where it breaks off."""
    streams: list[Stream] = [picture.stream]
    if sound.stream is not None:
        streams.append(sound.stream)
    for number, packet in enumerate(packets(container, streams)):
        if number > limits.max_packets:
            raise MediaError("too-long", max_ms=limits.max_duration_ms)
        timing.add(packet)
        if packet.stream is picture.stream:
            picture.add(packet)
        else:
            sound.add(packet)
    picture.finish()
    sound.finish()


def packets(container: InputContainer, streams: list[Stream]) -> "Iterator[Packet[Stream]]":
    """The packets of `streams`; a read error ends them, what is missing is judged by the timing."""
    demuxed = container.demux(streams)
    while True:
        try:
            packet = next(demuxed)
        except (StopIteration, FFmpegError):
            return
        if packet.size:
            yield packet


if __name__ == "__main__":
    main()
