"""Restore a backup to an empty installation; who was erased since then stays erased."""

import argparse
from pathlib import Path

from parvis.project.commands.migrate import migrate
from parvis.project.config import Config
from parvis.project.console import Progress
from parvis.project.database import database, set_up_django
from parvis.project.supervise import StartError


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where from."""
    parser.add_argument("folder", type=Path, help="a folder that `parvis backup` wrote")
    parser.add_argument("--keys", type=Path, help="the folder with the keys, if they are not in PARVIS_KEYS")


def run(options: argparse.Namespace) -> int:
    """Do it."""
    progress = Progress()
    with database(Config.from_env()):
        set_up_django()
        migrate(progress)
        from parvis.owndata.backup.restoring import restore
        from parvis.owndata.backup.writing import BackupError

        try:
            restore(options.folder, options.keys, progress)
        except (BackupError, OSError) as error:
            raise StartError(str(error)) from error
    progress("restored")
    return 0
