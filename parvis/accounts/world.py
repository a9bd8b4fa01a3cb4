"""The named world: the people of tests, demo and documentation.

Their one password is public: never make them on an open server.
"""

from dataclasses import dataclass
from datetime import date

from parvis.accounts.actions import open_account
from parvis.accounts.models import Person
from parvis.kit.clock import now

PASSWORD = "parvis-demo-square"  # noqa: S105 - public on purpose: demo and tests only


@dataclass(frozen=True)
class Named:
    """One person of the named world. `years`: the age, kept true by a birth date that moves with the year."""

    handle: str
    home: str
    name: str
    bio: str
    years: int
    language: str = "en"
    is_operator: bool = False


NAMED = (
    Named("alice", "FR", "Alice", "Dance on old stones. Lyon.", 27, "fr"),
    Named("bob", "US", "Bob", "Mostly here to watch.", 34),
    Named("carol", "DE", "Carol", "Synths, loops and rain. Leipzig.", 31),
    Named("dan", "JP", "Dan", "Night trains and neon. Osaka.", 24),
    Named("erin", "BR", "Erin", "Futebol!", 15),
    Named("frank", "CA", "Frank", "Keeps the square tidy.", 45),
    Named("olga", "US", "Olga", "Runs this square.", 52, is_operator=True),
)


def people() -> dict[str, Person]:
    """Return the named people by handle; those who are missing are made. Calling it again changes nothing."""
    found = {person.handle: person for person in Person.objects.filter(handle__in=[one.handle for one in NAMED])}
    return {one.handle: found.get(one.handle) or _open(one) for one in NAMED}


def _open(named: Named) -> Person:
    return open_account(
        handle=named.handle,
        birth_date=date(now().year - named.years, 1, 1),
        home=named.home,
        language=named.language,
        password=PASSWORD,
        display_name=named.name,
        bio=named.bio,
        is_operator=named.is_operator,
    )
