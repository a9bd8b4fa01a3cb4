"""Writes the tables of docs/reference that are made from the code: `python -m tests.setup.reference`.

A test compares; a difference means that somebody changed a setting or a command and did not run this.
"""

import argparse
import sys
from dataclasses import fields
from pathlib import Path

from parvis.project.cli import parser
from parvis.project.config import Raw

FOLDER = Path(__file__).parent.parent.parent / "docs" / "reference"
START, END = "<!-- made from the code: begin -->", "<!-- made from the code: end -->"


def settings_table() -> str:
    lines = ["| variable | meaning | default |", "|---|---|---|"]
    for one in fields(Raw):
        default = f"`{one.default}`" if one.default else ""
        lines.append(f"| `{one.metadata['name']}` | {one.metadata['meaning']} | {default} |")
    return "\n".join(lines)


def words_of(one: argparse.ArgumentParser) -> argparse._SubParsersAction | None:
    return next((action for action in one._actions if isinstance(action, argparse._SubParsersAction)), None)


def options_of(one: argparse.ArgumentParser) -> list[str]:
    """The options of a command, and what it takes without a name."""
    taken = [action for action in one._actions if action.dest != "help" and action is not words_of(one)]
    if not taken:
        return []
    lines = [f"| `{(action.option_strings or [action.dest.upper()])[-1]}` | {action.help} |" for action in taken]
    return ["| option | meaning |", "|---|---|", *lines, ""]


def commands_list() -> str:
    words = words_of(parser())
    parts = []
    for name, one in words.choices.items():
        parts += [f"## `parvis {name}`", "", str(one.description), "", *options_of(one)]
        inner = words_of(one)
        for word in inner._choices_actions if inner else []:
            parts += [f"### `parvis {name} {word.dest}`", "", f"{word.help[0].upper()}{word.help[1:]}.", ""]
            parts += options_of(inner.choices[word.dest])
    return "\n".join(parts).strip()


MADE = {"settings.md": settings_table, "commands.md": commands_list}


def between(text: str) -> str:
    return text.partition(START)[2].partition(END)[0].strip()


def write() -> None:
    for name, make in MADE.items():
        path = FOLDER / name
        text = path.read_text()
        before, _, rest = text.partition(START)
        path.write_text(f"{before}{START}\n{make()}\n{END}{rest.partition(END)[2]}")


if __name__ == "__main__":
    sys.exit(write())
