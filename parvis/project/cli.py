"""The command `parvis`: one file in `commands` for each of its words."""

import argparse
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

from parvis.project.commands import (
    backup,
    createoperator,
    demo,
    doctor,
    experiment,
    keys,
    learn,
    migrate,
    recommender,
    restore,
    serve,
    work,
)
from parvis.project.config import ConfigError
from parvis.project.postgres_errors import ClusterError
from parvis.project.supervise import StartError

COMMANDS = (serve, work, learn, migrate, demo, doctor, keys, createoperator, experiment, recommender, backup, restore)


def parser() -> argparse.ArgumentParser:
    """The whole command line: what docs/reference/commands.md is checked against."""
    top = argparse.ArgumentParser(prog="parvis", description="Parvis: a short-video platform that you run yourself.")
    top.add_argument("--version", action="version", version=f"parvis {_version()}")
    words = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for module in COMMANDS:
        summary = (module.__doc__ or "").strip().splitlines()[0]
        name = module.__name__.rpartition(".")[2]
        one = words.add_parser(name, help=summary, description=summary)
        module.arguments(one)
        one.set_defaults(run=module.run)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code. What the person can mend is one line on stderr, not a traceback."""
    options = parser().parse_args(argv)
    try:
        return int(options.run(options))
    except (ConfigError, ClusterError, StartError) as error:
        print(f"parvis: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _version() -> str:
    try:
        return version("parvis")
    except PackageNotFoundError:
        return "(not installed)"
