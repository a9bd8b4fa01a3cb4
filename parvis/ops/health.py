"""Whether this installation can serve: asked by whoever watches the process, and by the doctor."""

import threading
import time
from collections.abc import Callable

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connection

from parvis.events.connections import open_connection
from parvis.events.queries import living_workers
from parvis.kit.ids import uuid7

FRESH_SECONDS = 2.0
_lock = threading.Lock()
_known: tuple[float, dict[str, str]] = (-FRESH_SECONDS, {})


def failing_parts() -> dict[str, str]:
    """What does not answer, and how: empty where all is well. Asked anew at most once in two seconds."""
    global _known  # noqa: PLW0603 - one answer for the process
    with _lock:
        at, parts = _known
        if time.monotonic() - at >= FRESH_SECONDS:
            parts = {name: said for name, ask in PARTS.items() if (said := _ask(ask))}
            _known = (time.monotonic(), parts)
        return parts


def forget() -> None:
    """Ask anew the next time: for tests."""
    global _known  # noqa: PLW0603
    _known = (-FRESH_SECONDS, {})


def ask_database() -> str:
    """Connect anew (a pool may hold what died) and ask for one number."""
    with open_connection(connect_timeout=3) as fresh:
        fresh.execute("select 1")
    return ""


def ask_storage() -> str:
    """Write a small file into the media storage, read it back and delete it."""
    storage = storages["default"]
    content = uuid7().bytes
    name = storage.save(f"health/{uuid7()}", ContentFile(content))
    try:
        with storage.open(name) as file:
            return "" if file.read() == content else "it gave back something else than was written"
    finally:
        storage.delete(name)


def ask_worker() -> str:
    """Look for a worker that showed itself in the last seconds."""
    try:
        return "" if living_workers() else "no worker has shown itself for 15 seconds"
    finally:
        connection.close()  # outside Django's request cycle nobody else does


PARTS: dict[str, Callable[[], str]] = {"database": ask_database, "storage": ask_storage, "worker": ask_worker}


def _ask(part: Callable[[], str]) -> str:
    try:
        return part()
    except Exception as error:  # noqa: BLE001 - whatever it is, this part does not answer
        return f"{type(error).__name__}"
