"""Finds the processes of one installation and kills them with -9."""

import os
import signal
from contextlib import suppress
from pathlib import Path

KINDS = ("web", "worker", "database")


def pids(kind: str, data: Path) -> list[int]:
    """Return the processes of a kind that belong to the installation in `data`."""
    if kind == "database":
        return [int(path.read_text().split()[0]) for path in data.glob("pg/**/postmaster.pid")]
    word = {"web": b"\0serve\0", "worker": b"\0work\0"}[kind]
    return [pid for pid in _ours(data) if word in _command(pid) + b"\0"]


def _ours(data: Path) -> list[int]:
    mark = f"PARVIS_DATA={data}".encode()
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                if mark in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
    return found


def _command(pid: int) -> bytes:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


def kill(kind: str, data: Path) -> int:
    """Kill all processes of a kind at once; return how many there were."""
    found = pids(kind, data)
    for pid in found:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return len(found)
