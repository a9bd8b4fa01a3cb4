"""Scratch folders of claims, and how to tell that the process that made one is dead.

`work/<claim>.lock` is held by flock for as long as the claim lives; the kernel lets go of it when the process dies,
however it dies. Whoever then gets the lock removes the folder and frees the claim's rows at once, long before their
lease runs out.
"""

import fcntl
import os
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from django.conf import settings

YOUNG_SECONDS: Final = 3.0


def work_folder() -> Path:
    """Return the folder of all scratch folders, made if it is missing."""
    folder = Path(settings.PARVIS_DATA) / "work"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def scratch(claim: uuid.UUID) -> Iterator[Path]:
    """Make a claim's scratch folder, and remove it at the end."""
    lock, folder = work_folder() / f"{claim}.lock", work_folder() / str(claim)
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        folder.mkdir()
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        lock.unlink(missing_ok=True)
        os.close(descriptor)


def bury_dead() -> list[uuid.UUID]:
    """Remove the scratch folders of dead processes; return their claims."""
    dead = []
    for lock in work_folder().glob("*.lock"):
        # A younger one may belong to a process that has made it and not locked it yet.
        with suppress(FileNotFoundError, ValueError):
            if time.time() - lock.stat().st_mtime > YOUNG_SECONDS and _bury(lock):
                dead.append(uuid.UUID(lock.stem))
    return dead


def _bury(lock: Path) -> bool:
    descriptor = os.open(lock, os.O_RDWR | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(lock.with_suffix(""), ignore_errors=True)
        lock.unlink()
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True


def free_bytes() -> int:
    """Return how much room the scratch folder has."""
    return shutil.disk_usage(work_folder()).free
