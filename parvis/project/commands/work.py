"""Do the slow work: process clips, read events, tidy up."""

import argparse
import os
import signal
import threading

from parvis.project.config import Config
from parvis.project.database import database, set_up_django
from parvis.project.numbers import prepare
from parvis.project.parent import follow_parent

# At most: every lane may need one at the same time. Opened as needed, given back when idle.
CONNECTIONS = "32"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing to choose."""


def run(options: argparse.Namespace) -> int:
    """Work until SIGTERM or Ctrl-C: each lane ends its unit of work; what is cut short is taken up by the next."""
    follow_parent()
    os.environ.setdefault("PARVIS_DATABASE_POOL", CONNECTIONS)
    config = Config.from_env()
    prepare(config.data, forget=False)
    with database(config):
        set_up_django()
        from parvis.ops.metrics import start_collecting
        from parvis.project.worker import loop

        start_collecting()

        done = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: done.set())
        work = loop()
        work.start()
        while not done.wait(1.0):
            pass
        work.stop()
    return 0
