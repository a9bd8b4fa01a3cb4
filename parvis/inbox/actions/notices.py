"""Telling people of news, and what they do with it. Telling the same twice is telling it once."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F

from parvis.accounts.errors import SignInNeeded
from parvis.accounts.models import Person
from parvis.accounts.notices import NoticeKind, Telling, declared
from parvis.accounts.queries import are_apart
from parvis.accounts.viewer import Viewer
from parvis.inbox.actions.push import queue
from parvis.inbox.errors import NoSuchNotice, UnknownNoticeKind
from parvis.inbox.models import Notice, NoticeActor, NoticeChoice
from parvis.inbox.models.push import NOTICE
from parvis.inbox.queries.notices import Choice, choice_of, choices_of
from parvis.kit.clock import now

KEPT: Final = timedelta(days=90)
FRESH: Final = timedelta(hours=1)  # what is older calls nobody's phone
SWEPT_AT_ONCE: Final = 500


@dataclass(frozen=True)
class Channels:
    """How a person is told of a kind of news: in the app, by push, in letters (None: as it was)."""

    in_app: bool
    push: bool
    digest: bool | None = None


def known_kinds(names: Iterable[str]) -> None:
    """Raise UnknownNoticeKind unless each name is that of a kind of news."""
    if not declared().keys() >= set(names):
        raise UnknownNoticeKind


@transaction.atomic
def tell(kind: NoticeKind, telling: Telling, *, at: datetime) -> Notice | None:
    """Keep that a person was told of something that happened `at`; return the notice if it is news to them.

    Nobody is told of what they did themselves, or somebody from whom they are apart, and nobody who has switched the
    kind off.
    """
    person = Person.objects.filter(id=telling.person, is_active=True).first()
    if person is None or telling.by == person.id:
        return None
    if telling.by is not None and are_apart(person.id, telling.by):
        return None
    choice = choice_of(person.id, kind)
    if not (choice.in_app or choice.push):
        return None
    notice = _keep(person, choice, telling, at)
    if notice is not None and choice.push and at > now() - FRESH:
        queue(NOTICE, notice.id, [person.id])
    return notice


def _keep(person: Person, choice: Choice, telling: Telling, at: datetime) -> Notice | None:
    notice, is_new = Notice.objects.select_for_update().get_or_create(
        person=person,
        kind=choice.kind.name,
        about=telling.about or person.id,
        defaults={"home": person.home, "at": at, "detail": telling.detail, "is_listed": choice.in_app},
    )
    if telling.by is not None and not _keep_actor(notice, telling, at):
        return None
    if not is_new and at <= notice.at and telling.by is None:
        return None  # the same event again
    Notice.objects.filter(id=notice.id).update(
        at=max(at, notice.at), detail=telling.detail, read_at=None, is_listed=choice.in_app
    )
    return notice


def _keep_actor(notice: Notice, telling: Telling, at: datetime) -> bool:
    """Note who did it; whether that is news: for a first time, or with another detail, not a like that came back."""
    row, is_new = NoticeActor.objects.get_or_create(
        notice=notice,
        actor_id=telling.by,
        defaults={"home": notice.home, "person_id": notice.person_id, "detail": telling.detail, "at": at},
    )
    if is_new:
        Notice.objects.filter(id=notice.id).update(count=F("count") + 1)
    elif row.detail != telling.detail and at > row.at:
        NoticeActor.objects.filter(id=row.id).update(detail=telling.detail, at=at)
    else:
        return False
    return True


@transaction.atomic
def withdraw(kind: NoticeKind, telling: Telling) -> None:
    """Tell no longer of somebody (`by`), or of one thing that they did (`detail`); a notice of nobody goes."""
    notice = Notice.objects.select_for_update().filter(
        person_id=telling.person, kind=kind.name, about=telling.about or telling.person
    ).first()  # fmt: skip
    if notice is None:
        return
    actors = NoticeActor.objects.filter(notice=notice)
    actors = actors.filter(actor_id=telling.by) if telling.by else actors.filter(detail=telling.detail)
    removed, _ = actors.delete()
    Notice.objects.filter(id=notice.id).update(count=F("count") - removed)
    newest = NoticeActor.objects.filter(notice=notice).order_by("-at", "-id").first()
    if newest is None:
        notice.delete()
    elif removed:
        Notice.objects.filter(id=notice.id).update(detail=newest.detail)


def _me(viewer: Viewer) -> uuid.UUID:
    if viewer.person_id is None:
        raise SignInNeeded
    return viewer.person_id


def read(*, viewer: Viewer, notice_id: uuid.UUID) -> None:
    """Note that the viewer has read a notice. SignInNeeded, NoSuchNotice."""
    mine = Notice.objects.filter(id=notice_id, person_id=_me(viewer))
    if not mine.filter(read_at__isnull=True).update(read_at=now()) and not mine.exists():
        raise NoSuchNotice


def read_all(*, viewer: Viewer) -> None:
    """Note that the viewer has read every notice. SignInNeeded."""
    Notice.objects.filter(person_id=_me(viewer), read_at__isnull=True).update(read_at=now())


@transaction.atomic
def choose(*, viewer: Viewer, chosen: Mapping[str, Channels]) -> None:
    """Store how the viewer wants to be told of some kinds; what cannot be switched off stays on. SignInNeeded,
    UnknownNoticeKind; nothing has changed then."""
    person = _me(viewer)
    known_kinds(chosen)
    now_is = choices_of(person)
    for name, channels in chosen.items():
        kind = now_is[name].kind
        digest = now_is[name].digest if channels.digest is None else channels.digest
        values = {"in_app": channels.in_app or kind.is_binding, "push": channels.push, "digest": digest}
        NoticeChoice.objects.update_or_create(
            person_id=person, kind=name, defaults=values, create_defaults={**values, "home": viewer.home}
        )


def sweep() -> bool:
    """Delete a batch of notices that are older than KEPT; return whether there were any."""
    old = Notice.objects.filter(at__lt=now() - KEPT).values_list("id", flat=True)[:SWEPT_AT_ONCE]
    removed, _ = Notice.objects.filter(id__in=list(old)).delete()
    return bool(removed)
