"""Slow work of this package: what was shown and watched long ago is deleted; experiments start and stop in time."""

import uuid

from django.db import connection

from parvis.events.reconcile import Reconciler
from parvis.feed.experiments.actions import keep_time
from parvis.kit.clock import ms

SHOWN_DAYS, WATCHED_DAYS = 90, 400
AT_ONCE = 2000
FORGET = """delete from {table} where id in (
  select id from {table} where id < %s order by id limit {most} for update skip locked)"""


def forget_old() -> bool:
    """Delete a few rows that are older than they may be; whether there were any. Ids begin with their time."""
    found = False
    for table, days in (("feed_slate", SHOWN_DAYS), ("feed_watch", WATCHED_DAYS)):
        oldest = uuid.UUID(int=(ms() - days * 86_400_000) << 80)
        with connection.cursor() as cursor:
            cursor.execute(FORGET.format(table=table, most=AT_ONCE), [oldest])
            found = cursor.rowcount > 0 or found
    return found


RECONCILERS: tuple[Reconciler, ...] = (
    Reconciler("feed.forget-old", forget_old, idle_seconds=600.0),
    Reconciler("feed.experiments", keep_time, idle_seconds=30.0),
)
