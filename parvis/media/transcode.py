"""Make the renditions: first one that plays quickly, then the rest of the ladder from one decode.

Renditions are fast-start MP4: H.264 High and stereo AAC, key picture each 2 s, closed groups, everything else of the
source (location, camera, other tracks) left behind. Scratch files: `NAME.mp4.part` while ffmpeg writes, renamed to
`NAME.mp4` when complete. A kill -9 leaves only those, in the scratch folder; ffmpeg dies with the worker's thread.
"""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from parvis.media.errors import MediaError
from parvis.media.filters import picture_graph, sound_chain
from parvis.media.ladder import RenditionSpec, plan
from parvis.media.limits import FORMATS, PROTOCOLS, Limits
from parvis.media.probe import Probe
from parvis.media.sandbox import Bounds, Finished, ffmpeg, run

KEY_SECONDS = 2
AUDIO_BITS = 128_000
# Of the pictures that the container announced, how many must come out of the decoder. Below 1 because VP8 and some
# recorders announce pictures that are never shown.
DECODED = 0.8
NICE = 5  # for the rest of a ladder, so that somebody else's first rendition goes before it

Progress = Callable[[float], None]


@dataclass(frozen=True)
class Rendition:
    """A finished file. `bit_rate` in bit/s over all tracks; `audio_codec` None: without a sound track."""

    name: str
    path: Path
    width: int
    height: int
    fps: float
    bytes: int
    bit_rate: int
    duration_ms: int
    video_codec: str
    audio_codec: str | None


@dataclass(frozen=True)
class Job:
    """One run of ffmpeg: some rungs of one source. All paths are absolute."""

    source: Path
    probe: Probe
    specs: list[RenditionSpec]
    scratch: Path
    limits: Limits
    sound: Path | None = None  # a finished rendition to take the sound from

    @property
    def seconds(self) -> float:
        """How long the renditions play."""
        return length_ms(self.probe, self.limits) / 1000

    def part(self, spec: RenditionSpec) -> Path:
        """Where ffmpeg writes a rung until it is complete."""
        return self.scratch / f"{spec.name}.mp4.part"


def transcode_first(
    source: Path, probe: Probe, scratch: Path, *, limits: Limits | None = None, progress: Progress | None = None
) -> Rendition:
    """Make the rendition that is playable first (540p where the source has it), with the finished sound.

    `progress` gets the share done, 0..1, from the calling thread. Raises MediaError "damaged" or "timed-out"; then
    nothing is left in `scratch`.
    """
    specs = [spec for spec in plan(probe) if spec.first]
    job = Job(source.resolve(), probe, specs, scratch.resolve(), limits or Limits())
    return _transcode(job, progress)[0]


def transcode_rest(
    source: Path,
    probe: Probe,
    scratch: Path,
    *,
    first: Path | None,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> list[Rendition]:
    """Make the other rungs, ascending, all from one decode of the source; [] when there are none.

    `first`: the file `transcode_first` made, whose sound is taken over; None makes the sound again. Otherwise as
    `transcode_first`.
    """
    specs = [spec for spec in plan(probe) if not spec.first]
    if not specs:
        return []
    sound = first.resolve() if first else None
    return _transcode(Job(source.resolve(), probe, specs, scratch.resolve(), limits or Limits(), sound), progress)


def _transcode(job: Job, progress: Progress | None) -> list[Rendition]:
    try:
        done = run(build_command(job), bounds(job), on_line=_listener(progress, job.seconds))
        check(done, job.probe)
        return [_finish(job, spec) for spec in job.specs]
    except BaseException:
        for spec in job.specs:
            job.part(spec).unlink(missing_ok=True)
            job.part(spec).with_suffix("").unlink(missing_ok=True)
        raise


def length_ms(probe: Probe, limits: Limits) -> int:
    """How long the renditions play: as the pictures, unless clearly more sound follows them."""
    extra = probe.duration_ms - probe.video_ms
    length = probe.duration_ms if probe.has_audio and extra > 250 else probe.video_ms
    return min(length, limits.max_duration_ms)


def build_command(job: Job) -> list[str]:
    """One ffmpeg process: one decode, one scale after another, one output per spec."""
    order = sorted(job.specs, key=lambda spec: -spec.width * spec.height)
    graph, labels = picture_graph(job.probe, order, job.seconds)
    audible = job.probe.has_audio and job.probe.audio_index is not None
    if audible and job.sound is None:
        outputs = "".join(f"[a{number}]" for number in range(len(order)))
        graph += f";[0:{job.probe.audio_index}]{sound_chain(job.probe, job.seconds)},asplit={len(order)}{outputs}"
    command = [ffmpeg(), "-hide_banner", "-nostdin", "-nostats", "-loglevel", "verbose"]
    command += ["-progress", "pipe:1", *_input(job.source)]
    if audible and job.sound is not None:
        command += ["-protocol_whitelist", PROTOCOLS, "-f", "mov", "-i", str(job.sound)]
    command += ["-filter_complex", graph]
    for number, (spec, label) in enumerate(zip(order, labels, strict=True)):
        command += ["-map", label, *video_settings(spec)]
        if audible and job.sound is not None:
            command += ["-map", "1:a:0", "-c:a", "copy"]
        elif audible:
            command += ["-map", f"[a{number}]", "-c:a", "aac", "-b:a", str(AUDIO_BITS)]
        command += _container(job.seconds, job.part(spec))
    return command


def _input(source: Path) -> list[str]:
    return ["-protocol_whitelist", PROTOCOLS, "-format_whitelist", FORMATS, "-i", str(source)]


def video_settings(spec: RenditionSpec) -> list[str]:
    """The encoder's options for one rung."""
    group = max(1, round(spec.fps * KEY_SECONDS))
    return [
        *("-c:v", "libx264", "-preset", spec.preset, "-crf", str(spec.quality), "-profile:v", "high"),
        *("-maxrate", f"{spec.most_kbits}k", "-bufsize", f"{spec.most_kbits * 2}k", "-pix_fmt", "yuv420p"),
        *("-g", str(group), "-keyint_min", str(group), "-sc_threshold", "0", "-flags:v", "+cgop"),
    ]


def _container(seconds: float, part: Path) -> list[str]:
    return [
        *("-t", f"{seconds:.3f}", "-map_metadata", "-1", "-map_chapters", "-1", "-sn", "-dn"),
        *("-fflags", "+bitexact", "-movflags", "+faststart", "-f", "mp4", "-y", str(part)),
    ]


def bounds(job: Job) -> Bounds:
    """Time in proportion to the pictures to decode; generous, because the machine may be busy with others."""
    probe = job.probe
    megapixels = probe.width * probe.height / 1e6
    work = job.seconds * max(1.0, megapixels * probe.peak_fps / 60)  # 1 for a second of 1080p at 30
    hdr = 4 if probe.transfer else 1
    cpu = int(120 + 20 * work * hdr)
    in_a_hurry = any(spec.first for spec in job.specs)
    return Bounds(job.limits.memory_bytes, cpu, cpu * 2, job.limits.max_bytes * 4, 0 if in_a_hurry else NICE)


def check(done: Finished, probe: Probe) -> None:
    """Raise MediaError "damaged" unless ffmpeg ended well and decoded what the container announced.

    ffmpeg's own status is 0 for a file of which only a third decodes, so its closing statistics are read as well.
    """
    text = "\n".join(done.errors)
    decoded = [int(count) for count in re.findall(r"Input stream #0:\d+ \(video\): .*?; (\d+) frames decoded", text)]
    if done.status != 0 or not decoded or max(decoded) < DECODED * probe.frames:
        raise MediaError("damaged")


def _listener(progress: Progress | None, seconds: float) -> Callable[[str], None] | None:
    if progress is None:
        return None

    def listen(line: str) -> None:
        key, _, value = line.partition("=")
        if key == "out_time_us" and value.isdigit():
            progress(min(1.0, int(value) / 1e6 / seconds))

    return listen


def _finish(job: Job, spec: RenditionSpec) -> Rendition:
    final = job.part(spec).with_suffix("")
    os.replace(job.part(spec), final)  # noqa: PTH105 - atomic, also over an earlier try
    size = final.stat().st_size
    return Rendition(
        name=spec.name,
        path=final,
        width=spec.width,
        height=spec.height,
        fps=round(spec.fps, 4),
        bytes=size,
        bit_rate=round(size * 8 / job.seconds),
        duration_ms=round(job.seconds * 1000),
        video_codec="h264",
        audio_codec="aac" if job.probe.has_audio else None,
    )
