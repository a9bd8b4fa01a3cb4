"""The database of a command: the server of DATABASE_URL, or our own one for as long as the command runs."""

import contextlib
import logging
import os
import threading
from collections.abc import Iterator

from parvis.project.config import Config
from parvis.project.postgres import Cluster
from parvis.project.postgres_errors import ClusterError

log = logging.getLogger(__name__)
_LOOK_SECONDS = 2.0


def cluster(config: Config) -> Cluster:
    """The embedded server of this data folder, not yet started."""
    return Cluster(config.data / "pg")


@contextlib.contextmanager
def database(config: Config) -> Iterator[None]:
    """Within it DATABASE_URL names a running server. To be entered before Django reads its settings."""
    if config.database_url:
        yield
        return
    with cluster(config) as running, kept_alive(running):
        os.environ["DATABASE_URL"] = running.url
        yield


@contextlib.contextmanager
def kept_alive(server: Cluster) -> Iterator[None]:
    """Within it a server that dies is started again within seconds; sessions it had are cut, as by any restart."""
    done = threading.Event()

    def look() -> None:
        while not done.wait(_LOOK_SECONDS):
            if not server.is_running():
                log.error("the database ended: starting it again")
                try:
                    server.start()
                except ClusterError as error:
                    log.error("%s", error)

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()


def set_up_django() -> None:
    """Load the settings and the packages; DATABASE_URL must be there by now."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "parvis.project.settings")
    import django

    django.setup()
