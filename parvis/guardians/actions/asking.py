"""Asking for a family link, and answering.

A teen may ask any adult by name. An adult needs the teen's code; by name the question reaches only a teen who follows
the adult, and the adult is not told whether it reached anybody: neither who is under 18 nor who said no can be read
from the answer.
"""

import hashlib
import hmac
import secrets
import uuid
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction

from parvis.accounts.errors import NoSuchPerson, WrongCode
from parvis.accounts.models import Person
from parvis.accounts.queries import age_band_of, are_apart, person_of
from parvis.accounts.queries import for_viewer as people_for
from parvis.accounts.viewer import Viewer
from parvis.events.actions import record
from parvis.guardians import kinds, queries
from parvis.guardians.actions.ending import close, log
from parvis.guardians.errors import (
    NoGuardian,
    NoSuchLink,
    OnlyGuardians,
    OnlyTeens,
    TooManyAsked,
    TooManyLinks,
)
from parvis.guardians.models import ASKED, DECLINED, ENDED, GUARDIAN, LINKED, PROPOSED, TEEN, Code, Link
from parvis.guardians.policies import ASKED_MOST, GUARDIANS_MOST, is_teen, may_guard
from parvis.kit.clock import now
from parvis.kit.ids import uuid7
from parvis.safety.trust import trust_of
from parvis.social.actions.around import hold_pair
from parvis.social.queries import followed_among

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: none is taken for another
ALIKE: Final = str.maketrans("OIL", "011")
CODE_LETTERS: Final = 8
CODE_LIFE: Final = timedelta(minutes=15)
ASKED_LIFE: Final = timedelta(days=7)


def hash_of(code: str) -> bytes:
    """Return the hash by which a code is found, however it was typed. Keyed: a code has only 40 random bits."""
    letters = "".join(letter for letter in code.upper().translate(ALIKE) if letter in ALPHABET)
    return hmac.digest(settings.SECRET_KEY.encode(), f"guardian-code:{letters}".encode(), hashlib.sha256)


@transaction.atomic
def make_code(*, viewer: Viewer) -> tuple[str, datetime]:
    """Make a code that the viewer shows to an adult, in place of the last one. Returns it, which nobody can read again,
    and until when it is good. SignInNeeded, OnlyTeens."""
    teen = person_of(viewer)
    if not is_teen(age_band_of(teen)):
        raise OnlyTeens
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LETTERS))
    until = now() + CODE_LIFE
    values = {"code_hash": hash_of(code), "expires_at": until}
    Code.objects.update_or_create(person=teen, defaults=values, create_defaults={**values, "home": teen.home})
    return f"{code[:4]}-{code[4:]}", until


@transaction.atomic
def ask_by_code(*, viewer: Viewer, code: str) -> Link:
    """Ask the teen who shows a code, which is used up. Returns the viewer's copy. SignInNeeded, OnlyGuardians,
    WrongCode, TooManyLinks, TooManyAsked; the code stays good then."""
    me = person_of(viewer)
    if not _may_guard(me):
        raise OnlyGuardians
    living = Code.objects.select_for_update(of=("self",)).select_related("person")
    shown = living.filter(code_hash=hash_of(code), expires_at__gt=now(), person__is_active=True).first()
    if shown is None or are_apart(me.id, shown.person_id) or not is_teen(age_band_of(shown.person)):
        raise WrongCode
    hold_pair(me.id, shown.person_id)
    _check_room(me, shown.person)
    asked = _ask(me, shown.person, GUARDIAN, is_heard=True)
    Code.objects.filter(id=shown.id).delete()
    return asked


@transaction.atomic
def ask(*, viewer: Viewer, handle: str) -> Link:
    """Ask somebody by name: as a teen an adult, as an adult a teen. Asking again while the first question waits changes
    nothing. Returns the viewer's copy. SignInNeeded, NoSuchPerson, NoGuardian, OnlyGuardians, TooManyLinks,
    TooManyAsked."""
    me = person_of(viewer)
    other = people_for(viewer).named(handle)
    if me.id == other.id:
        raise NoSuchPerson
    hold_pair(me.id, other.id)
    if is_teen(age_band_of(me)):
        if not _may_guard(other) or _is_full(other, GUARDIAN):
            raise NoGuardian
        return _ask(me, other, TEEN, is_heard=True)
    if not _may_guard(me):
        raise OnlyGuardians
    return _ask(me, other, GUARDIAN, is_heard=_hears(other, me))


@transaction.atomic
def answer(*, viewer: Viewer, link: uuid.UUID, accepts: bool) -> None:
    """Say yes or no to a question that the viewer was asked. No is not told to who asked. Yes again is once.

    SignInNeeded; NoSuchLink for what is none of the viewer's, or waits no more; OnlyTeens, OnlyGuardians where one of
    the two may not be linked (any more), TooManyLinks."""
    me = person_of(viewer)
    found = queries.for_viewer(viewer).one(link)
    hold_pair(me.id, found.other_id)
    mine = queries.for_viewer(viewer).one(link)
    if mine.is_linked and accepts:
        return
    if not mine.waits_for_me or mine.expires_at <= now():
        raise NoSuchLink
    if accepts:
        _link(mine)
    else:
        close(mine, DECLINED)
        record(kinds.CLOSED, home=me.home, actor=mine.other_id, object=me.id, data={"link": str(link)})


def _link(mine: Link) -> None:
    teen, guardian = (mine.person, mine.other) if mine.role == TEEN else (mine.other, mine.person)
    if not is_teen(age_band_of(teen)):
        raise OnlyTeens
    if not _may_guard(guardian):
        raise OnlyGuardians
    # Of two who say yes at once to one teen, the second counts the first.
    list(Person.objects.select_for_update(no_key=True).filter(id__in=[guardian.id, teen.id]).order_by("id"))
    _check_room(guardian, teen)
    changed = queries.both(mine.link).filter(state=PROPOSED).update(state=LINKED, linked_at=now())
    if changed != 2:
        raise NoSuchLink  # and nothing has changed: who asked has taken it back
    log(mine.link, LINKED, by=mine.person)
    record(kinds.LINKED, home=mine.home, actor=mine.person_id, object=mine.other_id, data={"link": str(mine.link)})


def _ask(me: Person, other: Person, role: str, *, is_heard: bool) -> Link:
    """Make the copies of a question: only the asker's where nobody hears it. The pair is held."""
    _drop_lone(me, other, is_heard=is_heard)
    known = Link.objects.filter(person=me, other=other, state__in=(PROPOSED, LINKED)).first()
    if known is not None:
        return known
    if _is_full(me, role):
        raise TooManyLinks
    if queries.waiting_of(me.id).count() >= ASKED_MOST:
        raise TooManyAsked
    said = {"link": uuid7(), "expires_at": now() + ASKED_LIFE}
    mine = Link.objects.create(home=me.home, person=me, other=other, role=role, is_asker=True, **said)
    if is_heard:
        theirs = queries.other_role(role)
        Link.objects.create(home=other.home, person=other, other=me, role=theirs, is_asker=False, **said)
        log(mine.link, ASKED, by=me)
        record(kinds.ASKED, home=me.home, actor=me.id, object=other.id, data={"link": str(mine.link)})
    return mine


def _drop_lone(me: Person, other: Person, *, is_heard: bool) -> None:
    """Close questions between two people that only one of them has, where a new one reaches both: nobody heard them, or
    they were declined. The other's old question makes way in any case."""
    rows = list(queries.between(me.id, other.id))
    copies = [row.link for row in rows]
    for row in rows:
        if copies.count(row.link) == 1 and (is_heard or row.person_id == other.id):
            close(row, ENDED)


def _hears(other: Person, me: Person) -> bool:
    """Whether a question by name reaches somebody: a teen who follows who asks, and has room for a guardian."""
    if not is_teen(age_band_of(other)) or _is_full(other, TEEN):
        return False
    return me.id in followed_among(person=other.id, home=other.home, creators=[me.id])


def _may_guard(person: Person) -> bool:
    return may_guard(age_band_of(person), trust_of(person.id).number)


def _is_full(person: Person, role: str) -> bool:
    most = GUARDIANS_MOST if role == TEEN else settings.PARVIS_GUARDIAN_TEENS
    return queries.linked(person.id, role) >= most


def _check_room(guardian: Person, teen: Person) -> None:
    if _is_full(guardian, GUARDIAN) or _is_full(teen, TEEN):
        raise TooManyLinks
