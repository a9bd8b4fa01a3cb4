"""What the command line says: plain lines, and a line with its seconds for each slow step."""

import sys
import time
from collections.abc import Callable

Say = Callable[[str], None]


def say(text: str = "") -> None:
    """Write one line to the terminal at once, also through a pipe."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


class Progress:
    """Writes each step with the seconds since the start: `[ 1.4 s] database ready`."""

    def __init__(self, write: Say = say) -> None:
        self.write = write
        self.started = time.monotonic()

    def __call__(self, text: str) -> None:
        self.write(f"[{time.monotonic() - self.started:5.1f} s] {text}")
