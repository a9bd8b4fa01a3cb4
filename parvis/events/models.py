"""Rows: what happened, how far each subscriber has read, and which workers are alive."""

from datetime import timedelta
from typing import Any

from django.db import models
from django.db.models.functions import Now

from parvis.kit.ids import uuid7


class Xid8Field(models.Field):  # type: ignore[type-arg]  # not subscriptable at run time
    """PostgreSQL's 64-bit transaction id. Filled by the database: the writer's own transaction."""

    def db_type(self, connection: Any) -> str:
        return "xid8"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> int | None:
        return None if value is None else int(value)

    def get_placeholder(self, value: Any, compiler: Any, connection: Any) -> str:
        return "%s::text::xid8"


class CurrentXid(models.Func):
    function = "pg_current_xact_id"
    output_field = Xid8Field()


class Event(models.Model):
    """One thing that happened, recorded in the transaction that made it happen.

    `xid` orders readers: a reader takes rows whose transaction is older than every open one
    (`xid < pg_snapshot_xmin(pg_current_snapshot())`), so a row that commits late is never passed over.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.TextField()
    home = models.TextField()
    actor = models.UUIDField(null=True)
    object = models.UUIDField(null=True)
    data = models.JSONField(default=dict)
    at = models.DateTimeField(db_default=Now())
    xid = Xid8Field(db_default=CurrentXid(), editable=False)

    class Meta:
        indexes = [
            models.Index(fields=["xid", "id"], name="events_event_order"),
            models.Index(fields=["actor"], name="events_event_actor"),
        ]
        constraints = [models.UniqueConstraint(fields=["home", "id"], name="events_event_home_id")]


class Cursor(models.Model):
    """How far one subscriber has read: everything up to and including (xid, event id) is done."""

    subscriber = models.TextField(primary_key=True)
    xid = Xid8Field()
    event = models.UUIDField()
    failures = models.IntegerField(default=0)
    retry_at = models.DateTimeField(null=True)
    error = models.TextField(default="", blank=True)


HEARTBEAT = timedelta(seconds=5)


class Worker(models.Model):
    """A worker process that was alive at `seen_at`; it says so at each HEARTBEAT."""

    id = models.UUIDField(primary_key=True)
    host = models.TextField()
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField(db_index=True)
