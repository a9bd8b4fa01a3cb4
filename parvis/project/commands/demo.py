"""Show everything on this machine: database, web server, worker and a small living world."""

import argparse
import os
import threading
import time
from pathlib import Path

from parvis.project.commands.migrate import migrate
from parvis.project.config import Config
from parvis.project.console import Progress, say
from parvis.project.database import cluster, set_up_django
from parvis.project.postgres import Cluster
from parvis.project.postgres_errors import ClusterError
from parvis.project.supervise import StartError, Supervisor, check_port, wait_for_page


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
    server = None if config.database_url else cluster(config)
    try:
        _start_database(server, progress)
        set_up_django()
        migrate(progress)
        supervisor.tend = _Keeper(server, progress)
        supervisor.add("web server", "serve", "--port", str(options.port))
        supervisor.add("worker", "work")
        threading.Thread(target=_fill, args=(options, supervisor, progress), daemon=True).start()
        supervisor.run()
    finally:
        supervisor.stop()
        if server is not None:
            server.stop()
            progress("database stopped")
    return 0


def _start_database(server: Cluster | None, progress: Progress) -> None:
    if server is not None:
        os.environ["DATABASE_URL"] = server.start()
    progress("database ready")


class _Keeper:
    """Starts the database again when it died, at most once in two seconds."""

    def __init__(self, server: Cluster | None, progress: Progress) -> None:
        self.server, self.progress, self.again_at = server, progress, 0.0

    def __call__(self) -> None:
        if self.server is None or time.monotonic() < self.again_at:
            return
        self.again_at = time.monotonic() + 2
        if not self.server.is_running():
            self.progress("database ended: starting it again")
            try:
                self.server.start()
            except ClusterError as error:
                self.progress(str(error))


def _fill(options: argparse.Namespace, supervisor: Supervisor, progress: Progress) -> None:
    """Beside the running site: the page is up while the last clips are still being made."""
    from parvis.ops.seed import PASSWORD, seed_world

    if not wait_for_page(options.port, supervisor):
        return
    progress(f"open http://localhost:{options.port}")
    seed_world(progress, clips=options.clips)
    say(WELCOME.format(port=options.port, password=PASSWORD))


WELCOME = """
  Parvis runs at   http://localhost:{port}     (Ctrl-C stops it)
"""
