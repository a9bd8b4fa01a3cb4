"""Finding the server of a data folder among the machine's processes, alive, dead or a zombie."""

import os
import subprocess
from pathlib import Path

_PROC = Path("/proc")


def server_pid(data: Path) -> int | None:
    """The process id of the living server of `data`; None where there is none.

    The number in postmaster.pid is not enough: after a crash or a reboot it may name another program, and in a
    container a killed server can stay a zombie for good.
    """
    pid = written_pid(data)
    if pid is None or not _alive(pid):
        return None
    return pid if str(data) in _command_line(pid) else None


def written_pid(data: Path) -> int | None:
    """The process id that postmaster.pid names, whoever has it now."""
    lines = _pid_lines(data)
    return int(lines[0]) if lines and lines[0].isdigit() else None


def server_ready(data: Path) -> bool:
    """Whether the server itself wrote that it takes connections."""
    lines = _pid_lines(data)
    return len(lines) > 7 and lines[7].strip() == "ready"


def _pid_lines(data: Path) -> list[str]:
    try:
        return (data / "postmaster.pid").read_text().splitlines()
    except (FileNotFoundError, NotADirectoryError):
        return []


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return _state(pid) != "Z"


def _state(pid: int) -> str:
    if _PROC.is_dir():
        try:
            return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return "Z"
    return _ps(pid, "stat=")[:1]


def _command_line(pid: int) -> list[str]:
    if _PROC.is_dir():
        try:
            return (_PROC / str(pid) / "cmdline").read_bytes().decode(errors="replace").split("\0")
        except (FileNotFoundError, ProcessLookupError):
            return []
    return _ps(pid, "command=").split()


def _ps(pid: int, field: str) -> str:
    found = subprocess.run(["ps", "-p", str(pid), "-o", field], capture_output=True, text=True, check=False)
    return found.stdout.strip()
