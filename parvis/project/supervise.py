"""Runs web and worker as children: starts again what dies, stops them in order, takes them along when killed."""

import contextlib
import errno
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import FrameType

from parvis.project.console import Progress
from parvis.project.parent import PARENT

_STABLE = 10.0  # seconds a child must have lived for its next death to count as its first
_LONGEST_WAIT = 5.0  # a start costs two seconds of one core: a server that is away serves nobody
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StartError(Exception):
    """Parvis cannot start here; the message says why and what to do."""


def check_port(host: str, port: int) -> None:
    """StartError where nobody may listen there: said before anything slow begins."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise StartError(f"Only root may listen on port {port}: choose one above 1023.") from None
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise StartError(
                    f"Port {port} is in use by another program. Choose another: make demo PORT={port + 1}, "
                    f"or parvis serve --port {port + 1}."
                ) from None
            raise StartError(f"Cannot listen on {host}:{port}: {error.strerror}.") from None


@dataclass
class Child:
    """One program to keep running."""

    name: str
    command: Sequence[str]
    process: "subprocess.Popen[bytes] | None" = None
    started: float = 0.0
    failures: int = 0
    again_at: float = 0.0

    def start(self) -> None:
        """Start it in a session of its own: Ctrl-C reaches the supervisor alone, which then stops all in order."""
        self.process = subprocess.Popen(
            self.command,
            stdin=subprocess.DEVNULL,
            env=os.environ | {PARENT: str(os.getpid())},
            start_new_session=True,
        )
        self.started = time.monotonic()

    def stop(self, seconds: float) -> None:
        """Ask it to end; end it by force after `seconds`."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self.process.terminate()
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None


@dataclass
class Supervisor:
    """Keeps children running until `stop`. `tend` is called each second: it may mend what is no child of ours."""

    progress: Progress
    tend: Callable[[], None] = lambda: None
    children: list[Child] = field(default_factory=list)
    ending: threading.Event = field(default_factory=threading.Event)

    def catch_signals(self) -> None:
        """From now on Ctrl-C, SIGTERM and a closed terminal end `run` instead of the process."""

        def end(number: int, frame: FrameType | None) -> None:
            self.ending.set()

        for number in _SIGNALS:
            signal.signal(number, end)

    def add(self, name: str, *arguments: str) -> None:
        """Start `parvis ARGUMENTS` and keep it running."""
        child = Child(name, [sys.executable, "-m", "parvis", *arguments])
        child.start()
        self.children.append(child)

    def run(self) -> None:
        """Watch the children until a signal comes, then stop them, the latest first."""
        try:
            while not self.ending.wait(0.2):
                self.tend()
                for child in self.children:
                    self._watch(child)
        finally:
            self.stop()

    def stop(self) -> None:
        """Stop every child; a second call finds none."""
        self.ending.set()
        while self.children:
            child = self.children.pop()
            child.stop(6)
            self.progress(f"{child.name} stopped")

    def _watch(self, child: Child) -> None:
        at = time.monotonic()
        if child.process is not None and child.process.poll() is not None:
            child.failures = 1 if at - child.started > _STABLE else child.failures + 1
            wait = min(0.5 * 2 ** (child.failures - 1), _LONGEST_WAIT) if child.failures > 1 else 0.0
            self.progress(f"{child.name} ended with code {child.process.returncode}; again in {wait:.0f} s")
            child.process, child.again_at = None, at + wait
        if child.process is None and at >= child.again_at:
            child.start()


def wait_for_page(port: int, supervisor: Supervisor, seconds: float = 60.0) -> bool:
    """Wait until the web server answers /healthz; False where it does not in time or all is being stopped."""
    request = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and not supervisor.ending.is_set():
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            connection.sendall(request)
            if b" 200 " in connection.recv(64):
                return True
        time.sleep(0.1)
    return False
