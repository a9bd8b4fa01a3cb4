"""Everything that changes family links."""

from parvis.guardians.actions.asking import answer, ask, ask_by_code, make_code
from parvis.guardians.actions.ending import end, end_between, end_grown, expire, sweep
from parvis.guardians.actions.rules import set_rules

__all__ = [
    "answer",
    "ask",
    "ask_by_code",
    "end",
    "end_between",
    "end_grown",
    "expire",
    "make_code",
    "set_rules",
    "sweep",
]
