"""Real processes of Parvis on the database of a test, to be killed with -9."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import connection

from tests.installation import OWN

ROOT = Path(__file__).resolve().parents[1]
PATIENCE_S = 300.0


def wait_for(found: Callable[[], object], what: str = "it") -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + PATIENCE_S
    while not found():
        assert time.monotonic() < deadline, f"{what} did not come"
        time.sleep(0.02)


def environment_of(data: Path, **more: str) -> dict[str, str]:
    """Return the environment of a process on the database of this test, with a folder of its own."""
    at = connection.get_connection_params()
    where = urlencode({"host": at["host"], "port": at.get("port", 5432)})
    who = f"{quote(at['user'])}:{quote(at.get('password') or '')}"
    mine = {name: value for name, value in os.environ.items() if name not in OWN}
    return {
        **mine, "PARVIS_DATA": str(data), "PYTHONPATH": str(ROOT), "DJANGO_SETTINGS_MODULE": "parvis.project.settings",
        "DATABASE_URL": f"postgresql://{who}@/{at['dbname']}?{where}", **more,
    }  # fmt: skip


class Worker:
    """`parvis work`, with the keys of this test."""

    def __init__(self, data: Path, **more: str) -> None:
        keys = {"PARVIS_KEYS": str(settings.PARVIS_KEYS), "PARVIS_SECRET_KEY": settings.SECRET_KEY}
        self.environment = environment_of(data, **keys, **more)
        self.log = data / "worker.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; nothing is waited for."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "parvis", "work"], env=self.environment, stdin=subprocess.DEVNULL,
                stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip

    def kill(self) -> None:
        """Kill it with -9, if it runs."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None
