"""What others have set for a person, beside what the person chooses. Bounds only ever make it stricter.

The package that keeps them stands above and registers how to find them; those that obey them ask here.
"""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from parvis.accounts.errors import SetByAnother
from parvis.accounts.viewer import ADULT

# Who may do something to a person (write, comment), the most open first.
AUDIENCES: Final = ("everyone", "followed", "nobody")


@dataclass(frozen=True)
class Bounds:
    """What is set for a person; what is None or empty is not set.

    `minutes`: the feed ends at the latest after so many a day. `break_after`: a break is due at the latest after so
    many minutes in one go. `quiet`: spans of a day (minutes of it) in which nothing disturbs. `messages`, `comments`:
    the most open of AUDIENCES that the person may choose. `tags`: what no feed shows, as `clips.words.normal_tag`
    writes it. `by`: the names of who set a field, by the name of the field.
    """

    minutes: int | None = None
    break_after: int | None = None
    quiet: tuple[tuple[int, int], ...] = ()
    is_kept_private: bool = False
    messages: str = AUDIENCES[0]
    comments: str = AUDIENCES[0]
    tags: frozenset[str] = frozenset()
    by: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def names(self, name: str) -> str:
        """Return who set a field, as a sentence names them; empty where nobody did."""
        return ", ".join(self.by.get(name, ()))

    def check(self, name: str, *, holds: bool) -> None:
        """Raise SetByAnother, with who set the field, unless what a person chooses `holds` to it."""
        if not holds:
            raise SetByAnother(names=self.names(name))


NONE: Final = Bounds()
Provider = Callable[[uuid.UUID], Bounds]
_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Add what finds the bounds of a person who is under 18; of anybody else it returns NONE."""
    if provider not in _providers:
        _providers[:] = [provider]


def bounds_of(person: uuid.UUID | None, age_band: str = "") -> Bounds:
    """Return what is set for a person. Of who is known to be grown up nothing is asked."""
    if person is None or age_band == ADULT or not _providers:
        return NONE
    return _providers[0](person)


def stricter(*audiences: str) -> str:
    """Return the strictest of some AUDIENCES."""
    return max(audiences, key=AUDIENCES.index)


def at_most(chosen: int | None, bound: int | None) -> int | None:
    """Return what holds of two limits, either of which may be none."""
    return min((one for one in (chosen, bound) if one is not None), default=None)
