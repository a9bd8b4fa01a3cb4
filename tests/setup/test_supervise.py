"""The supervisor: children that die come again, and none outlives it."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from parvis.project.console import Progress
from parvis.project.supervise import Child, StartError, Supervisor, check_port

LASTING = "import time; time.sleep(60)"
FOLLOWER = """
import signal, sys, time
from pathlib import Path
from parvis.project.parent import follow_parent
follow_parent()
Path(sys.argv[1]).write_text(str(__import__('os').getpid()))
time.sleep(60)
"""
PARENT = """
import sys
from parvis.project.console import Progress
from parvis.project.supervise import Child, Supervisor
supervisor = Supervisor(Progress())
supervisor.catch_signals()
child = Child("follower", [sys.executable, "-c", sys.argv[1], sys.argv[2]])
child.start()
supervisor.children.append(child)
supervisor.run()
"""


def until(true: Callable[[], bool], seconds: float = 15.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.02)
    return False


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def supervised(tmp_path: Path) -> tuple["subprocess.Popen[bytes]", int]:
    place = tmp_path / "pid"
    parent = subprocess.Popen([sys.executable, "-c", PARENT, FOLLOWER, str(place)], stdout=subprocess.DEVNULL)
    assert until(lambda: place.exists() and place.read_text() != "")
    return parent, int(place.read_text())


def test_a_child_that_dies_is_started_again() -> None:
    said: list[str] = []
    supervisor = Supervisor(Progress(said.append))
    child = Child("web server", [sys.executable, "-c", LASTING])
    child.start()
    assert child.process is not None
    first = child.process.pid
    supervisor.children.append(child)
    watching = threading.Thread(target=supervisor.run)
    watching.start()
    os.kill(first, signal.SIGKILL)
    assert until(lambda: child.process is not None and child.process.pid != first)
    assert "web server ended with code -9; again in 0 s" in said[0]
    supervisor.ending.set()
    watching.join(20)
    assert child.process is None


def test_a_child_that_dies_at_once_waits_longer_each_time() -> None:
    said: list[str] = []
    supervisor = Supervisor(Progress(said.append))
    child = Child("worker", [sys.executable, "-c", "raise SystemExit(3)"])
    child.start()
    supervisor.children.append(child)
    watching = threading.Thread(target=supervisor.run)
    watching.start()
    assert until(lambda: len(said) >= 3)
    supervisor.ending.set()
    watching.join(20)
    waits = [line.rpartition("again in ")[2] for line in said[:3]]
    assert waits == ["0 s", "1 s", "2 s"]


def test_sigterm_stops_the_children(tmp_path: Path) -> None:
    parent, child = supervised(tmp_path)
    parent.terminate()
    assert parent.wait(20) == 0
    assert not alive(child)


@pytest.mark.faults
def test_a_kill_of_the_supervisor_takes_the_children_along(tmp_path: Path) -> None:
    parent, child = supervised(tmp_path)
    parent.kill()
    parent.wait()
    assert until(lambda: not alive(child), 5)


def test_a_taken_port_is_said_before_anything_starts() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(StartError, match=f"Port {port} is in use .* make demo PORT={port + 1}"):
            check_port("127.0.0.1", port)


def test_a_free_port_is_no_error() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    check_port("127.0.0.1", port)
