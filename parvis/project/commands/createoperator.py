"""Make an account that operates this installation."""

import argparse
import getpass
import os
from datetime import date

from parvis.project.config import Config
from parvis.project.console import say
from parvis.project.database import database, set_up_django
from parvis.project.supervise import StartError


def arguments(parser: argparse.ArgumentParser) -> None:
    """Who it is. The password is asked for, or taken from PARVIS_OPERATOR_PASSWORD: never from the command line."""
    parser.add_argument("--handle", required=True, help="the name after the @")
    parser.add_argument("--birth-date", required=True, type=date.fromisoformat, help="as 1980-12-31")
    parser.add_argument("--home", required=True, help="home market, such as FR")
    parser.add_argument("--language", default="en", help="language of the pages (en)")


def run(options: argparse.Namespace) -> int:
    """Open the account; what is wrong with it is said in one line, and nothing is stored then."""
    password = os.environ.get("PARVIS_OPERATOR_PASSWORD") or _ask()
    with database(Config.from_env()):
        set_up_django()
        from django.contrib.auth.password_validation import validate_password
        from django.core.exceptions import ValidationError

        from parvis.accounts.actions import open_operator
        from parvis.kit.errors import ParvisError

        try:
            validate_password(password)
            person = open_operator(
                handle=options.handle,
                birth_date=options.birth_date,
                home=options.home.upper(),
                language=options.language,
                password=password,
            )
        except ValidationError as error:
            raise StartError(" ".join(error.messages)) from error
        except ParvisError as error:
            raise StartError(str(error)) from error
        say(f"@{person.handle} now operates this installation.")
    return 0


def _ask() -> str:
    password = getpass.getpass("Password: ")
    if password != getpass.getpass("The same again: "):
        raise StartError("The two passwords differ.")
    return password
