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
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus
from psycopg.pq.abc import PGconn, PGresult

from parvis.feed.errors import NotNow
from parvis.feed.store import FORMATS, NAME, STORE, Row, parameters
from parvis.kit.measures import note

log = logging.getLogger(__name__)

WAIT_S = 10.0
MOST_EVENTS = 5000  # in one transaction
ENOUGH = 12  # wishes that are not kept waiting for more
GATHER_S = 0.005


@dataclass
class Wish:
    """Rows that one request wants kept: of slates, and tuples of text ready to stand in an array literal."""

    slates: Sequence[Row] = ()
    watches: Sequence[tuple[str, ...]] = ()
    closed: Sequence[tuple[str, str, str]] = ()  # home, id and length of lists of which no more will be shown
    done: threading.Lock = field(default_factory=threading.Lock)
    fresh: list[bool] = field(default_factory=list)  # of each watch: whether it was not there before
    failed: bool = False
    finished: bool = False
    calls: list[Callable[[], object]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.done.acquire()

    def when_finished(self, call: Callable[[], object]) -> None:
        """Call once it is kept, or cannot be: at once, or later from the writer's thread; perhaps twice."""
        self.calls.append(call)
        if self.finished:
            call()

    def finish(self, *, failed: bool = False) -> None:
        """Let those who wait know."""
        self.failed = failed
        self.finished = True  # before the calls are looked at: who comes later sees it
        self.done.release()
        for call in self.calls:
            call()


class Writer:
    """One thread with one connection that keeps what requests wish. While it waits for a commit, wishes gather; and
    where they come thick, it waits a moment for more, for a commit costs as much as a slate, however small it is.

    `committed` is told of each transaction; `settling` is held until it was.
    """

    def __init__(
        self,
        connect: Callable[[], "psycopg.Connection[Any]"],
        committed: Callable[[int], None],
        settling: threading.Lock,
    ) -> None:
        self._connect, self._committed, self._settling = connect, committed, settling
        self._connection: psycopg.Connection[Any] | None = None
        self._wishes: list[Wish] = []
        self._lock = threading.Lock()
        self._work, self._gathered = threading.Semaphore(0), threading.Event()
        self._stopping = self._crowded = False
        self._thread = threading.Thread(target=self._run, name="feed-writer", daemon=True)
        self._thread.start()

    def put(self, wish: Wish) -> Wish:
        """Have `wish` kept soon. Without waiting."""
        with self._lock:
            self._wishes.append(wish)
            count = len(self._wishes)
        if count == 1:
            self._work.release()
        elif count == ENOUGH:
            self._gathered.set()
        return wish

    def wait(self, wish: Wish) -> list[bool]:
        """Return when everything of `wish` is committed: of each watch whether it was new. NotNow if it cannot be."""
        if not wish.done.acquire(timeout=WAIT_S):
            raise NotNow
        wish.done.release()  # for the next who waits
        if wish.failed:
            raise NotNow
        return wish.fresh

    def stop(self) -> None:
        """Keep what was wished so far and end."""
        self._stopping = True
        self._work.release()
        self._gathered.set()
        self._thread.join(WAIT_S)
        if self._connection is not None:
            self._connection.close()

    def _run(self) -> None:
        while True:
            self._work.acquire()
            wishes = self._gather()
            while wishes:
                now, wishes = _portion(wishes)
                self._serve(now)
            if self._stopping:
                return

    def _gather(self) -> list[Wish]:
        """Take what is wished; where wishes came together the last time, after waiting for more."""
        self._gathered.clear()
        if self._crowded and len(self._wishes) < ENOUGH and not self._stopping:
            self._gathered.wait(GATHER_S)
        with self._lock:
            wishes, self._wishes = self._wishes, []
        self._crowded = len(wishes) > 1
        return wishes

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
                    wish.finish(failed=True)
                return
            for wish in wishes:
                self._serve([wish])
            return
        for wish in wishes:
            wish.finish()

    def _try_twice(self, wishes: list[Wish]) -> None:
        try:
            self._write(wishes)
        except psycopg.OperationalError:  # the server went away: rows have ids of their own, so trying again is safe
            self._drop()
            time.sleep(0.2)
            self._write(wishes)

    def _write(self, wishes: list[Wish]) -> None:
        if self._connection is None:
            self._connection = connect_ready(self._connect)
        slates = [row for wish in wishes for row in wish.slates]
        watches = [row for wish in wishes for row in wish.watches]
        closed = [row for wish in wishes for row in wish.closed]
        values = parameters(slates, watches, closed)
        try:
            began = time.perf_counter()
            with self._settling:
                xid, count, ids = _run(self._connection.pgconn, values)
                self._committed(xid)
            note("store", time.perf_counter() - began)
        except psycopg.Error:
            if self._connection.closed:
                self._drop()
            raise
        new = None if count == len(watches) else set(ids.split())
        for wish in wishes:
            wish.fresh = [new is None or _take(new, watch[0]) for watch in wish.watches]

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def connect_ready(connect: Callable[[], "psycopg.Connection[Any]"]) -> "psycopg.Connection[Any]":
    """Open a connection that knows STORE."""
    connection = connect()
    for way in ("seqscan", "hashjoin", "mergejoin"):  # rows are found by their keys, whatever the statistics say
        _check(connection.pgconn, connection.pgconn.exec_(f"set enable_{way} = off".encode()))
    _check(connection.pgconn, connection.pgconn.prepare(NAME, STORE.encode()))
    return connection


def _run(server: PGconn, values: Sequence[bytes]) -> tuple[int, int, str]:
    """Run STORE: by libpq's own call, which costs a third of what a cursor costs, and lets other threads run."""
    result = _check(server, server.exec_prepared(NAME, values, FORMATS))
    xid, count, ids = (result.get_value(0, column) or b"" for column in range(3))
    return int(xid), int(count), ids.decode()


def _check(server: PGconn, result: PGresult) -> PGresult:
    if server.status != ConnStatus.OK:
        raise psycopg.OperationalError("the database server went away")
    if result.status not in {ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK}:
        raise error_from_result(result)
    return result


def _take(new: set[str], watch: str) -> bool:
    """Whether a watch is among the new; only once, so that of two equal ones in a batch one counts."""
    if watch not in new:
        return False
    new.discard(watch)
    return True


def _portion(wishes: list[Wish]) -> tuple[list[Wish], list[Wish]]:
    total, place = 0, 0
    while place < len(wishes) and total < MOST_EVENTS:
        total += len(wishes[place].slates) + len(wishes[place].watches) + len(wishes[place].closed)
        place += 1
    return wishes[:place], wishes[place:]
