"""Asking for an archive, making it, and removing it when its time is over."""

import logging
import uuid
from contextlib import suppress
from datetime import timedelta
from typing import Final

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import Q

from parvis.accounts.models import Person
from parvis.cells.keys import seal
from parvis.clips.processing.scratch import scratch
from parvis.events.actions import wake
from parvis.kit.clock import now
from parvis.owndata import states
from parvis.owndata.archive.writing import write
from parvis.owndata.leases import Held, LeaseLost, take, work
from parvis.owndata.models import KEY, Arrival, Download
from parvis.owndata.vault import SealedWriter, new_key

log = logging.getLogger(__name__)

KEPT: Final = timedelta(days=7)
YOUNG: Final = timedelta(hours=6)
FOLDER: Final = "owndata"


def stored_as(download: uuid.UUID) -> str:
    """Return the name of an archive in the storage."""
    return f"{FOLDER}/{download}"


def ask(person: Person) -> Download:
    """Ask for an archive of everything that is the person's. While one is being made, asking again returns that one."""
    with suppress(IntegrityError), transaction.atomic():
        made = Download.objects.create(home=person.home, person=person)
        transaction.on_commit(wake)
        return made
    return Download.objects.get(person=person, state=states.ASKED)


def make_one() -> bool:
    """Make one archive that was asked for; return whether there was one.

    The stored file comes before the row says that it is ready: a crash in between makes it again under the same name.
    """
    held = take(Download, Q(state=states.ASKED))
    if held is None:
        return False
    work(held, _make, _give_up)
    return True


def _make(held: Held[Download]) -> None:
    download, key = held.row, new_key()
    sealed = seal(download.person_id, KEY, key.hex())  # before the file: of who is erased by now nothing is stored
    with scratch(held.me) as folder:
        with (folder / "archive").open("wb") as file:
            out = SealedWriter(file, key)
            written = write(out, download.person, moment=download.asked_at, renew=held.renew)
            size = out.finish()
        held.renew()
        with (folder / "archive").open("rb") as file:
            default_storage.save(stored_as(download.id), File(file))
    moment = now()
    kept = held.mine().update(
        state=states.READY,
        key=sealed,
        ready_at=moment,
        expires_at=moment + KEPT,
        rows=sum(written.rows.values()),
        files=len(written.files) - len(written.missing),
        bytes=size,
    )
    if not kept:
        if not Download.objects.filter(id=download.id).exists():  # its person was erased meanwhile
            default_storage.delete(stored_as(download.id))
        raise LeaseLost
    log.info("an archive of %s bytes is ready", size)


def _give_up(held: Held[Download]) -> None:
    held.mine().update(state=states.FAILED)


def remove_old() -> bool:
    """Remove one archive whose time is over, or that failed for as long; return whether there was one."""
    over = Q(state=states.READY, expires_at__lte=now()) | Q(state=states.FAILED, asked_at__lte=now() - KEPT)
    download = Download.objects.filter(over).first()
    if download is None:
        return False
    default_storage.delete(stored_as(download.id))
    Download.objects.filter(id=download.id).update(state=states.OVER, key=None)
    return True


def sweep_archives() -> bool:
    """Delete the stored archives that no row opens: what a crash left between a file and its row. All in one go."""
    try:
        names = default_storage.listdir(FOLDER)[1]
    except FileNotFoundError:
        return False
    made = Download.objects.filter(state__in=[states.ASKED, states.READY]).values_list("id", flat=True)
    brought = Arrival.objects.filter(key__isnull=False).values_list("id", flat=True)
    for name in {name for name in names if name} - {str(one) for one in made.union(brought)}:
        path = f"{FOLDER}/{name}"
        with suppress(FileNotFoundError):  # another worker sweeps too
            if default_storage.get_modified_time(path) < now() - YOUNG:  # a younger one may be about to get its row
                default_storage.delete(path)
    return False
