"""A pytest plugin: one throw-away database server and data folder for a test run, and for each worker of pytest-xdist.

Workers share none: readers of events wait for the oldest transaction of a server, which may be another worker's.

It is loaded by `-p` in pyproject.toml, since pytest-django reads the settings before any conftest.py is seen.
DATABASE_URL from outside is taken as it is: the tests then make their databases on that server.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest

from parvis.project.postgres import Cluster

_MARK, _OWNER, _GIVEN = "PARVIS_TEST_RUN", "PARVIS_TEST_OWNER", "PARVIS_TEST_DATABASE"

# Ends the server and removes the folder when the test run is gone, however it went: its end of the pipe closes.
_WATCH = """
import os, shutil, sys
from pathlib import Path
from parvis.project.postgres import Cluster
os.setsid()
sys.stdin.buffer.read()
folder = Path(sys.argv[1])
if folder.exists():
    if (folder / "pg").exists():
        cluster = Cluster(folder / "pg", throwaway=True)
        cluster.join()
        cluster.stop()
    shutil.rmtree(folder, ignore_errors=True)
"""


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Generator[None, object, object]:
    """Start it before the settings are read. What this process starts finds its mark, and a worker another's."""
    owner = os.environ.get("PYTEST_XDIST_WORKER", "run")
    if os.environ.get(_OWNER) == owner:
        return (yield)
    if _OWNER not in os.environ:
        os.environ[_GIVEN] = os.environ.get("DATABASE_URL", "")
    os.environ[_OWNER] = owner
    folder = Path(tempfile.mkdtemp(prefix="parvis-test-"))
    os.environ[_MARK] = str(folder)
    os.environ["PARVIS_DATA"] = str(folder)
    (folder / "static").mkdir()  # whitenoise warns of a folder that is not there, and warnings are errors
    watcher = subprocess.Popen([sys.executable, "-c", _WATCH, str(folder)], stdin=subprocess.PIPE)
    _Run.watcher = watcher
    if not os.environ[_GIVEN]:
        _Run.cluster = Cluster(folder / "pg", throwaway=True)
        os.environ["DATABASE_URL"] = _Run.cluster.start()
    return (yield)


class _Run:
    """What the process that started the run has to end; the workers have neither."""

    watcher: "subprocess.Popen[bytes] | None" = None
    cluster: Cluster | None = None


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """Stop the server and remove the folder, also after Ctrl-C."""
    if _Run.cluster is not None:
        _Run.cluster.stop()
    if _Run.watcher is not None:
        shutil.rmtree(os.environ[_MARK], ignore_errors=True)
        _Run.watcher.communicate()
        _Run.watcher = _Run.cluster = None
