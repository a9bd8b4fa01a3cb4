"""/healthz and /readyz, as a load balancer sees them."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import orjson
import psycopg
import pytest
from django.core.files.storage import storages

from parvis.events.models import Worker
from parvis.kit.clock import now
from parvis.kit.ids import uuid7
from parvis.ops import health, hot


@pytest.fixture(autouse=True)
def asked_anew() -> Iterator[None]:
    health.forget()
    yield
    health.forget()


@pytest.fixture
def worker(transactional_db: None) -> Worker:
    return Worker.objects.create(id=uuid7(), host="here", started_at=now(), seen_at=now())


def get(function: Any) -> tuple[str, dict[str, Any]]:
    statuses: list[str] = []
    body = b"".join(function({}, lambda status, headers: statuses.append(status)))
    return statuses[0], orjson.loads(body)


def test_alive_asks_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(psycopg, "connect", lambda *_, **__: pytest.fail("asked the database"))
    assert get(hot.healthz) == ("200 OK", {"alive": True})


def test_ready_when_database_storage_and_worker_answer(worker: Worker) -> None:
    assert get(hot.readyz) == ("200 OK", {"ready": True, "failing": {}})


def test_a_worker_that_is_silent_for_long_is_named(worker: Worker) -> None:
    Worker.objects.update(seen_at=now() - timedelta(seconds=60))
    status, body = get(hot.readyz)
    assert status == "503 Service Unavailable"
    assert body == {"ready": False, "failing": {"worker": "no worker has shown itself for 15 seconds"}}


def test_a_database_that_is_gone_is_named_without_its_address(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object, **__: object) -> None:
        raise psycopg.OperationalError("connection to server at 10.1.2.3 failed, password secret")

    monkeypatch.setattr(psycopg, "connect", gone)
    status, body = get(hot.readyz)
    assert status == "503 Service Unavailable"
    assert body["failing"] == {"database": "OperationalError"}


def test_a_storage_that_gives_back_something_else_is_named(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    storage = storages["default"]
    monkeypatch.setattr(type(storage), "open", lambda self, name, mode="rb": _Other())
    _, body = get(hot.readyz)
    assert body["failing"] == {"storage": "it gave back something else than was written"}


class _Other:
    def __enter__(self) -> "_Other":
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def read(self) -> bytes:
        return b"other"


def test_the_storage_is_left_as_it_was(worker: Worker) -> None:
    get(hot.readyz)
    folders, files = storages["default"].listdir("health")
    assert (folders, files) == ([], [])


def test_the_answer_is_kept_for_two_seconds(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    get(hot.readyz)
    Worker.objects.all().delete()
    assert get(hot.readyz)[0] == "200 OK"
    monkeypatch.setattr(health, "FRESH_SECONDS", 0.0)
    assert get(hot.readyz)[0] == "503 Service Unavailable"
