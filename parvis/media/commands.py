"""The command lines of ffmpeg: a whole ladder, or a copy of the pictures."""

from dataclasses import dataclass
from pathlib import Path

from parvis.media.filters import picture_graph, sound_chain
from parvis.media.ladder import RenditionSpec
from parvis.media.limits import FORMATS, PROTOCOLS, Limits
from parvis.media.probe import Probe
from parvis.media.sandbox import ffmpeg

KEY_SECONDS = 2
AUDIO_BITS = 128_000


@dataclass(frozen=True)
class Job:
    """One run of ffmpeg: some rungs of one source, or a copy of its pictures. All paths are absolute."""

    source: Path
    probe: Probe
    specs: list[RenditionSpec]
    scratch: Path
    limits: Limits
    sound: Path | None = None  # a finished rendition to take the sound from
    copies: bool = False

    @property
    def seconds(self) -> float:
        """How long the renditions play: as the pictures, unless clearly more sound follows them."""
        probe = self.probe
        extra = probe.duration_ms - probe.video_ms
        length = probe.duration_ms if probe.has_audio and extra > 250 else probe.video_ms
        return min(length, self.limits.max_duration_ms) / 1000

    @property
    def audible(self) -> bool:
        """Whether the renditions get a sound track."""
        return self.probe.has_audio and self.probe.audio_index is not None

    def part(self, spec: RenditionSpec) -> Path:
        """Where ffmpeg writes a rung until it is complete."""
        return self.scratch / f"{spec.name}.mp4.part"


def ladder_command(job: Job) -> list[str]:
    """One decode, one scale after another, one output per spec."""
    order = sorted(job.specs, key=lambda spec: -spec.width * spec.height)
    graph, labels = picture_graph(job.probe, order, job.seconds)
    command = _opening(job)
    if job.audible and job.sound is not None:
        command += ["-protocol_whitelist", PROTOCOLS, "-f", "mov", "-i", str(job.sound)]
    elif job.audible:
        outputs = "".join(f"[a{number}]" for number in range(len(order)))
        graph += f";[0:{job.probe.audio_index}]{sound_chain(job.probe, job.seconds)},asplit={len(order)}{outputs}"
    command += ["-filter_complex", graph]
    for number, (spec, label) in enumerate(zip(order, labels, strict=True)):
        command += ["-map", label, *video_settings(spec)]
        if job.audible and job.sound is not None:
            command += ["-map", "1:a:0", "-c:a", "copy"]
        elif job.audible:
            command += ["-map", f"[a{number}]", "-c:a", "aac", "-b:a", str(AUDIO_BITS)]
        command += _container(job, spec)
    return command


def copy_command(job: Job) -> list[str]:
    """The source's own pictures with the finished sound in a clean container."""
    # Without supplemental information (SEI): recorders hide serial numbers and places there.
    command = [*_opening(job), "-map", f"0:{job.probe.video_index}", "-c:v", "copy"]
    command += ["-bsf:v", "filter_units=remove_types=6"]
    if job.audible:
        command += ["-map", f"0:{job.probe.audio_index}", "-af", sound_chain(job.probe, job.seconds)]
        command += ["-c:a", "aac", "-b:a", str(AUDIO_BITS)]
    return [*command, *_container(job, job.specs[0])]


def video_settings(spec: RenditionSpec) -> list[str]:
    """The encoder's options for one rung: constant quality under a cap, a closed group of pictures each 2 s."""
    group = max(1, round(spec.fps * KEY_SECONDS))
    return [
        *("-c:v", "libx264", "-preset", spec.preset, "-crf", str(spec.quality), "-profile:v", "high"),
        *("-maxrate", f"{spec.most_kbits}k", "-bufsize", f"{spec.most_kbits * 2}k", "-pix_fmt", "yuv420p"),
        *("-g", str(group), "-keyint_min", str(group), "-sc_threshold", "0", "-flags:v", "+cgop"),
    ]


def _opening(job: Job) -> list[str]:
    return [
        *(ffmpeg(), "-hide_banner", "-nostdin", "-nostats", "-loglevel", "verbose", "-progress", "pipe:1"),
        *("-protocol_whitelist", PROTOCOLS, "-format_whitelist", FORMATS, "-i", str(job.source)),
    ]


def _container(job: Job, spec: RenditionSpec) -> list[str]:
    return [
        *("-t", f"{job.seconds:.3f}", "-map_metadata", "-1", "-map_chapters", "-1", "-sn", "-dn"),
        *("-fflags", "+bitexact", "-movflags", "+faststart", "-f", "mp4", "-y", str(job.part(spec))),
    ]
