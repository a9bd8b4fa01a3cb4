"""Keep what the recommender learned, so that web servers of this machine start from it."""

import argparse
import signal
import threading

from parvis.project.config import Config
from parvis.project.database import database, set_up_django
from parvis.project.parent import follow_parent


def arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing to choose."""


def run(options: argparse.Namespace) -> int:
    """Learn until SIGTERM or Ctrl-C. A kill loses nothing; a second learner of a machine waits for the first to end."""
    follow_parent()
    with database(Config.from_env()):
        set_up_django()
        from parvis.feed.learning import Learning

        done = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: done.set())
        Learning().run(done)
    return 0
