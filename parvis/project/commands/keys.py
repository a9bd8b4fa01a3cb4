"""Make every key that there can be, so that the folder of keys changes no more and may be copied to other machines."""

import argparse

from parvis.project.config import Config
from parvis.project.console import Progress
from parvis.project.database import database, set_up_django
from parvis.project.supervise import StartError


def arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing to choose."""


def run(options: argparse.Namespace) -> int:
    """Make what is missing; look whether what is here opens what is in the database. A second run changes nothing."""
    progress, config = Progress(), Config.from_env()
    with database(config):
        set_up_django()
        from parvis.cells import keys
        from parvis.cells.errors import WrongKeys
        from parvis.cells.markets import MARKETS
        from parvis.connect import signing
        from parvis.inbox.push import vapid

        for home in MARKETS:
            try:
                keys.prove(home)
            except WrongKeys as error:
                raise StartError(f"The key of {home} in {config.keys} is not the one of this installation.") from error
        vapid.public_key()
        signing.keys()
        progress(f"{len(MARKETS)} markets, push and apps: {config.keys}, fingerprint {keys.fingerprint()}")
    return 0
