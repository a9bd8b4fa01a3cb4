"""Trust: what a person may do in a day grows with the age of the account and with conduct, and decisions lower it."""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from parvis.accounts.errors import TooMany
from parvis.accounts.limits import spend
from parvis.accounts.models import Person
from parvis.accounts.permits import COMMENT, FOLLOW, MESSAGE, POST
from parvis.kit.clock import now
from parvis.safety.errors import TrustLimit
from parvis.safety.models import Decision
from parvis.safety.states import SUSPEND

REMEMBERED: Final = timedelta(days=180)


@dataclass(frozen=True)
class Level:
    """A level: from which age of an account, and how much of each kind in a day."""

    words: Any
    since: timedelta
    a_day: dict[str, int]


LEVELS: Final = (
    Level(_("New here"), timedelta(0), {POST: 10, COMMENT: 40, FOLLOW: 40, MESSAGE: 20}),
    Level(_("Known"), timedelta(days=3), {POST: 25, COMMENT: 150, FOLLOW: 120, MESSAGE: 150}),
    Level(_("Settled"), timedelta(days=30), {POST: 60, COMMENT: 500, FOLLOW: 400, MESSAGE: 1000}),
    Level(_("Trusted"), timedelta(days=180), {POST: 150, COMMENT: 1500, FOLLOW: 1000, MESSAGE: 3000}),
)


@dataclass(frozen=True)
class Trust:
    """Where a person stands. `strikes`: by how many levels decisions of the last half year lower them."""

    number: int
    strikes: int
    by_age: int

    @property
    def level(self) -> Level:
        """The level that holds."""
        return LEVELS[self.number]


def trust_of(person: uuid.UUID) -> Trust:
    """Return where a person stands: a level for each threshold of age passed, less one for each decision of the last
    half year that holds, two for one that closed the account for a time. Two queries."""
    opened = Person.objects.values_list("created_at", flat=True).get(id=person)
    by_age = sum(now() - opened >= level.since for level in LEVELS) - 1
    against = Decision.objects.filter(person_id=person, lifted_at__isnull=True, created_at__gt=now() - REMEMBERED)
    kinds = against.exclude(on_thing="", on_account="").values_list("on_account", flat=True)
    strikes = sum(2 if kind == SUSPEND else 1 for kind in kinds)
    return Trust(max(by_age - strikes, 0), strikes, by_age)


def spend_trust(person: uuid.UUID, kind: str) -> None:
    """Take one from what a person may do in a day. TrustLimit when it is used up; it comes back hour by hour."""
    most = trust_of(person).level.a_day.get(kind)
    if most is None:
        return
    try:
        spend(f"trust:{kind}:{person}", per_minute=most / (24 * 60), burst=most)
    except TooMany as error:
        raise TrustLimit from error
