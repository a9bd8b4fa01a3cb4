"""Who may have an account, which handle, and in which age band. Pure functions."""

import re
from datetime import date

from parvis.accounts.errors import BadBirthDate, BadHandle, HandleTaken
from parvis.accounts.viewer import ADULT, TEEN, UNDER_16
from parvis.cells.markets import TEEN_AGE, Market

OLDEST = 125
HANDLE = re.compile(r"[a-z0-9_](?:[a-z0-9_]|\.(?!\.)){0,22}[a-z0-9_]")

# Names that would speak for the installation, or that an address or a mention needs. Compared by `skeleton`.
_WORDS = """
    about abuse admin administrator api avatars billing clip clips contact copyright create demo everyone feed following
    help here info legal me mine moderation moderator null official operator owner parvis parvisapp postmaster press
    privacy root security settings signin signout signup staff static status support system tag team terms trust uploads
    verified webmaster welcome you
"""
RESERVED = frozenset(_WORDS.split())
_LOOKALIKES = str.maketrans("01i34578", "olleastb")


def age(born: date, today: date) -> int:
    """Return the age in whole years. Someone born on 29 February ages on 1 March in other years."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def age_band(born: date, today: date) -> str:
    """Return the age band on a day."""
    years = age(born, today)
    return UNDER_16 if years < TEEN_AGE else TEEN if years < 18 else ADULT


def may_open_account(born: date, today: date, market: Market) -> bool:
    """Whether somebody is old enough to open an account alone in a market."""
    return age(born, today) >= market.minimum_age


def private_by_default(born: date, today: date) -> bool:
    """Whether a new account begins as private: everybody under 16."""
    return age(born, today) < TEEN_AGE


def check_birth_date(born: date, today: date) -> None:
    """Raise BadBirthDate for a date that nobody alive was born on."""
    if born > today or age(born, today) > OLDEST:
        raise BadBirthDate


def skeleton(handle: str) -> str:
    """Return what a handle looks like at a glance: digits as the letters they resemble, no dots, no underscores."""
    return handle.translate(_LOOKALIKES).replace(".", "").replace("_", "")


_RESERVED_SKELETONS = frozenset(skeleton(name) for name in RESERVED)


def check_handle(handle: str) -> str:
    """Return the handle in lower case. BadHandle for a wrong form; HandleTaken for a name kept back, or one like it."""
    handle = handle.strip().removeprefix("@").lower()
    if not HANDLE.fullmatch(handle) or not skeleton(handle):
        raise BadHandle
    if skeleton(handle) in _RESERVED_SKELETONS:
        raise HandleTaken
    return handle
