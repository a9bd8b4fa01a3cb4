"""Pictures in messages: written anew without their metadata, encrypted with a key of their own before they are stored.

The key lies sealed in each person's copy of the message, so a file is worth nothing without a row, and what was deleted
or erased is unreadable at once, also in a backup of the storage. There is one file for each home among the people of
the conversation. Files that no row names any more are swept (`reconcilers`).
"""

import os
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from parvis.inbox.errors import NotAPicture
from parvis.kit.clock import now
from parvis.media.errors import MediaError
from parvis.media.images import fitted_webp

EDGE: Final = 1600
BYTES_MOST: Final = 12 * 1024 * 1024
FOLDER: Final = "chats"
NONCE: Final = 12
YOUNG: Final = timedelta(days=1)


@dataclass(frozen=True)
class Picture:
    """A picture that is stored. `names`: its file in each home; `key` opens all of them."""

    names: dict[str, str]
    key: bytes
    width: int
    height: int


def store(data: bytes, homes: set[str]) -> Picture:
    """Make a picture of an upload and store it in each home. NotAPicture if it is none, or too large.

    Files are written before any row names them: a crash leaves files for the sweep.
    """
    if len(data) > BYTES_MOST:
        raise NotAPicture
    try:
        made, width, height = fitted_webp(data, EDGE)
    except MediaError as error:
        raise NotAPicture from error
    key, nonce = os.urandom(32), os.urandom(NONCE)
    sealed = nonce + AESGCM(key).encrypt(nonce, made, None)
    names = {home: f"{FOLDER}/{home}/{uuid.uuid4().hex}" for home in homes}
    for name in names.values():
        default_storage.save(name, ContentFile(sealed))
    return Picture(names, key, width, height)


def copied(name: str, home: str) -> str:
    """Store a copy of a stored picture, as it is, in a home; return its name. NotAPicture if the file is gone."""
    made = f"{FOLDER}/{home}/{uuid.uuid4().hex}"
    try:
        with default_storage.open(name) as file:
            default_storage.save(made, ContentFile(file.read()))
    except OSError as error:
        raise NotAPicture from error
    return made


def read(name: str, key: bytes) -> bytes:
    """Return a stored picture (WebP). NotAPicture if the file is gone or was changed."""
    try:
        with default_storage.open(name) as file:
            sealed = file.read()
        return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], None)
    except (OSError, InvalidTag, ValueError) as error:
        raise NotAPicture from error


def stored_names(home: str) -> list[str]:
    """Return the files of a home that are old enough to have a row if they ever get one."""
    try:
        _, files = default_storage.listdir(f"{FOLDER}/{home}")
    except FileNotFoundError:
        return []
    names = [f"{FOLDER}/{home}/{file}" for file in files]
    return [name for name in names if default_storage.get_modified_time(name) < now() - YOUNG]


def stored_homes() -> list[str]:
    """Return the homes that have files."""
    try:
        return default_storage.listdir(FOLDER)[0]
    except FileNotFoundError:
        return []
