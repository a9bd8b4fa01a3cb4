"""Everything that reads archives and their people."""

import uuid
from collections.abc import Iterator
from typing import Final

from django.core.files.storage import default_storage

from parvis.accounts.models import Person
from parvis.cells.keys import unseal
from parvis.kit.clock import now
from parvis.owndata import states
from parvis.owndata.errors import NoSuchDownload
from parvis.owndata.models import KEY, Download
from parvis.owndata.vault import opened_pieces

COPY: Final = 1024 * 1024
SHOWN: Final = 5


def downloads_of(person: Person) -> list[Download]:
    """Return the latest archives of a person, the newest first; those that are over are not shown."""
    return list(Download.objects.filter(person=person).exclude(state=states.OVER).order_by("-id")[:SHOWN])


def download_of(person: Person, download_id: uuid.UUID) -> Download:
    """Return a person's own archive that can be fetched. NoSuchDownload."""
    found = Download.objects.filter(id=download_id, person=person, state=states.READY, expires_at__gt=now()).first()
    if found is None:
        raise NoSuchDownload
    return found


def opened(download: Download, name: str) -> Iterator[bytes]:
    """Return the bytes of an archive that is stored under a name, opened, as a stream. NoSuchDownload if it is gone."""
    key = bytes.fromhex(unseal(download.person_id, KEY, download.key or b""))
    if not default_storage.exists(name):
        raise NoSuchDownload
    return _opened(name, key)


def _opened(name: str, key: bytes) -> Iterator[bytes]:
    with default_storage.open(name, "rb") as file:
        yield from opened_pieces(iter(lambda: file.read(COPY), b""), key)
