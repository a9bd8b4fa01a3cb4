"""What the doctor found."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Finding:
    """One finding: what was looked at, how it is, what was seen, and what to do where it is not well."""

    name: str
    state: Literal["fine", "warning", "failure"]
    seen: str
    advice: str = ""


def fine(name: str, seen: str) -> Finding:
    """All is well."""
    return Finding(name, "fine", seen)


def warned(name: str, seen: str, advice: str) -> Finding:
    """It works, but somebody should know."""
    return Finding(name, "warning", seen, advice)


def failed(name: str, seen: str, advice: str) -> Finding:
    """It does not work."""
    return Finding(name, "failure", seen, advice)
