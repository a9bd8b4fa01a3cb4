"""What other processes wrote since the last look: each row exactly once, none passed over.

A reader keeps the snapshot of its last look. A row is news if its transaction was not visible then and is now. So a
row that commits late is found when it commits, however long its transaction took (a reader by id or time would pass
it over), and a transaction that stays open holds up nobody.
"""

import threading
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg

from parvis.feed.queries import WATCH_COLUMNS, Row

SINCE = """
 where xid >= pg_snapshot_xmin(%(last)s::pg_snapshot) and xid < pg_snapshot_xmax(pg_current_snapshot())
   and not pg_visible_in_snapshot(xid, %(last)s::pg_snapshot) and xid <> all(%(own)s::xid8[])
"""
XID = "xid::text::bigint"
WATCHES = f"select {WATCH_COLUMNS}, {XID} from feed_watch {SINCE} order by at"  # noqa: S608 - constants of ours
# Of an open row the clips are not asked for: nobody knows yet how many of them will be shown.
SLATES = f"""select id, pseudonym, case when not is_open then array_to_string(clips, '') end, {XID}
 from feed_slate {SINCE}
 order by id"""  # noqa: S608
PREFERENCES = f"select id, mode, reset_at, {XID} from feed_preference {SINCE}"  # noqa: S608
RESETS = f"select id from feed_preference {SINCE} and reset_at is not null"  # noqa: S608
EVENTS = f"select kind, actor, object, data, {XID} from events_event {SINCE} order by xid, id"  # noqa: S608
KINDS = f"select kind, actor, object, data from events_event {SINCE} and kind = any(%(kinds)s) order by xid, id"  # noqa: S608
HOW_MANY = f"""select (select count(*) from (select from feed_watch {SINCE} limit %(most)s) as w),
 (select count(*) from (select from feed_slate {SINCE} limit %(most)s) as s),
 (select count(*) from (select from events_event {SINCE} limit %(most)s) as e)"""  # noqa: S608
# Which database this is: a copy that was restored counts transactions anew. With where it is in counting them.
DATABASE = """
select format('%%s.%%s.%%s', (select system_identifier from pg_control_system()), d.oid,
              (select timeline_id from pg_control_checkpoint())),
       pg_snapshot_xmax(%(last)s::pg_snapshot) <= pg_snapshot_xmax(pg_current_snapshot())
from pg_database as d where datname = current_database()
"""


@dataclass(frozen=True)
class Position:
    """Up to where a state was taught: `last` as `Reader.last`, of one database. Erasures were carried out up to
    `erased`; those since are to be carried out."""

    database: str
    last: str
    erased: str

    def encode(self) -> bytes:
        """Return it as `Durable.take` keeps it."""
        return f"{self.database} {self.last} {self.erased}".encode()

    @classmethod
    def decode(cls, raw: bytes) -> "Position | None":
        """Return what `encode` made; None for anything else."""
        parts = raw.decode("ascii", "replace").split(" ")
        return cls(*parts) if len(parts) == 3 else None


@dataclass(frozen=True)
class News:
    """New rows, each kind in its order."""

    watches: list[Row] = field(default_factory=list)  # as WATCH_COLUMNS
    # Id, viewer, and the ids of clips as one text; None while more of them may be shown.
    slates: list[tuple[uuid.UUID, uuid.UUID, str | None]] = field(default_factory=list)
    preferences: list[tuple[uuid.UUID, str, Any]] = field(default_factory=list)
    events: list[tuple[str, uuid.UUID | None, uuid.UUID | None, dict[str, Any]]] = field(default_factory=list)

    @property
    def resets(self) -> list[uuid.UUID]:
        """The viewers who reset their feed, some of them longer ago."""
        return [pseudonym for pseudonym, _, reset_at in self.preferences if reset_at is not None]


class Reader:
    """Reads news on a connection of its own, in autocommit mode. `own` holds the transactions of this very process:
    what it wrote itself it knows already. Who writes holds `settling` from before a commit until it stands in `own`.
    What was visible in `last` is no news."""

    def __init__(self, connection: "psycopg.Connection[Any]", settling: threading.Lock, last: str = "") -> None:
        self.connection, self.settling = connection, settling
        self.own: list[int] = []
        self.last = last or self._snapshot()

    def database(self) -> str:
        """Return which database it reads; the empty text if `last` cannot be of it."""
        try:
            row = self.connection.execute(DATABASE, {"last": self.last}).fetchone()
        except psycopg.errors.InvalidTextRepresentation:
            return ""
        return str(row[0]) if row and row[1] else ""

    def is_far_behind(self, most: int) -> bool:
        """Whether there are `most` news or more of a kind: then reading the newest rows alone is quicker."""
        found = self.connection.execute(HOW_MANY, {"last": self.last, "own": [], "most": most}).fetchone()
        return found is None or max(found) >= most

    def events_since(self, last: str, kinds: Sequence[str]) -> list[tuple[str, Any, Any, dict[str, Any]]]:
        """Return the events of some kinds that are visible now and were not in a snapshot."""
        return self.connection.execute(KINDS, {"last": last, "own": [], "kinds": list(kinds)}).fetchall()

    def resets_since(self, last: str) -> list[uuid.UUID]:
        """Return the viewers who reset their feed, of those who changed it and were not in a snapshot."""
        return [row[0] for row in self.connection.execute(RESETS, {"last": last, "own": []})]

    def look(self) -> News:
        """Return what became visible since the last look. After an error the next look returns it instead."""
        own, known = "{" + ",".join(map(str, self.own)) + "}", len(self.own)
        parameters = {"last": self.last, "own": own}
        with self.connection.transaction():
            self.connection.execute("set transaction isolation level repeatable read, read only")
            now = self._snapshot()
            found = [
                self.connection.execute(sql, parameters).fetchall() for sql in (WATCHES, SLATES, PREFERENCES, EVENTS)
            ]
        with self.settling:  # what was committed since `own` was read, and is in the snapshot, is there now
            mine = set(self.own)
        self.last = now
        # A transaction in `own` is older than this look, so none of its rows can be news again. Those that were
        # added meanwhile stay.
        del self.own[:known]
        return News(*([row[:-1] for row in rows if row[-1] not in mine] for rows in found))

    def _snapshot(self) -> str:
        row = self.connection.execute("select pg_current_snapshot()::text").fetchone()
        return str(row[0]) if row else ""
