"""The table of the security standard names tests that exist, and every line of levels 1 and 2 once."""

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "reference" / "asvs.md"
STATES = {"holds", "open", "operator", "does not apply"}
LEVELS = {"1": 70, "2": 183}  # as many lines as the standard has, version 5.0.0
ROW = re.compile(r"\| V(\d+\.\d+\.\d+) \| ([12]) \| (.+?) \| (.+?) \| (.+) \|")
NAMED = re.compile(r"`([\w/]+\.py)::(\w+)`")


def rows() -> list[tuple[str, str, str, str]]:
    """Return (number, level, state, by what) of each line."""
    return [(number, level, state, by) for number, level, _, state, by in ROW.findall(PAGE.read_text())]


@cache
def functions(path: str) -> frozenset[str]:
    """Return the names of the functions of a file of ours; none where there is no such file."""
    file = ROOT / path
    tree = ast.parse(file.read_text()) if file.is_file() else ast.Module([], [])
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def test_every_line_is_there_once_with_a_state() -> None:
    numbers = [number for number, *_ in rows()]
    assert len(numbers) == len(set(numbers))
    assert {level: [row[1] for row in rows()].count(level) for level in LEVELS} == LEVELS
    assert {state for _, _, state, _ in rows()} <= STATES
    assert len(numbers) == len([line for line in PAGE.read_text().splitlines() if line.startswith("| V")])


def test_every_test_that_is_named_exists() -> None:
    named = NAMED.findall(PAGE.read_text())
    assert len(named) > 150
    assert [f"{path}::{name}" for path, name in named if name not in functions(path)] == []
    assert "test_no_such_promise" not in functions("tests/test_asvs.py") | functions("tests/none.py")


def test_the_counts_in_words_are_those_of_the_table() -> None:
    states = [state for _, _, state, _ in rows()]
    head = " ".join(PAGE.read_text().split("## ", 1)[0].split())
    told = re.search(r"(\d+) hold, (\d+) are \*\*open\*\*.*?(\d+) are the operator's.*?(\d+) do not apply", head)
    assert told is not None
    assert [int(one) for one in told.groups()] == [
        states.count(state) for state in ("holds", "open", "operator", "does not apply")
    ]
