"""Run a program on a stranger's file: limited memory, processor time, file size and wall time, empty environment."""

import os
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import imageio_ffmpeg

import parvis
from parvis.media.errors import MediaError

CHILD = Path(__file__).with_name("sandbox_child.py")
ROOT = Path(parvis.__file__).resolve().parent.parent
KEPT_LINES = 400  # of standard error; a broken file can make a decoder complain for ever


@dataclass(frozen=True)
class Bounds:
    """Limits of one process. `cpu_seconds` counts all threads together; `nice` 0 is in a hurry, 10 is not."""

    memory_bytes: int
    cpu_seconds: int
    wall_seconds: float
    file_bytes: int
    nice: int = 0


@dataclass(frozen=True)
class Finished:
    """How it ended: exit status (negative: killed by that signal) and the last lines of standard error."""

    status: int
    errors: list[str]
    wall_seconds: float


def ffmpeg() -> str:
    """The path of imageio-ffmpeg's own static binary, the one whose filters and encoders we rely on."""
    return str(imageio_ffmpeg.get_ffmpeg_exe())  # type: ignore[attr-defined,no-untyped-call]


def python_module(module: str, *args: str) -> list[str]:
    """The command that runs one of our modules in a fresh interpreter."""
    return [sys.executable, "-P", "-m", module, *args]


def run(
    command: list[str], bounds: Bounds, *, cwd: Path | None = None, on_line: Callable[[str], None] | None = None
) -> Finished:
    """Run `command` (absolute program first) to its end; `on_line` gets each line of its standard output.

    Raises MediaError("timed-out") when it passed its wall or processor time. The process is dead when this returns
    or raises, and dies with the calling thread on Linux.
    """
    limits = [os.getpid(), bounds.memory_bytes, bounds.cpu_seconds, bounds.file_bytes, bounds.nice]
    started = time.monotonic()
    # -I and -S: nothing of the site or the user is imported before the limits are on
    process = subprocess.Popen(
        [sys.executable, "-I", "-S", str(CHILD), *map(str, limits), *command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=cwd,
        env={"PATH": os.defpath, "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"},
        text=True,
        errors="replace",
    )
    expired = threading.Event()

    def expire() -> None:
        expired.set()
        process.kill()

    timer = threading.Timer(bounds.wall_seconds, expire)
    errors: deque[str] = deque(maxlen=KEPT_LINES)
    drain = threading.Thread(target=_drain, args=(process, errors), daemon=True)
    timer.start()
    drain.start()
    try:
        _read_lines(process, on_line)
        status = process.wait()
    finally:
        timer.cancel()
        process.kill()
        process.wait()
        drain.join()
        _close(process)
    if expired.is_set() or status in {-24, 128 + 24}:  # SIGXCPU
        raise MediaError("timed-out")
    return Finished(status, list(errors), time.monotonic() - started)


def _read_lines(process: subprocess.Popen[str], on_line: Callable[[str], None] | None) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if on_line is not None:
            on_line(line.rstrip("\n"))


def _drain(process: subprocess.Popen[str], errors: deque[str]) -> None:
    assert process.stderr is not None
    for line in process.stderr:
        errors.append(line.rstrip("\n")[:500])


def _close(process: subprocess.Popen[str]) -> None:
    for pipe in (process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()
