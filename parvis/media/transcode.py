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

from parvis.media.commands import Job, copy_command, ladder_command
from parvis.media.errors import MediaError
from parvis.media.ladder import RenditionSpec, can_copy, copy_of, plan
from parvis.media.limits import Limits
from parvis.media.probe import Probe
from parvis.media.sandbox import Bounds, Finished, run

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
    temporary: bool = False  # a copy of the source's pictures: delete it when the ladder is there


def transcode_first(
    source: Path, probe: Probe, scratch: Path, *, limits: Limits | None = None, progress: Progress | None = None
) -> Rendition:
    """Make the rendition that is playable first, with the finished sound.

    Where browsers play the source's own pictures (`can_copy`) it is a copy of them in a clean container, named "source"
    and `temporary`; elsewhere it is the 540p rung.

    `progress` gets the share done, 0..1, from the calling thread. Raises MediaError "damaged" or "timed-out"; then
    nothing is left in `scratch`.
    """
    copied = can_copy(probe)
    specs = [copy_of(probe)] if copied else [spec for spec in plan(probe) if spec.first]
    job = Job(source.resolve(), probe, specs, scratch.resolve(), limits or Limits(), copies=copied)
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
        command = copy_command(job) if job.copies else ladder_command(job)
        done = run(command, bounds(job), on_line=_listener(progress, job.seconds))
        check(done, job)
        return [_finish(job, spec) for spec in job.specs]
    except BaseException:
        for spec in job.specs:
            job.part(spec).unlink(missing_ok=True)
            job.part(spec).with_suffix("").unlink(missing_ok=True)
        raise


def bounds(job: Job) -> Bounds:
    """Time in proportion to the pictures to decode; generous, because the machine may be busy with others."""
    probe = job.probe
    megapixels = probe.width * probe.height / 1e6
    work = job.seconds * max(1.0, megapixels * probe.peak_fps / 60)  # 1 for a second of 1080p at 30
    hdr = 4 if probe.transfer else 1
    cpu = int(120 + 20 * work * hdr)
    in_a_hurry = job.copies or any(spec.first for spec in job.specs)
    return Bounds(job.limits.memory_bytes, cpu, cpu * 2, job.limits.max_bytes * 4, 0 if in_a_hurry else NICE)


def check(done: Finished, job: Job) -> None:
    """Raise MediaError "damaged" unless ffmpeg ended well and decoded what the container announced.

    ffmpeg's own status is 0 for a file of which only a third decodes, so its closing statistics are read as well.
    """
    if done.status != 0:
        raise MediaError("damaged")
    if job.copies:
        return
    text = "\n".join(done.errors)
    decoded = [int(count) for count in re.findall(r"Input stream #0:\d+ \(video\): .*?; (\d+) frames decoded", text)]
    if not decoded or max(decoded) < DECODED * job.probe.frames:
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
        temporary=job.copies,
    )
