"""Group commit: what many requests want to keep goes into one transaction, and each is answered after the commit.

The commit point is the one statement in `_write`. A crash before it: nobody was told that anything was kept. A crash
after it and before the answer: the browser sends its watches again with the same ids, and they are not kept twice.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg

from parvis.feed.errors import NotNow

log = logging.getLogger(__name__)

WAIT_S = 10.0
MOST_EVENTS = 5000  # in one transaction
# Both inserts are one statement, so they are one transaction and one round trip. All arrays come as text: the columns
# hold ids, numbers and words of ours only, and building text is a tenth of the cost of adapting lists.
STORE = """
with slates as (
  insert into feed_slate (id, home, pseudonym, feed, clips, recipe, trace)
  select id, home, pseudonym, feed, clips::uuid[], recipe, trace
  from unnest(%s::uuid[], %s::text[], %s::uuid[], %s::text[], %s::text[], %s::bigint[], %s::bytea[])
    as new (id, home, pseudonym, feed, clips, recipe, trace)
  on conflict do nothing
), watches as (
  insert into feed_watch (id, home, pseudonym, slate, position, clip, kind, watched_ms, loops, at)
  select id, home, pseudonym, slate, position, clip, kind, watched_ms, loops, to_timestamp(at)
  from unnest(%s::uuid[], %s::text[], %s::uuid[], %s::uuid[], %s::smallint[], %s::uuid[], %s::text[], %s::int[],
              %s::int[], %s::float8[])
    as new (id, home, pseudonym, slate, position, clip, kind, watched_ms, loops, at)
  on conflict do nothing returning id
)
select pg_current_xact_id()::text::bigint, count(id), case when count(id) < %s then array_agg(id::text) end from watches
"""
SLATE_COLUMNS, WATCH_COLUMNS = 7, 10


@dataclass
class Wish:
    """Rows that one request wants kept: tuples of text, ready to stand in an array literal."""

    slates: Sequence[tuple[str, ...]] = ()
    watches: Sequence[tuple[str, ...]] = ()
    done: threading.Lock = field(default_factory=threading.Lock)
    fresh: list[bool] = field(default_factory=list)  # of each watch: whether it was not there before
    failed: bool = False

    def __post_init__(self) -> None:
        self.done.acquire()


class Writer:
    """One thread with one connection that keeps what requests wish. While it waits for a commit, wishes gather."""

    def __init__(self, connect: Callable[[], "psycopg.Connection[Any]"], committed: Callable[[int], None]) -> None:
        self._connect, self._committed = connect, committed
        self._connection: psycopg.Connection[Any] | None = None
        self._wishes: list[Wish] = []
        self._lock = threading.Lock()
        self._work = threading.Semaphore(0)
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="feed-writer", daemon=True)
        self._thread.start()

    def keep(self, wish: Wish) -> list[bool]:
        """Return when everything of `wish` is committed: of each watch whether it was new. NotNow if it cannot be."""
        with self._lock:
            self._wishes.append(wish)
            first = len(self._wishes) == 1
        if first:
            self._work.release()
        if not wish.done.acquire(timeout=WAIT_S) or wish.failed:
            raise NotNow
        return wish.fresh

    def stop(self) -> None:
        """Keep what was wished so far and end."""
        self._stopping = True
        self._work.release()
        self._thread.join(WAIT_S)
        if self._connection is not None:
            self._connection.close()

    def _run(self) -> None:
        while True:
            self._work.acquire()
            with self._lock:
                wishes, self._wishes = self._wishes, []
            while wishes:
                now, wishes = _portion(wishes)
                self._serve(now)
            if self._stopping:
                return

    def _serve(self, wishes: list[Wish]) -> None:
        """Keep some wishes. If they cannot be kept together, each is tried alone, so that only the bad one fails."""
        try:
            self._try_twice(wishes)
        except Exception as error:  # noqa: BLE001 - whatever it is, every waiting request gets its answer
            alone = len(wishes) == 1
            lost = isinstance(error, psycopg.OperationalError)
            log.error("%d wishes could not be kept: %s", len(wishes), type(error).__name__)
            if alone or lost:
                for wish in wishes:
                    wish.failed = True
                    wish.done.release()
                return
            for wish in wishes:
                self._serve([wish])
            return
        for wish in wishes:
            wish.done.release()

    def _try_twice(self, wishes: list[Wish]) -> None:
        try:
            self._write(wishes)
        except psycopg.OperationalError:  # the server went away: rows have ids of their own, so trying again is safe
            self._drop()
            time.sleep(0.2)
            self._write(wishes)

    def _write(self, wishes: list[Wish]) -> None:
        if self._connection is None:
            self._connection = self._connect()
        slates = [row for wish in wishes for row in wish.slates]
        watches = [row for wish in wishes for row in wish.watches]
        parameters = [*_columns(slates, SLATE_COLUMNS), *_columns(watches, WATCH_COLUMNS), len(watches)]
        try:
            row = self._connection.execute(STORE, parameters).fetchone()
        except psycopg.Error:
            if self._connection.closed:
                self._drop()
            raise
        assert row is not None
        xid, count, ids = row
        self._committed(int(xid))
        new = None if count == len(watches) else set(ids or ())
        for wish in wishes:
            wish.fresh = [new is None or _take(new, watch[0]) for watch in wish.watches]

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _take(new: set[str], watch: str) -> bool:
    """Whether a watch is among the new; only once, so that of two equal ones in a batch one counts."""
    if watch not in new:
        return False
    new.discard(watch)
    return True


def _portion(wishes: list[Wish]) -> tuple[list[Wish], list[Wish]]:
    total, place = 0, 0
    while place < len(wishes) and total < MOST_EVENTS:
        total += len(wishes[place].slates) + len(wishes[place].watches)
        place += 1
    return wishes[:place], wishes[place:]


def _columns(rows: Sequence[tuple[str, ...]], width: int) -> list[str]:
    if not rows:
        return ["{}"] * width
    return ["{" + ",".join(column) + "}" for column in zip(*rows, strict=True)]
