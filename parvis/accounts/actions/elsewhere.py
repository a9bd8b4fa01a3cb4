"""Accounts at the operator's identity provider, and whose they are here."""

from datetime import date

from django.db import transaction

from parvis.accounts import kinds
from parvis.accounts.actions.opening import open_account
from parvis.accounts.errors import IdentityTaken, LastWayIn
from parvis.accounts.models import Identity, Person
from parvis.accounts.queries import SUBJECT, identity_of, person_by_subject, ways_in
from parvis.cells.keys import blind_index
from parvis.events.actions import record


@transaction.atomic
def link(*, person: Person, subject: str) -> None:
    """Let the account elsewhere sign a person in who showed that both are theirs. IdentityTaken where it is another's,
    or the person has another there. Again: nothing."""
    list(Person.objects.select_for_update().filter(id=person.id))
    theirs, mine = person_by_subject(subject), identity_of(person)
    if theirs is not None and theirs.id == person.id:
        return
    if theirs is not None or mine is not None:
        raise IdentityTaken
    Identity.objects.create(home=person.home, person=person, subject_index=blind_index(person.home, SUBJECT, subject))
    record(kinds.CHANGED, home=person.home, actor=person.id, object=person.id, data={"changed": ["identity"]})


@transaction.atomic
def unlink(*, person: Person) -> None:
    """Let the account elsewhere sign the person in no longer. LastWayIn unless a password or a passkey remains."""
    list(Person.objects.select_for_update().filter(id=person.id))
    ways = ways_in(person)
    if not ways.password and not ways.passkeys:
        raise LastWayIn
    if Identity.objects.filter(person=person).delete()[0]:
        record(kinds.CHANGED, home=person.home, actor=person.id, object=person.id, data={"changed": ["identity"]})


@transaction.atomic
def open_linked(*, handle: str, birth_date: date, home: str, language: str, subject: str) -> Person:
    """Open an account for somebody who came from elsewhere for the first time. Raises what `open_account` does, and
    IdentityTaken where two windows did it at once."""
    person = open_account(handle=handle, birth_date=birth_date, home=home, language=language)
    link(person=person, subject=subject)
    return person
