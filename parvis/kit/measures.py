"""What a process notes of its own speed, for whoever collects it. Noting costs less than a microsecond and waits for
nobody; what is not collected in time is dropped, the oldest first."""

import os
from collections import deque
from pathlib import Path

Note = tuple[str, tuple[str, ...], float]
MOST = 100_000
_noted: deque[Note] = deque(maxlen=MOST)


def note(name: str, seconds: float, *labels: str) -> None:
    """Note that something took so long. `name` and the number of `labels` are declared by the collector."""
    _noted.append((name, labels, seconds))


def taken() -> list[Note]:
    """Return what was noted since the last call. One collector in a process."""
    return [_noted.popleft() for _ in range(len(_noted))]


def lives(file: Path) -> bool:
    """Whether the process lives whose id a file of numbers ends with (`counter_123.db`)."""
    pid = file.stem.rpartition("_")[2]
    try:
        os.kill(int(pid), 0)
    except (ProcessLookupError, ValueError):
        return False
    except PermissionError:
        return True
    return True
