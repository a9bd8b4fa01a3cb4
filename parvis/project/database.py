"""The database of a command: the server of DATABASE_URL, or our own one for as long as the command runs."""

import contextlib
import os
from collections.abc import Iterator

from parvis.project.config import Config
from parvis.project.postgres import Cluster


def cluster(config: Config) -> Cluster:
    """The embedded server of this data folder, not yet started."""
    return Cluster(config.data / "pg")


@contextlib.contextmanager
def database(config: Config) -> Iterator[None]:
    """Within it DATABASE_URL names a running server. To be entered before Django reads its settings."""
    if config.database_url:
        yield
        return
    with cluster(config) as running:
        os.environ["DATABASE_URL"] = running.url
        yield


def set_up_django() -> None:
    """Load the settings and the packages; DATABASE_URL must be there by now."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "parvis.project.settings")
    import django

    django.setup()
