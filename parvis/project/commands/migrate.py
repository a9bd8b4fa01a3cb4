"""Make or update the tables, and gather the static files."""

import argparse
import os
from io import StringIO
from pathlib import Path

import psycopg

import parvis
from parvis.project.config import Config
from parvis.project.console import Progress
from parvis.project.database import database, set_up_django

_LOCK = 7_246_913  # one migration at a time on a database, whoever starts it


def arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing to choose."""


def run(options: argparse.Namespace) -> int:
    """Bring the database and the static files to this release. A second run changes nothing."""
    progress = Progress()
    config = Config.from_env()
    with database(config):
        progress("database ready")
        set_up_django()
        migrate(progress)
    return 0


def is_current() -> bool:
    """Whether the database of DATABASE_URL has every migration of ours. Asked before Django is loaded."""
    ours = {(path.parts[-3], path.stem) for path in Path(parvis.__file__).parent.glob("*/migrations/[0-9]*.py")}
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        if connection.execute("select to_regclass('django_migrations')").fetchone() == (None,):
            return False
        return ours <= set(connection.execute("select app, name from django_migrations").fetchall())


def migrate(progress: Progress) -> None:
    """Apply what is missing; Django must be set up."""
    from django.core.management import call_command
    from django.db import connection

    from parvis.feed import openness

    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", [_LOCK])
        try:
            call_command("migrate", interactive=False, verbosity=0, stdout=StringIO())
            openness.prepare()
            _count_anew(progress)
        finally:
            cursor.execute("select pg_advisory_unlock(%s)", [_LOCK])
    progress("tables up to date")
    call_command("collectstatic", interactive=False, verbosity=0, stdout=StringIO())
    progress("static files gathered")


def _count_anew(progress: Progress) -> None:
    """Mend a database that was restored by pg_restore on another server."""
    from parvis.events import counting
    from parvis.events.connections import open_connection

    with open_connection() as link, link.transaction():
        if counting.is_from_elsewhere(link):
            counting.count_anew(link)
            progress("the database came from another server: its readers go on where they stood")
