"""Ending family links and questions for one: by either of the two, by a block, by age, by time."""

import uuid
from datetime import timedelta
from typing import Any, Final

from django.db import transaction

from parvis.accounts.models import Person
from parvis.accounts.queries import age_band_of, person_of
from parvis.accounts.viewer import Viewer
from parvis.events.actions import record
from parvis.guardians import kinds, queries
from parvis.guardians.errors import NoSuchLink
from parvis.guardians.models import DECLINED, ENDED, EXPIRED, LINKED, PROPOSED, TEEN, Change, Code, Link
from parvis.guardians.policies import is_teen
from parvis.kit.clock import now
from parvis.social.actions.around import hold_pair

KEPT: Final = timedelta(days=90)  # what is over stays readable in its person's archive
LOOKED_EVERY: Final = timedelta(hours=12)
AT_ONCE: Final = 200


def close(copy: Link, state: str) -> None:
    """Move one copy to where no move leads on."""
    Link.objects.filter(id=copy.id, state=copy.state).update(state=state, closed_at=now())


def log(link: uuid.UUID, what: str, *, by: Person | None, said: dict[str, Any] | None = None) -> Change | None:
    """Note for the teen what happened to a link, if the teen has a copy of it."""
    copy = Link.objects.filter(link=link, role=TEEN).first()
    if copy is None:
        return None
    return Change.objects.create(home=copy.home, person_id=copy.person_id, link=copy, by=by, what=what, said=said or {})


@transaction.atomic
def end(*, viewer: Viewer, link: uuid.UUID) -> None:
    """End a link, take a question back, or decline one: what the guardian set holds no more. Twice is once.

    SignInNeeded; NoSuchLink for what never was the viewer's."""
    me = person_of(viewer)
    mine = Link.objects.filter(person=me, link=link).first()
    if mine is None:
        raise NoSuchLink
    hold_pair(me.id, mine.other_id)
    mine.refresh_from_db()
    if mine.state == LINKED:
        _end(mine, alone=False)
    elif mine.waits_for_me:
        close(mine, DECLINED)
        record(kinds.CLOSED, home=me.home, actor=mine.other_id, object=me.id, data={"link": str(link)})
    elif mine.state == PROPOSED:
        _take_back(mine, ENDED)


@transaction.atomic
def end_between(one: uuid.UUID, other: uuid.UUID) -> None:
    """End whatever two people share: one has blocked the other. Twice is once."""
    hold_pair(one, other)
    for row in queries.between(one, other).filter(person_id=one).select_related("person"):
        if row.state == LINKED:
            _end(row, alone=True)
    for row in queries.between(one, other).filter(state=PROPOSED):
        close(row, ENDED)
        if row.is_asker:
            _tell_closed(row)


def end_grown() -> bool:
    """End the links of a few people who have become 18 since it was last looked; whether there was anybody to look at.
    Nothing names the day before: it would tell the birth date."""
    due = Link.objects.filter(state=LINKED, role=TEEN, checked_at__lt=now() - LOOKED_EVERY).order_by("checked_at")
    rows = list(due.select_related("person")[:AT_ONCE])
    for row in rows:
        with transaction.atomic():
            hold_pair(row.person_id, row.other_id)
            Link.objects.filter(id=row.id).update(checked_at=now())
            if not is_teen(age_band_of(row.person)) and Link.objects.filter(id=row.id, state=LINKED).exists():
                _end(row, alone=True)
    return bool(rows)


@transaction.atomic
def expire() -> bool:
    """Close a few questions that nobody answered in time; whether there were any."""
    late = Link.objects.select_for_update(skip_locked=True).filter(state=PROPOSED, expires_at__lte=now())
    rows = list(late.order_by("expires_at")[:AT_ONCE])
    for row in rows:
        close(row, EXPIRED)
        if row.is_asker:
            _tell_closed(row)
    return bool(rows)


@transaction.atomic
def sweep() -> bool:
    """Delete links that have been over for KEPT, and codes past their time; whether there were any."""
    old = Link.objects.filter(closed_at__lt=now() - KEPT).values_list("id", flat=True)[:AT_ONCE]
    removed, _ = Link.objects.filter(id__in=list(old)).delete()
    return bool(removed + Code.objects.filter(expires_at__lte=now()).delete()[0])


def _take_back(mine: Link, state: str) -> None:
    for row in queries.both(mine.link).filter(state=PROPOSED):
        close(row, state)
    _tell_closed(mine)


def _tell_closed(asked: Link) -> None:
    record(kinds.CLOSED, home=asked.home, actor=asked.person_id, object=asked.other_id, data={"link": str(asked.link)})


def _end(mine: Link, *, alone: bool) -> None:
    """End a link for both. `alone`: neither of the two said so."""
    log(mine.link, ENDED, by=None if alone else mine.person)
    queries.both(mine.link).filter(state=LINKED).update(state=ENDED, closed_at=now())
    data = {"link": str(mine.link), "alone": alone}
    record(kinds.ENDED, home=mine.home, actor=mine.person_id, object=mine.other_id, data=data)
