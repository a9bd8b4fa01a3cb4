"""Recording, reading in commit order, and the loops."""

import threading
import time

import pytest
from django.db import OperationalError, connection, connections, transaction

from parvis.events import counting
from parvis.events.actions import record
from parvis.events.connections import open_connection
from parvis.events.kinds import EventKind, declare
from parvis.events.models import Cursor, Event, Worker
from parvis.events.reconcile import Loop, Reconciler
from parvis.events.subscribe import FIRST, Subscriber, settled_after

declare(EventKind("test.happened", "Only in tests.", ("n",)), EventKind("test.other", "Only in tests."))


def happened(n: int) -> Event:
    with transaction.atomic():
        return record("test.happened", home="FR", data={"n": n})


def collecting(name: str, seen: list[int]) -> Subscriber:
    return Subscriber(name, frozenset({"test.happened"}), lambda event: seen.append(event.data["n"]))


@pytest.mark.parametrize(
    ("kind", "data", "message"),
    [("test.unheard-of", {}, "not declared"), ("test.happened", {"email": "x"}, "undeclared data")],
)
@pytest.mark.django_db
def test_an_undeclared_event_is_refused_and_not_stored(kind, data, message) -> None:
    with pytest.raises(ValueError, match=message):
        record(kind, home="FR", data=data)
    assert not Event.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_a_transaction_is_refused_and_not_stored() -> None:
    with pytest.raises(RuntimeError, match="outside a transaction"):
        record("test.happened", home="FR", data={"n": 1})
    assert not Event.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_subscriber_sees_each_event_once_and_only_its_kinds() -> None:
    seen: list[int] = []
    subscriber = collecting("once", seen)
    happened(1)
    with transaction.atomic():
        record("test.other", home="FR")
    happened(2)
    assert subscriber.step() is True
    assert subscriber.step() is False
    assert seen == [1, 2]


@pytest.mark.django_db(transaction=True)
def test_an_event_that_commits_late_is_not_passed_over() -> None:
    seen: list[int] = []
    subscriber = collecting("late", seen)
    recorded, finish = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            record("test.happened", home="FR", data={"n": 1})
            recorded.set()
            finish.wait(5)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    recorded.wait(5)
    happened(2)
    subscriber.step()
    assert seen == [], "an event after an open transaction must wait for it"
    finish.set()
    thread.join()
    subscriber.step()
    assert seen == [1, 2]


@pytest.mark.django_db(transaction=True)
def test_a_failing_subscriber_keeps_its_place_and_tries_again() -> None:
    seen: list[int] = []
    broken = [True]

    def handle(event: Event) -> None:
        if broken[0]:
            raise RuntimeError("not yet")
        seen.append(event.data["n"])

    subscriber = Subscriber("fails", frozenset({"test.happened"}), handle)
    happened(1)
    for _ in range(500):  # a transaction of another test on this server may be older: until it ends nothing is settled
        if settled_after(*FIRST, 1):
            break
        time.sleep(0.02)
    assert subscriber.step() is False
    cursor = Cursor.objects.get(subscriber="fails")
    assert (cursor.failures, cursor.error) == (1, "RuntimeError")
    broken[0] = False
    assert subscriber.step() is False, "it waits before it tries again"
    Cursor.objects.update(retry_at=None)
    assert subscriber.step() is True
    assert seen == [1]
    assert Cursor.objects.get(subscriber="fails").failures == 0


@pytest.mark.django_db(transaction=True)
def test_two_workers_do_not_handle_one_batch_twice() -> None:
    seen: list[int] = []
    gate = threading.Barrier(2)

    def handle(event: Event) -> None:
        time.sleep(0.01)
        seen.append(event.data["n"])

    subscriber = Subscriber("twice", frozenset({"test.happened"}), handle)
    for n in range(5):
        happened(n)
    subscriber_position = Cursor.objects.get_or_create(subscriber="twice", defaults={"xid": 0, "event": Event().id})
    assert subscriber_position

    def run() -> None:
        gate.wait(5)
        subscriber.step()
        connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(seen) == [0, 1, 2, 3, 4]


@pytest.mark.django_db(transaction=True)
def test_a_loop_runs_steps_survives_errors_and_shows_itself() -> None:
    calls: list[int] = []

    def step() -> bool:
        calls.append(1)
        if len(calls) == 1:
            raise RuntimeError("a bug")
        return False

    loop = Loop([Reconciler("probe", step, idle_seconds=0.05)])
    loop.start()
    deadline = time.monotonic() + 5
    while (len(calls) < 3 or not Worker.objects.exists()) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert Worker.objects.count() == 1
    loop.stop()
    assert len(calls) >= 3
    assert not Worker.objects.exists(), "a worker that stops in order leaves no heartbeat behind"


@pytest.mark.django_db(transaction=True)
def test_a_loop_that_rests_for_an_hour_stops_at_once() -> None:
    rested = threading.Event()

    def step() -> bool:
        rested.set()
        return False

    loop = Loop([Reconciler("hourly", step, idle_seconds=3600.0, lanes=3)])
    loop.start()
    assert rested.wait(5)
    began = time.monotonic()
    loop.stop()
    assert time.monotonic() - began < 5
    assert not [thread.name for thread in loop.threads if thread.name.startswith("hourly") and thread.is_alive()]


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_away_is_one_line_in_the_log(caplog) -> None:
    failed = threading.Event()

    def step() -> bool:
        failed.set()
        raise OperationalError("the server closed the connection")

    loop = Loop([Reconciler("patient", step, idle_seconds=3600.0)])
    loop.start()
    assert failed.wait(5)
    loop.stop()
    said = [record for record in caplog.records if "patient" in record.getMessage()]
    assert [record.getMessage() for record in said] == ["patient waits for the database: OperationalError"]
    assert said[0].exc_info is None


@pytest.mark.django_db(transaction=True)
def test_readers_of_a_database_from_another_server_go_on_where_they_stood() -> None:
    seen: list[int] = []
    subscriber = collecting("moved", seen)
    happened(1)
    subscriber.step()
    happened(2)
    with connection.cursor() as cursor:  # as pg_restore brings them where fewer transactions were counted
        cursor.execute("update events_event set xid = (xid::text::bigint + 5000000000)::text::xid8")
        cursor.execute("update events_cursor set xid = (xid::text::bigint + 5000000000)::text::xid8")
    happened(3)
    assert subscriber.step() is False, "it would miss what happens now"
    with open_connection() as link, link.transaction():
        assert counting.is_from_elsewhere(link)
        counting.count_anew(link)
    with open_connection() as link:
        assert not counting.is_from_elsewhere(link)
    happened(4)
    while subscriber.step():
        pass
    assert seen == [1, 2, 3, 4]
