"""Who may write to whom. Pure functions, and the only place that decides it.

People under 16 write with those they follow and who follow them, and with nobody else, in both directions. Nobody under
18 is written to by a stranger. Grown-ups choose; strangers' first messages to them wait as requests.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from parvis.accounts.viewer import ADULT, UNDER_16
from parvis.inbox.models.chats import MEMBERS_MOST
from parvis.inbox.models.notices import EVERYONE, NOBODY

# What somebody may say before the other has answered.
REQUEST_MESSAGES: Final = 3


class Standing(Enum):
    """How a message of a writer arrives at a reader."""

    OPEN = "open"
    REQUEST = "request"
    REFUSED = "refused"


@dataclass(frozen=True)
class Party:
    """One of two people. `age_band` as in `accounts.viewer`; `takes` is one of `models.notices.AUDIENCES`."""

    age_band: str
    takes: str = EVERYONE


@dataclass(frozen=True)
class Tie:
    """How a writer and a reader stand to each other. `is_known`: the reader has written to the writer, or has accepted
    a request. `is_apart`: one has blocked the other."""

    writer_follows: bool = False
    reader_follows: bool = False
    is_known: bool = False
    is_apart: bool = False


def standing(writer: Party, reader: Party, tie: Tie) -> Standing:
    """Return how a message arrives."""
    if tie.is_apart:
        return Standing.REFUSED
    if UNDER_16 in {writer.age_band, reader.age_band}:
        is_friend = tie.writer_follows and tie.reader_follows
        return Standing.OPEN if is_friend and (tie.is_known or reader.takes != NOBODY) else Standing.REFUSED
    if tie.is_known:
        return Standing.OPEN
    if reader.takes == NOBODY:
        return Standing.REFUSED
    if tie.reader_follows:
        return Standing.OPEN
    is_stranger_taken = reader.takes == EVERYONE and reader.age_band == ADULT
    return Standing.REQUEST if is_stranger_taken else Standing.REFUSED


def may_be_together(parties: Iterable[tuple[Party, bool]], *, count: int) -> bool:
    """Whether people may be in one group: at most MEMBERS_MOST, and who is under 16 only among people who all follow
    and are followed by them. `parties`: each person, and whether they and all others follow each other."""
    if count > MEMBERS_MOST:
        return False
    return all(is_among_friends for party, is_among_friends in parties if party.age_band == UNDER_16)
