"""Reconcilers: slow work done from rows. Stop every worker and start again: nothing is lost, nothing done twice."""

import logging
import os
import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic

import psycopg
from django.db import InterfaceError, OperationalError, close_old_connections, connections

from parvis.events.actions import WAKE
from parvis.events.connections import open_connection
from parvis.events.models import HEARTBEAT, Worker
from parvis.kit.clock import now
from parvis.kit.ids import uuid7
from parvis.kit.measures import note

log = logging.getLogger(__name__)

HOUR_SECONDS = 3600.0
FORGET_WORKER_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class Reconciler:
    """One kind of slow work.

    `step` does one unit of due work and says whether it found any; it claims its row itself, with a lease that a
    crash lets run out. `lanes` is how many threads run it in one worker.
    """

    name: str
    step: Callable[[], bool]
    idle_seconds: float = 1.0
    lanes: int = 1


class Hourly:
    """A step that goes on while there is anything to do, then rests for an hour, however often it is woken."""

    def __init__(self, step: Callable[[], bool]) -> None:
        self.work = step
        self.due = 0.0

    def step(self) -> bool:
        """Do one unit of work if the hour is over."""
        if monotonic() < self.due:
            return False
        if self.work():
            return True
        self.due = monotonic() + HOUR_SECONDS
        return False


class Loop:
    """Runs reconcilers in threads until `stop`: each polls when idle, and all wake on a NOTIFY."""

    def __init__(self, reconcilers: Sequence[Reconciler]) -> None:
        self.reconcilers = reconcilers
        self.stopping = threading.Event()
        self.nudge = threading.Condition()
        self.threads: list[threading.Thread] = []

    def start(self) -> None:
        """Start every lane, the listener and the heartbeat."""
        for reconciler in self.reconcilers:
            for lane in range(reconciler.lanes):
                self._spawn(f"{reconciler.name}-{lane}", self._run, reconciler)
        self._spawn("listen", self._listen)
        self._spawn("heartbeat", self._beat)

    def stop(self, timeout: float = 10.0) -> None:
        """Let each lane finish its unit of work; wait `timeout` seconds for all of them together. What is cut short is
        found again by its lease."""
        self.stopping.set()
        with self.nudge:
            self.nudge.notify_all()
        until = monotonic() + timeout
        for thread in self.threads:
            thread.join(max(until - monotonic(), 0.0))

    def _spawn(self, name: str, target: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=target, args=args, name=name, daemon=True)
        thread.start()
        self.threads.append(thread)

    def _run(self, reconciler: Reconciler) -> None:
        while not self.stopping.is_set():
            found = False
            try:
                close_old_connections()
                began = monotonic()
                found = reconciler.step()
                if found:
                    note("work", monotonic() - began, reconciler.name)
            except (
                OperationalError,
                InterfaceError,
            ) as error:  # the database is away: it comes back, or doctor says so
                log.warning("%s waits for the database: %s", reconciler.name, type(error).__name__)
                connections.close_all()
            except Exception:
                log.exception("reconciler %s failed", reconciler.name)
                connections.close_all()
            if not found:
                self._rest(reconciler.idle_seconds)
        connections.close_all()

    def _rest(self, seconds: float) -> None:
        """Wait to be woken. Not once `stop` was called, whose wake-up came before."""
        with self.nudge:
            if not self.stopping.is_set():
                self.nudge.wait(seconds)

    def _listen(self) -> None:
        while not self.stopping.is_set():
            try:
                with open_connection() as listener:
                    listener.execute(f"listen {WAKE}")  # a constant of ours, never input
                    while not self.stopping.is_set():
                        for _ in listener.notifies(timeout=1.0, stop_after=1):
                            with self.nudge:
                                self.nudge.notify_all()
            except psycopg.Error:
                self.stopping.wait(1.0)

    def _beat(self) -> None:
        me, started = uuid7(), now()
        while not self.stopping.is_set():
            try:
                close_old_connections()
                Worker.objects.update_or_create(
                    id=me,
                    defaults={"host": f"{socket.gethostname()}:{os.getpid()}", "started_at": started, "seen_at": now()},
                )
                Worker.objects.filter(seen_at__lt=now() - FORGET_WORKER_AFTER).delete()
            except Exception as error:  # noqa: BLE001
                _tell("heartbeat", error)
            self.stopping.wait(HEARTBEAT.total_seconds())
        Worker.objects.filter(id=me).delete()
        connections.close_all()


def _tell(who: str, error: Exception) -> None:
    """Log why a thread could not do its work, and have it connect anew."""
    if isinstance(error, OperationalError | InterfaceError):  # the database is away: it comes back, or doctor says so
        log.warning("%s waits for the database: %s", who, type(error).__name__)
    else:
        log.error("%s failed", who, exc_info=error)
    connections.close_all()
