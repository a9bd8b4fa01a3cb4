"""When the encoder is trained, and the process that does it: low in priority, with limits, ended with its parent."""

import json
import logging
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from parvis.recommender import disk

log = logging.getLogger(__name__)

APART_S = 12 * 3600.0
LAST = "last"  # the last attempt: when it began, and why it came to nothing ("" if it did not)
SLOWER = 8  # a training that is hardly let run takes so many times its processor time, then it is ended
PARENT = "PARVIS_PARENT"  # as `project.parent` reads it
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}  # or sums differ in a bit


def begun(*, check: bool = False, quiet: bool = False) -> "subprocess.Popen[bytes]":
    """Start a training (or `check`) in a process of its own."""
    command = [sys.executable, "-m", "parvis", "recommender", "train", "--here", *(["--check"] if check else [])]
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL if quiet else None,
        stderr=subprocess.PIPE if quiet else None,
        env=os.environ | ONE_THREAD | {PARENT: str(os.getpid())},
    )


def last(folder: Path) -> tuple[float, str] | None:
    """Return when the last attempt began (seconds since 1970) and why it came to nothing; None if there was none."""
    try:
        told = json.loads((folder / LAST).read_bytes())
        return float(told["at"]), str(told["trouble"])
    except (OSError, ValueError, TypeError, KeyError):
        return None


class Nightly:
    """Trains at the hour that is set, at most once in half a day, also across restarts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process: subprocess.Popen[bytes] | None = None
        self._began = 0.0

    def look(self, now: float) -> None:
        """Start what is due, or see how it stands. Cheap: call it every few seconds. OSError as from any writing."""
        if self.process is None:
            if self._is_due(now):
                self._note(now, "it was ended before it was done")
                self.process, self._began = begun(quiet=True), now
        elif self.process.poll() is not None:
            self._done(self.process)
        elif now - self._began > SLOWER * 60 * settings.PARVIS_ENCODER_MINUTES:
            self.stop()
            self._note(self._began, "it took too long")

    def stop(self) -> None:
        """End a training that is under way. The model before stays in use."""
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None

    def _is_due(self, now: float) -> bool:
        if (
            settings.PARVIS_ENCODER_HOUR is None
            or datetime.fromtimestamp(now, UTC).hour != settings.PARVIS_ENCODER_HOUR
        ):
            return False
        before = last(self.folder)
        return before is None or not 0 <= now - before[0] < APART_S

    def _done(self, process: "subprocess.Popen[bytes]") -> None:
        said = process.communicate()[1].decode(errors="replace").strip().splitlines()
        self.process = None
        trouble = "" if process.returncode == 0 else said[-1] if said else f"it ended with {process.returncode}"
        self._note(self._began, trouble.removeprefix("parvis: "))
        if trouble:
            log.warning("the encoder was not trained: %s", trouble)

    def _note(self, began: float, trouble: str) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        disk.write_file(self.folder / LAST, [json.dumps({"at": began, "trouble": trouble}).encode()])
