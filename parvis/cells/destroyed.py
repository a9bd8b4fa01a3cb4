"""The list of destroyed keys: what keeps erased people erased when an old backup of the database is restored.

It stands in a table, so that every machine sees it, and in the file `destroyed` in the folder of keys, one line each:
a restore reads both. A line names a person by a digest of the id, which leads back to nobody.
"""

import hashlib
import os
import uuid
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from django.conf import settings

from parvis.cells.models import DestroyedKey, PersonKey
from parvis.kit.clock import now

FILE = "destroyed"


def digest_of(person: uuid.UUID) -> bytes:
    """Return the 32 bytes that stand for a person in the list."""
    return hashlib.sha256(b"parvis destroyed key " + person.bytes).digest()


def note(person: uuid.UUID) -> None:
    """Put a person on the list. The file is written through before the row commits: after a crash in between the file
    has a line too early, of somebody whose erasure then goes on."""
    digest, at = digest_of(person), now()
    folder = Path(settings.PARVIS_KEYS)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(folder / FILE, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a") as file:
        file.write(f"{digest.hex()} {at.isoformat()}\n")
        file.flush()
        os.fsync(file.fileno())
    DestroyedKey.objects.update_or_create(digest=digest, defaults={"destroyed_at": at})


def listed(*files: Path) -> dict[bytes, datetime]:
    """Return the whole list, of the table, the file of this cell and further `files`: digest -> when, the last time.
    ValueError for a file that is none."""
    found = {bytes(row.digest): row.destroyed_at for row in DestroyedKey.objects.all()}
    for path in (Path(settings.PARVIS_KEYS) / FILE, *files):
        if path.exists():
            for line in path.read_text().splitlines():
                digest, at = line.split(" ")
                moment = datetime.fromisoformat(at)
                found[bytes.fromhex(digest)] = max(moment, found.get(bytes.fromhex(digest), moment))
    return found


def come_back(destroyed: dict[bytes, datetime]) -> Iterable[PersonKey]:
    """Yield the keys that are here though they were destroyed: a backup brought them back. Who was erased and opened
    the account again later has younger keys."""
    for key in PersonKey.objects.order_by("id").iterator():
        at = destroyed.get(digest_of(key.id))
        if at is not None and key.created_at <= at:
            yield key
