"""Whether the programs and libraries that read and write video can do what clips need."""

import subprocess
from collections.abc import Iterator

from parvis.media.sandbox import ffmpeg
from parvis.ops.finding import Finding, failed, fine

ENCODERS = ("libx264", "aac")
FILTERS = ("zscale", "tonemap", "loudnorm", "scale")
DECODERS = ("h264", "hevc", "vp9", "av1", "aac", "opus")


def look_at_ffmpeg() -> Iterator[Finding]:
    """The ffmpeg program runs, and has the encoders and filters of the ladder."""
    program = ffmpeg()
    missing = [name for name in ENCODERS if name not in _listed(program, "-encoders")]
    missing += [name for name in FILTERS if name not in _listed(program, "-filters")]
    if missing:
        advice = "Install the package imageio-ffmpeg of requirements/run.lock, and unset IMAGEIO_FFMPEG_EXE."
        yield failed("ffmpeg", f"{program} has no {', '.join(missing)}", advice)
    else:
        yield fine("ffmpeg", f"{_version(program)} with {', '.join((*ENCODERS, *FILTERS))}")


def look_at_pyav() -> Iterator[Finding]:
    """PyAV loads, and decodes what phones record."""
    import av

    missing = [name for name in DECODERS if name not in av.codecs_available]
    if missing:
        yield failed("PyAV", f"cannot read {', '.join(missing)}", "Install the package av of requirements/run.lock.")
    else:
        yield fine("PyAV", f"{av.__version__} reads {', '.join(DECODERS)}")


def _version(program: str) -> str:
    said = subprocess.run([program, "-version"], capture_output=True, text=True, timeout=30, check=True)
    return said.stdout.split()[2]


def _listed(program: str, what: str) -> set[str]:
    """The second words of ffmpeg's lists: ` V....D libx264   libx264 H.264 …`."""
    said = subprocess.run([program, "-hide_banner", what], capture_output=True, text=True, timeout=30, check=True)
    return {words[1] for line in said.stdout.splitlines() if len(words := line.split()) > 1}
