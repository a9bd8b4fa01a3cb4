"""Leaving: hidden at once, signed out everywhere, and the way back while there is one."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.db import transaction
from django.db.models import Q

from parvis.accounts import kinds
from parvis.accounts.actions.sessions import end_other_sessions
from parvis.accounts.errors import NotRight
from parvis.accounts.models import Person
from parvis.events.actions import record
from parvis.kit.clock import ms, now
from parvis.kit.signing import BadSignatureError, sign, unsign

PURPOSE = "stay"
PROOF_MS = 30 * 60 * 1000


@transaction.atomic
def leave(person: Person, *, at: datetime) -> None:
    """Hide a person from everybody at once, and end every session: they go for good at that moment."""
    Person.objects.filter(id=person.id).update(is_active=False, leaves_at=at)
    person.is_active, person.leaves_at = False, at
    record(kinds.CHANGED, home=person.home, actor=person.id, object=person.id, data={"changed": ["is_active"]})
    end_other_sessions(person, None)


@transaction.atomic
def stay(person: Person) -> None:
    """Bring a person back who was leaving; a barred one stays closed, and loses nothing. NotRight where the moment has
    come: the erasure may have begun."""
    leaving = Person.objects.filter(id=person.id, leaves_at__gt=now())
    if not leaving.update(is_active=Q(is_barred=False), leaves_at=None):
        raise NotRight
    person.refresh_from_db(fields=["is_active", "leaves_at"])
    record(kinds.CHANGED, home=person.home, actor=person.id, object=person.id, data={"changed": ["is_active"]})


def leaver(handle: str, password: str) -> Person | None:
    """Return the leaving person of a handle and password, or None. Costs a hash only where somebody is leaving."""
    name = handle.strip().removeprefix("@").lower()
    person = Person.objects.filter(handle=name, is_active=False, leaves_at__gt=now()).first()
    return person if person is not None and check_password(password, person.password) else None


def proof_of(person: Person) -> str:
    """Return what shows for half an hour that somebody proved to be this leaving person."""
    return sign(PURPOSE, f"{person.id} {ms()}".encode(), settings.SECRET_KEY.encode())


def proved(proof: str) -> Person:
    """Return the leaving person of a proof. NotRight for any other text, and where it is too old."""
    try:
        person, at = unsign(PURPOSE, proof, settings.SECRET_KEY.encode()).decode().split(" ")
    except (BadSignatureError, ValueError) as error:
        raise NotRight from error
    found: Person | None = Person.objects.filter(id=person, is_active=False, leaves_at__gt=now()).first()
    if found is None or not 0 <= ms() - int(at) < PROOF_MS:
        raise NotRight
    return found
