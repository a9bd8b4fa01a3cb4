"""Recording what happened."""

import uuid
from typing import Any

from django.db import connection, transaction

from parvis.events.kinds import check
from parvis.events.models import Event

WAKE = "parvis_events"


def record(
    kind: str,
    *,
    home: str,
    actor: uuid.UUID | None = None,
    object: uuid.UUID | None = None,  # noqa: A002 - the word of the activity vocabularies
    data: dict[str, Any] | None = None,
) -> Event:
    """Append an event in the caller's transaction and wake the workers when it commits.

    Raises ValueError for an undeclared kind or data key, and RuntimeError outside a transaction: an event that could
    commit without the change it tells of would be a lie.
    """
    check(kind, data or {})
    if not connection.in_atomic_block:
        raise RuntimeError(f"event {kind!r} recorded outside a transaction")
    event = Event.objects.create(kind=kind, home=home, actor=actor, object=object, data=data or {})
    transaction.on_commit(wake)
    return event


def wake(channel: str = WAKE) -> None:
    """Nudge the workers that listen to `channel`. Losing a nudge costs a second: they poll as well."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_notify(%s, '')", [channel])
