"""An archive while it waits for a worker: stored encrypted, named by its row, opened for the work, gone afterwards."""

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, Final, cast

import orjson
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction

from parvis.accounts.models import Person
from parvis.cells.keys import seal, unseal
from parvis.clips.processing.scratch import scratch
from parvis.events.actions import wake
from parvis.kit.clock import now
from parvis.owndata import states
from parvis.owndata.actions.downloads import stored_as
from parvis.owndata.leases import Held
from parvis.owndata.models import ARRIVAL_KEY, REPORT, Arrival
from parvis.owndata.vault import SealedReader, SealedWriter, new_key

COPY: Final = 1024 * 1024


def stored(file: IO[bytes]) -> tuple[Arrival, bytes]:
    """Store an archive encrypted, before the row that names it: a crash leaves bytes that nobody can open."""
    arrival, key = Arrival(), new_key()
    file.seek(0)
    with scratch(uuid.uuid4()) as folder:
        with (folder / "archive").open("wb") as target:
            out = SealedWriter(target, key)
            shutil.copyfileobj(file, out, COPY)
            out.finish()
        with (folder / "archive").open("rb") as source:
            default_storage.save(stored_as(arrival.id), File(source))
    return arrival, key


@contextmanager
def undone(arrival: Arrival) -> Iterator[None]:
    """Remove a stored archive again where what follows is refused."""
    try:
        yield
    except BaseException:
        default_storage.delete(stored_as(arrival.id))
        raise


def keep(person: Person, arrival: Arrival, key: bytes) -> Arrival:
    """Make the row of a stored archive; the worker takes it up after the commit."""
    arrival.person, arrival.home = person, person.home
    arrival.key = seal(person.id, ARRIVAL_KEY, key.hex())
    arrival.save(force_insert=True)
    transaction.on_commit(wake)
    return arrival


@contextmanager
def opened(held: Held[Arrival]) -> Iterator[IO[bytes]]:
    """Open the archive of a row in hand, from a copy on this machine."""
    key = bytes.fromhex(unseal(held.row.person_id, ARRIVAL_KEY, held.row.key or b""))
    with scratch(held.me) as folder:
        path = folder / "archive"
        with default_storage.open(stored_as(held.row.id), "rb") as source, path.open("wb") as copy:
            while piece := source.read(COPY):
                copy.write(piece)
                held.renew()
        with path.open("rb") as file:
            yield cast("IO[bytes]", SealedReader(file, path.stat().st_size, key))


def close(held: Held[Arrival], state: str, report: dict[str, dict[str, int]], **columns: Any) -> None:
    """End an arrival with its report, and remove the archive."""
    sealed = seal(held.row.person_id, REPORT, orjson.dumps(report).decode())
    if held.mine().update(state=state, report=sealed, done_at=now(), key=None, **columns):
        default_storage.delete(stored_as(held.row.id))


def give_up(held: Held[Arrival]) -> None:
    """End an arrival that failed too often."""
    close(held, states.FAILED, {})
