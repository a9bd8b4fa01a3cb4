"""Who may be what to whom, and which rules may be set. Pure functions."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any, Final

from parvis.accounts.bounds import AUDIENCES
from parvis.accounts.viewer import ADULT, TEEN, UNDER_16
from parvis.clips.words import normal_tag, tags_of
from parvis.guardians.errors import BadRules
from parvis.guardians.models import DAY_MINUTES

GUARDIANS_MOST: Final = 2
ASKED_MOST: Final = 5  # questions of one person that wait
KNOWN: Final = 1  # the level of trust (safety.trust) from which an adult may be a guardian
LEAST_MINUTES: Final = 5
MOST_BREAK: Final = 30  # what holds for who is under 18 and chose nothing (feed.minutes)
TAGS_MOST: Final = 50


def is_teen(age_band: str) -> bool:
    """Whether somebody of an age band may be linked with a guardian. (Nobody under 13 has an account.)"""
    return age_band in {UNDER_16, TEEN}


def may_guard(age_band: str, trust: int) -> bool:
    """Whether somebody may be a guardian: an adult who is no newcomer, and against whom nothing was decided lately that
    makes them one again."""
    return age_band == ADULT and trust >= KNOWN


@dataclass(frozen=True)
class Wish:
    """What a guardian wants to hold; None, False, the first of AUDIENCES or empty: nothing is set. `quiet`: a span of
    minutes of the day. `tags` as `clips.words.normal_tag` writes them, in order."""

    minutes: int | None = None
    break_after: int | None = None
    quiet: tuple[int, int] | None = None
    is_kept_private: bool = False
    messages: str = AUDIENCES[0]
    comments: str = AUDIENCES[0]
    tags: tuple[str, ...] = ()

    def differs_from(self, other: "Wish") -> list[tuple[str, Any]]:
        """Return the fields that another wish has otherwise, with the value that they have here."""
        mine = [(one.name, getattr(self, one.name)) for one in fields(self)]
        return [(name, value) for name, value in mine if value != getattr(other, name)]


NOTHING: Final = Wish()


def check(wish: Wish) -> None:
    """Raise BadRules for a wish that is out of range, or looser than what holds for the young anyway."""
    quiet = wish.quiet or (0, 1)
    holds = (
        wish.minutes is None or LEAST_MINUTES <= wish.minutes <= DAY_MINUTES,
        wish.break_after is None or LEAST_MINUTES <= wish.break_after <= MOST_BREAK,
        all(0 <= minute < DAY_MINUTES for minute in quiet) and quiet[0] != quiet[1],
        wish.messages in AUDIENCES and wish.comments in AUDIENCES,
        len(wish.tags) <= TAGS_MOST and all(is_tag(tag) for tag in wish.tags),
    )
    if not all(holds):
        raise BadRules


def is_tag(tag: str) -> bool:
    """Whether a text is a tag as `tags_of` writes it."""
    return tags_of(f"#{tag}") == [tag]


def tags_from(words: Iterable[str]) -> tuple[str, ...]:
    """Return what somebody typed as tags, each once, in order: with or without a #."""
    typed = (normal_tag(word.strip().lstrip("#＃")) for word in words)
    return tuple(sorted({tag for tag in typed if tag}))
