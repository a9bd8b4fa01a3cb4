"""Answer the browsers: the web server."""

import argparse
import multiprocessing
import os
import signal
from functools import partial
from typing import Any

from parvis.project.config import Config
from parvis.project.database import database
from parvis.project.numbers import prepare
from parvis.project.parent import follow, follow_parent
from parvis.project.supervise import StartError, check_port


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where to listen, and with how many processes."""
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on; 0.0.0.0 for all (127.0.0.1)")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on (8000)")
    parser.add_argument("--workers", type=int, default=1, help="processes that answer: one for each core (1)")
    parser.add_argument("--threads", type=int, default=8, help="pages and files that each process works on at once (8)")


def run(options: argparse.Namespace) -> int:
    """Serve until SIGTERM or Ctrl-C; a process that died is started again."""
    follow_parent()
    config = Config.from_env()
    check_port(options.host, options.port)
    os.environ.setdefault("PARVIS_ORIGIN", f"http://localhost:{options.port}")
    if not (config.data / "static" / "staticfiles.json").is_file():
        raise StartError(f"No static files in {config.data}: run parvis migrate on this machine first.")
    prepare(config.data)
    with database(config):
        _listen(options)
    return 0


def _listen(options: argparse.Namespace) -> None:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    Granian(
        "parvis.project.rsgi",
        address=options.host,
        port=options.port,
        interface=Interfaces.RSGI,
        workers=options.workers,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        websockets=False,
        log_level=LogLevels.error,
    ).serve(target_loader=partial(load, options.threads), wrap_loader=False)


def load(threads: int, *_: object) -> Any:
    """The application, in a process of the server: it ends with the server even after a kill -9."""
    server = multiprocessing.parent_process()
    if server is not None and server.pid is not None:
        follow(server.pid, signal.SIGKILL)
    from parvis.project.rsgi import Web

    return Web(threads)
