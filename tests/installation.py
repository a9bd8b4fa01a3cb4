"""A whole installation as a newcomer starts it: `parvis demo` with a folder and a port of its own."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

START_SECONDS = 240.0
OWN = ("DATABASE_URL", "PARVIS_DATA", "PARVIS_KEYS", "PARVIS_ORIGIN", "PARVIS_DATABASE_POOL", "DJANGO_SETTINGS_MODULE")


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Installation:
    """One running `parvis demo`; `log` is what it printed."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder, self.port = folder, free_port()
        self.log = folder / "demo.log"
        self.settings = settings
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def origin(self) -> str:
        """The address that a browser opens."""
        return f"http://localhost:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """The environment of its processes: ours, less what belongs to the tests' own database."""
        mine = {name: value for name, value in os.environ.items() if name not in OWN}
        return {**mine, "PARVIS_DATA": str(self.folder / "data"), **self.settings}

    def start(self, *, clips: int = 0) -> float:
        """Start it and wait until a visitor's feed holds `clips` clips; return the seconds it took."""
        began = time.monotonic()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "parvis", "demo", "--port", str(self.port)],
                env=self.environment, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                start_new_session=True,
            )  # fmt: skip
        while not self._shows(clips):
            if self.process.poll() is not None or time.monotonic() - began > START_SECONDS:
                said = self.log.read_text()[-4000:]
                self.stop()
                raise RuntimeError(f"the installation did not come up:\n{said}")
            time.sleep(0.25)
        return time.monotonic() - began

    def _shows(self, clips: int) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            response = connection.getresponse()
            response.read()
            if response.status != 200:
                return False
            connection.request("GET", f"/feed/slate?feed=for-you&n={max(clips, 1)}")
            response = connection.getresponse()
            return response.status == 200 and response.read().count(b'"renditions":[{') >= clips
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def stop(self) -> None:
        """Stop it as Ctrl-C does; by force where that takes too long."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
