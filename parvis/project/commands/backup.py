"""Write every row and every file to a folder, and the keys to another, while the square goes on."""

import argparse
from pathlib import Path

from parvis.project.config import Config
from parvis.project.console import Progress
from parvis.project.database import database, set_up_django
from parvis.project.supervise import StartError


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where to."""
    parser.add_argument("folder", type=Path, help="an empty folder for rows and files")
    parser.add_argument("--keys", type=Path, help="an empty folder elsewhere for the keys; without it they stay here")


def run(options: argparse.Namespace) -> int:
    """Do it."""
    progress = Progress()
    with database(Config.from_env()):
        set_up_django()
        from parvis.owndata.backup.writing import BackupError, back_up

        try:
            back_up(options.folder, options.keys, progress)
        except (BackupError, OSError) as error:
            raise StartError(str(error)) from error
    progress(f"written to {options.folder}")
    return 0
