"""How the learner process of this machine stands: what it says of itself, for who looks after the machine."""

import contextlib
import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from parvis.recommender.disk import Damaged
from parvis.recommender.journal import segments
from parvis.recommender.snapshots import Shelf, told_hash

NAME = "standing"
LENGTH = 512
SILENT_S = 30.0  # a learner that lives says so every second or so


@dataclass(frozen=True)
class Standing:
    """`at`: when it was said, seconds since 1970. `trouble`: why nothing is kept now, empty if all is well. The counts
    are of this process: how often it began anew from rows, and what was wrong with events."""

    at: float
    trouble: str = ""
    begun_anew: int = 0
    damaged_snapshots: int = 0
    events: int = 0
    wrong_events: int = 0

    @property
    def is_heard(self) -> bool:
        """Whether it was said lately."""
        return time.time() - self.at < SILENT_S


@dataclass(frozen=True)
class Kept:
    """What lies in the folder: bytes, and when state and newest snapshot were written (None: there is none)."""

    size: int
    written_at: float | None
    snapshot_at: float | None


def say(folder: Path, standing: Standing) -> None:
    """Say how it stands, over what was said before: that takes no more room on a disk that is full. Best effort."""
    text = json.dumps(asdict(standing)).encode()[:LENGTH].ljust(LENGTH)
    path = folder / NAME
    with contextlib.suppress(OSError), path.open("r+b" if path.exists() else "wb") as file:
        file.write(text)


def heard(folder: Path) -> Standing | None:
    """Return what was said last; None if nothing was, or nothing that can be understood."""
    try:
        return Standing(**json.loads((folder / NAME).read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


def state(folder: Path) -> dict[str, str | int] | None:
    """Return the newest snapshot of what was learned: the number of its last record, and its hash
    (`snapshots.told_hash`). None where there is none."""
    shelf = Shelf(folder)
    for number in shelf.numbers():
        with contextlib.suppress(OSError, Damaged):
            return {"record": number, "hash": told_hash(shelf.path(number))}
    return None


def kept(folder: Path) -> Kept:
    """Return what is kept in a folder."""
    shelf = Shelf(folder)
    snapshots = [shelf.path(number).stat() for number in shelf.numbers()]
    journals = [path.stat() for path in segments(folder)]
    written = [one.st_mtime for one in (*snapshots, *journals)]
    size = sum(one.st_size for one in (*snapshots, *journals))
    return Kept(size, max(written, default=None), snapshots[0].st_mtime if snapshots else None)
