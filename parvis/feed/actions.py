"""Everything that changes how a viewer wants the feed. (What is shown and watched is kept by `writer`, in groups.)"""

import uuid

from django.db import connection, transaction

from parvis.accounts.limits import spend
from parvis.accounts.viewer import Viewer
from parvis.feed.errors import BadFeed
from parvis.feed.models import NEWEST, PERSONAL
from parvis.kit.ids import uuid7_ms

# `xid` tells the other processes that the row is new.
KEEP = """
insert into feed_preference as p (id, home, mode, reset_at) values (%(id)s, %(home)s, coalesce(%(mode)s, 'personal'),
  case when %(reset)s then now() end)
on conflict (id) do update set mode = coalesce(%(mode)s, p.mode),
  reset_at = case when %(reset)s then now() else p.reset_at end, changed_at = now(), xid = pg_current_xact_id()
"""
# The row becomes news to the other processes. The partial index on refusals finds it.
TAKE_BACK = """
update feed_watch set kind = 'taken-back', xid = pg_current_xact_id()
where pseudonym = %s and clip = %s and kind = 'not-interested' and id between %s and %s
"""
TAKEN_BACK_MS = 3_600_000  # within this time a refusal can be taken back


def take_back(*, viewer: Viewer, clip_id: uuid.UUID, undo: uuid.UUID) -> int:
    """Take the viewer's "not interested" in a clip back, if it was said in the hour before `undo`, a UUIDv7 of the same
    device. Returns how many rows that were; twice is once."""
    earliest = uuid.UUID(int=max(uuid7_ms(undo) - TAKEN_BACK_MS, 0) << 80)
    with connection.cursor() as cursor:
        cursor.execute(TAKE_BACK, [viewer.pseudonym, clip_id, earliest, undo])
        return int(cursor.rowcount)


def choose_mode(*, viewer: Viewer, mode: str) -> None:
    """Make the feed personal, or chronological without looking at what the viewer did. BadFeed for any other mode."""
    if mode not in {PERSONAL, NEWEST}:
        raise BadFeed
    _keep(viewer, mode=mode, reset=False)


def reset(*, viewer: Viewer) -> None:
    """Forget what the feed learned of the viewer: what was watched so far counts no more."""
    _keep(viewer, mode=None, reset=True)


def _keep(viewer: Viewer, *, mode: str | None, reset: bool) -> None:
    spend(f"feed-preference:{viewer.pseudonym}", per_minute=10, burst=20)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(KEEP, {"id": viewer.pseudonym, "home": viewer.home, "mode": mode, "reset": reset})
