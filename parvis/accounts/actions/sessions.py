"""Ending sign-in sessions: at once, everywhere."""

import uuid
from collections.abc import Iterable

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction

from parvis.accounts import kinds
from parvis.accounts.models import Person
from parvis.accounts.viewer import session_name
from parvis.events.actions import record


@transaction.atomic
def end_sessions(person: Person, session_keys: Iterable[str]) -> int:
    """End sessions of a person by their keys; others' are left alone. Returns how many ended.

    The sign-in session is deleted, so Django refuses it from the next request on; the event tells the hot path, which
    trusts a viewer cookie without asking the database, to trust it no more.
    """
    rows = list(UserSession.objects.select_for_update().filter(user=person, session_key__in=list(session_keys)))
    keys = [row.session_key for row in rows]
    Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(session_key__in=keys).delete()
    for key in keys:
        name = session_name(key)
        record(kinds.SESSION_ENDED, home=person.home, actor=person.id, object=person.id, data={"session": name})
    return len(keys)


def end_other_sessions(person: Person, current: str | None) -> int:
    """End every session of a person but the one with the key `current`. Returns how many ended."""
    keys = UserSession.objects.filter(user=person).exclude(session_key=current or "")
    return end_sessions(person, keys.values_list("session_key", flat=True))


@transaction.atomic
def set_active(person: Person, *, active: bool, by: uuid.UUID | None) -> None:
    """Open or close an account, as an operator may. Closing it ends every session of the person."""
    if person.is_active == active:
        return
    Person.objects.filter(id=person.id).update(is_active=active)
    person.is_active = active
    record(kinds.CHANGED, home=person.home, actor=by, object=person.id, data={"changed": ["is_active"]})
    if not active:
        end_other_sessions(person, None)


@transaction.atomic
def bar(person: Person) -> None:
    """Close an account by a decision: whatever its owner does, it is not active until `unbar`."""
    Person.objects.filter(id=person.id).update(is_barred=True)
    person.is_barred = True
    set_active(person, active=False, by=None)


@transaction.atomic
def unbar(person: Person, *, opens: bool) -> None:
    """Let decisions keep an account closed no longer. `opens`: whether it opens, unless its owner is leaving."""
    Person.objects.filter(id=person.id).update(is_barred=False)
    person.is_barred = False
    if opens and person.leaves_at is None:
        set_active(person, active=True, by=None)
