"""Subscribing browsers, and queueing what they are to be told."""

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection, transaction

from parvis.accounts.bounds import bounds_of
from parvis.accounts.errors import SignInNeeded
from parvis.accounts.models import Person
from parvis.accounts.queries import age_band_of
from parvis.accounts.viewer import Viewer
from parvis.cells.keys import blind_index, seal
from parvis.events.actions import wake
from parvis.inbox.actions.preferences import learn_zone
from parvis.inbox.errors import BadSubscription
from parvis.inbox.models import PushJob, PushSubscription
from parvis.inbox.push.payload import b64decode, check_keys
from parvis.inbox.queries.notices import preferences_of
from parvis.inbox.quiet import may_disturb_at, spans, zone_of
from parvis.kit.clock import now
from parvis.kit.ids import uuid7
from parvis.kit.outward import NotPublic, check_endpoint

ENDPOINT: Final = "inbox_pushsubscription.endpoint"
P256DH: Final = "inbox_pushsubscription.p256dh"
AUTH: Final = "inbox_pushsubscription.auth"
BROWSERS_MOST: Final = 20
# The same thing is told again after this at the earliest: of likes; of messages at once.
AGAIN: Final = {"notice": timedelta(minutes=15), "chat": timedelta(0)}
KEPT: Final = timedelta(days=2)

QUEUE = """
insert into inbox_pushjob (id, home, person_id, subscription_id, kind, subject, due_at, failures)
values (%s, %s, %s, %s, %s, %s, %s, 0)
on conflict (subscription_id, kind, subject) do update set
  due_at = coalesce(inbox_pushjob.due_at, greatest(excluded.due_at, inbox_pushjob.sent_at + %s)),
  queued_at = now(), failures = 0
"""


def _indexes(endpoint: str) -> list[bytes]:
    """Return the blind indexes of an endpoint in every home where somebody has subscribed."""
    homes = PushSubscription.objects.values_list("home", flat=True).distinct()
    return [blind_index(home, ENDPOINT, endpoint) for home in homes]


@transaction.atomic
def subscribe(*, viewer: Viewer, endpoint: str, p256dh: str, auth: str, zone: str = "") -> None:
    """Call the viewer in this browser from now on. Twice is once; a browser belongs to whoever subscribed last.

    `endpoint` is an https address, the keys are base64url, as the browser gives them; `zone` is the browser's time zone
    (IANA), which holds for quiet hours until the viewer sets another. SignInNeeded, BadSubscription.
    """
    if viewer.person_id is None:
        raise SignInNeeded
    try:
        check_endpoint(endpoint)
        check_keys(b64decode(p256dh), b64decode(auth))
    except (NotPublic, ValueError) as error:
        raise BadSubscription from error
    person = viewer.person_id
    PushSubscription.objects.filter(endpoint_index__in=_indexes(endpoint)).delete()
    PushSubscription.objects.create(
        home=viewer.home,
        person_id=person,
        endpoint=seal(person, ENDPOINT, endpoint),
        endpoint_index=blind_index(viewer.home, ENDPOINT, endpoint),
        p256dh=seal(person, P256DH, p256dh),
        auth=seal(person, AUTH, auth),
        session=viewer.session,
        token_id=viewer.token,
    )
    learn_zone(person=person, home=viewer.home, zone=zone)
    mine = PushSubscription.objects.filter(person_id=person).order_by("-id").values_list("id", flat=True)
    PushSubscription.objects.filter(id__in=list(mine[BROWSERS_MOST:])).delete()


def unsubscribe(*, viewer: Viewer, endpoint: str) -> None:
    """Call the viewer in a browser no longer. Twice is once. SignInNeeded."""
    if viewer.person_id is None:
        raise SignInNeeded
    index = blind_index(viewer.home, ENDPOINT, endpoint)
    PushSubscription.objects.filter(person_id=viewer.person_id, endpoint_index=index).delete()


def end_session(session: str) -> None:
    """Call nobody in a browser that has signed out, or where the program's token was taken back."""
    if session:
        PushSubscription.objects.filter(session=session).delete()


def moment_for(person: Person, at: datetime) -> datetime:
    """Return when a person may be disturbed, from `at` on."""
    chosen = preferences_of(person.id, person.home)
    return may_disturb_at(
        at,
        zone=zone_of(chosen.zone, person.home),
        quiet=spans(chosen.quiet, age_band_of(person), bounds_of(person.id).quiet),
    )


def queue(kind: str, subject: uuid.UUID, people: Collection[uuid.UUID]) -> None:
    """Tell some people's browsers of something, as soon as they may be disturbed. Queueing it twice tells it once."""
    browsers = list(
        PushSubscription.objects.filter(person_id__in=people, person__is_active=True).select_related("person")
    )
    if not browsers:
        return
    due = {browser.person_id: browser.person for browser in browsers}
    moments = {person: moment_for(row, now()) for person, row in due.items()}
    rows: list[tuple[Any, ...]] = [
        (uuid7(), one.home, one.person_id, one.id, kind, subject, moments[one.person_id], AGAIN[kind])
        for one in browsers
    ]
    with connection.cursor() as cursor:
        cursor.executemany(QUEUE, rows)
    transaction.on_commit(wake)


def sweep() -> bool:
    """Forget what was sent long ago, or waits for too long."""
    removed, _ = PushJob.objects.filter(queued_at__lt=now() - KEPT).delete()
    return bool(removed)
