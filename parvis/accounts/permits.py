"""May this person do this now? Packages above register what they ask; those below ask before they act."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

POST: Final = "post"
SAY: Final = "say"  # the words of a clip
COMMENT: Final = "comment"
FOLLOW: Final = "follow"
MESSAGE: Final = "message"


@dataclass(frozen=True)
class Act:
    """What somebody is about to do: `kind` is one of this module's constants, `texts` what they write, `to` whom it
    concerns (the creator of the clip, who is followed, who is written to)."""

    person: uuid.UUID
    kind: str
    texts: tuple[str, ...] = ()
    to: uuid.UUID | None = None


Check = Callable[[Act], bool]
_checks: list[Check] = []


def register(check: Check) -> None:
    """Add a question: `check(act)` raises a ParvisError to refuse; True lets it wait until whom it concerns agrees."""
    if check not in _checks:
        _checks.append(check)


def ask(act: Act) -> bool:
    """Ask every question. Raises what refuses; returns whether the act waits until whom it concerns agrees."""
    answers = [check(act) for check in _checks]  # each is asked, also after one that lets it wait
    return any(answers)
