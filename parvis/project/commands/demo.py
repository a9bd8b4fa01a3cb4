"""Show everything on this machine: database, web server, worker, learner and a small living world."""

import argparse
import logging
import os
import threading
from pathlib import Path

from parvis.project.commands.migrate import is_current, migrate
from parvis.project.config import Config
from parvis.project.console import Progress, say
from parvis.project.database import database, set_up_django
from parvis.project.supervise import StartError, Supervisor, check_port, wait_for_page

log = logging.getLogger(__name__)


def arguments(parser: argparse.ArgumentParser) -> None:
    """The port, and a folder of videos to post too."""
    parser.add_argument("--port", type=int, default=8000, help="port to listen on (8000)")
    parser.add_argument("--clips", type=Path, default=None, help="also post the videos of this folder")


def run(options: argparse.Namespace) -> int:
    """Start all of it, fill it on the first run, and keep it running until Ctrl-C."""
    progress = Progress()
    if options.clips is not None and not options.clips.is_dir():
        raise StartError(f"{options.clips} is not a folder of videos.")
    check_port("127.0.0.1", options.port)
    os.environ.setdefault("PARVIS_ORIGIN", f"http://localhost:{options.port}")
    config = Config.from_env()
    supervisor = Supervisor(progress)
    supervisor.catch_signals()
    with database(config):
        progress("database ready")
        tables = threading.Event()
        filling = threading.Thread(target=_fill, args=(options, supervisor, progress, tables), daemon=True)
        if is_current():  # they load beside us: a second start takes half the time
            _start(supervisor, options.port, filling)
        set_up_django()
        migrate(progress)
        tables.set()
        if not supervisor.children:
            _start(supervisor, options.port, filling)
        supervisor.run()
    progress("database stopped")
    return 0


def _start(supervisor: Supervisor, port: int, filling: threading.Thread) -> None:
    supervisor.add("web server", "serve", "--port", str(port))
    supervisor.add("worker", "work")
    supervisor.add("learner", "learn")
    filling.start()


def _fill(options: argparse.Namespace, supervisor: Supervisor, progress: Progress, tables: threading.Event) -> None:
    """Beside the running site: the page is up while the last clips are still being made."""
    if not wait_for_page(options.port, supervisor):
        return
    progress(f"open http://localhost:{options.port}")
    tables.wait()
    try:
        from parvis.ops.seed import PASSWORD, seed_world

        seed_world(progress, clips=options.clips)
    except Exception:
        if not supervisor.ending.is_set():  # else the database was stopped under us, as it should be
            log.exception("the demo world is not complete; the next start goes on with it")
        return
    say(WELCOME.format(port=options.port, password=PASSWORD, data=Config.from_env().data))


WELCOME = """
  Parvis is at  http://localhost:{port}

  Sign in as    alice, bob, carol, dan, erin (15 years old), frank, or olga, who operates the square
  Password      {password}        (public: for this demo only)

  Try           swipe, wheel, arrow keys or j and k; double tap likes, hold pauses
                Create: post a video from your phone or disk; close the tab half way, come back, go on
                Why this clip?  in the menu of a clip; Feed settings; Following
                sign up as somebody new, with a passkey

  Ctrl-C stops all of it. What was made stays in {data}.
"""
