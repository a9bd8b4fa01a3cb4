"""Files that outlive a crash: whole writes, and names that last."""

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

Buffer = bytes | bytearray | memoryview


class Damaged(Exception):
    """A kept file is torn, corrupt, foreign or missing between others. Nothing was taken up from it."""


def write_all(descriptor: int, data: Buffer) -> None:
    """Write all of `data`, however little the system takes at once. OSError as the system raises it (disk full)."""
    rest = memoryview(data).cast("B")
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def sync_folder(folder: Path) -> None:
    """Make the names in a folder last: until then a crash may bring back the old name, or none."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_file(path: Path, parts: Iterable[Any]) -> None:
    """Write a file whole or not at all: under another name first, synced, then renamed.

    A crash before the renaming leaves a `.tmp` that `clear` removes; afterwards the new file is there whole.
    """
    temporary = path.with_name(path.name + ".tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        for part in parts:
            write_all(descriptor, part)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    os.replace(temporary, path)  # noqa: PTH105 - the call that tests interrupt
    sync_folder(path.parent)


def clear(folder: Path) -> None:
    """Remove what writes cut short have left."""
    for path in folder.glob("*.tmp"):
        remove(path)


def remove(path: Path) -> None:
    """Remove a file; one that is gone already is as good."""
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)  # noqa: PTH108 - the call that tests interrupt
