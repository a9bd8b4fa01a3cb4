"""Subscribers: what a package does when an event happened elsewhere. At least once, in commit order."""

import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection, transaction

from parvis.events.models import Cursor, Event
from parvis.kit.clock import now

log = logging.getLogger(__name__)

BATCH = 100
LONGEST_RETRY = timedelta(minutes=5)
FIRST = (0, uuid.UUID(int=0))


@dataclass(frozen=True)
class Subscriber:
    """A named reader of some kinds of event. `handle` must be idempotent: after a crash it sees an event again."""

    name: str
    kinds: frozenset[str]
    handle: Callable[[Event], None]

    def step(self) -> bool:
        """Handle one batch of events; return whether there was any.

        The cursor row is locked for the batch, so each subscriber runs in one worker at a time. Handling and the
        advance of the cursor commit together: that is the commit point, and a crash before it repeats the batch. An
        event that raises stops its subscriber, which tries again with a growing pause and keeps the order.
        """
        Cursor.objects.get_or_create(subscriber=self.name, defaults={"xid": FIRST[0], "event": FIRST[1]})
        try:
            with transaction.atomic():
                return self._batch()
        except _HandlerFailed as failure:
            self._note_failure(failure)
            return False

    def _batch(self) -> bool:
        cursor = Cursor.objects.select_for_update(skip_locked=True).filter(subscriber=self.name).first()
        if cursor is None or (cursor.retry_at and cursor.retry_at > now()):
            return False
        events = settled_after(cursor.xid, cursor.event, BATCH)
        for event in events:
            if event.kind in self.kinds:
                self._handle_one(event)
        if events:
            last = events[-1]
            Cursor.objects.filter(subscriber=self.name).update(
                xid=last.xid, event=last.id, failures=0, retry_at=None, error=""
            )
        return bool(events)

    def _handle_one(self, event: Event) -> None:
        try:
            self.handle(event)
        except Exception as error:
            raise _HandlerFailed(event, error) from error

    def _note_failure(self, failure: "_HandlerFailed") -> None:
        log.error("subscriber %s failed on event %s", self.name, failure.event.id, exc_info=failure.error)
        cursor = Cursor.objects.get(subscriber=self.name)
        pause = min(timedelta(seconds=2**cursor.failures), LONGEST_RETRY)
        Cursor.objects.filter(subscriber=self.name).update(
            failures=cursor.failures + 1, retry_at=now() + pause, error=type(failure.error).__name__
        )


class _HandlerFailed(Exception):
    def __init__(self, event: Event, error: Exception) -> None:
        super().__init__(str(error))
        self.event = event
        self.error = error


def settled_after(xid: int, event: uuid.UUID, limit: int) -> list[Event]:
    """Return up to `limit` events after (xid, event) in commit order, none that an open transaction could precede."""
    return list(
        Event.objects.raw(
            """select * from events_event
               where (xid, id) > (%s::text::xid8, %s) and xid < pg_snapshot_xmin(pg_current_snapshot())
               order by xid, id limit %s""",
            [str(xid), event, limit],
        )
    )


def newest_settled() -> tuple[int, uuid.UUID]:
    """Return the position of the newest settled event: where a reader that only wants the future begins."""
    with connection.cursor() as cursor:
        cursor.execute(
            """select xid::text::bigint, id from events_event where xid < pg_snapshot_xmin(pg_current_snapshot())
               order by xid desc, id desc limit 1"""
        )
        row = cursor.fetchone()
    return (row[0], row[1]) if row else FIRST
