"""Sealing private values: one market key -> one key per person -> that person's data key -> AES-256-GCM.

The market key lies in a file of its own, outside the database and its backups; the wrapped keys of a person are one
row. Destroying that row makes everything that was ever sealed for the person unreadable, wherever copies of the
sealed bytes lie. The person key exists so that a carve-out can hand a person over by wrapping one key anew.
"""

import hashlib
import hmac
import os
import threading
import unicodedata
import uuid
from collections import OrderedDict
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap
from django.conf import settings
from django.db import transaction

from parvis.cells import destroyed
from parvis.cells.errors import Damaged, KeyMissing
from parvis.cells.markets import MARKETS
from parvis.cells.models import PersonKey

FORMAT = b"\x01"
NONCE = 12
CACHED_PEOPLE = 4096

_lock = threading.Lock()
_market_keys: dict[str, bytes] = {}
_data_keys: OrderedDict[uuid.UUID, bytes] = OrderedDict()


def market_key(home: str) -> bytes:
    """Return the 32-byte key of a market, made on first use and kept in a file that only this user may read.

    Raises ValueError for an unknown market and OSError where the folder cannot be written. The file is made by link
    after fsync, so a crash leaves either no key or the whole key, and two processes agree on one.
    """
    if home not in MARKETS:
        raise ValueError(f"{home!r} is not a market")
    folder = Path(settings.PARVIS_KEYS) / "markets"
    cached = _market_keys.get(str(folder / home))
    if cached is None:
        cached = _market_keys[str(folder / home)] = _read_or_make(folder / f"{home}.key")
    return cached


def _read_or_make(path: Path) -> bytes:
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(os.urandom(32))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_bytes()


def create_person_key(person: uuid.UUID, home: str) -> PersonKey:
    """Make and store the keys of a new person. IntegrityError if the person has keys."""
    person_key, data_key = os.urandom(32), os.urandom(32)
    return PersonKey.objects.create(
        id=person,
        home=home,
        person_key=aes_key_wrap(market_key(home), person_key),
        data_key=aes_key_wrap(person_key, data_key),
    )


def destroy_person_key(person: uuid.UUID) -> None:
    """Delete a person's keys: what they sealed is unreadable from now on, in this process at once. That they were
    destroyed is noted where no backup of the database brings it back (see `destroyed`)."""
    with transaction.atomic():
        destroyed.note(person)
        PersonKey.objects.filter(id=person).delete()
    with _lock:
        _data_keys.pop(person, None)


def data_key(person: uuid.UUID) -> bytes:
    """Return a person's 32-byte data key. KeyMissing if it was destroyed; Damaged if it does not unwrap."""
    with _lock:
        if person in _data_keys:
            _data_keys.move_to_end(person)
            return _data_keys[person]
    row = PersonKey.objects.filter(id=person).first()
    if row is None:
        raise KeyMissing
    try:
        person_key = aes_key_unwrap(market_key(row.home), bytes(row.person_key))
        key = aes_key_unwrap(person_key, bytes(row.data_key))
    except InvalidUnwrap as error:
        raise Damaged from error
    with _lock:
        _data_keys[person] = key
        while len(_data_keys) > CACHED_PEOPLE:
            _data_keys.popitem(last=False)
    return key


def forget_cached_keys() -> None:
    """Drop every cached key of this process."""
    with _lock:
        _data_keys.clear()
        _market_keys.clear()


def _bound_to(person: uuid.UUID, column: str) -> bytes:
    return f"{person}|{column}".encode()


def seal(person: uuid.UUID, column: str, value: str) -> bytes:
    """Encrypt a private value. `column` ("table.column") and person are bound in: moved elsewhere, it won't open."""
    nonce = os.urandom(NONCE)
    sealed = AESGCM(data_key(person)).encrypt(nonce, value.encode(), _bound_to(person, column))
    return FORMAT + nonce + sealed


def unseal(person: uuid.UUID, column: str, sealed: bytes | memoryview) -> str:
    """Decrypt what `seal` made. Damaged if it was changed or moved, KeyMissing if the person's key is gone."""
    raw = bytes(sealed)
    if raw[:1] != FORMAT:
        raise Damaged
    try:
        opened = AESGCM(data_key(person)).decrypt(raw[1 : 1 + NONCE], raw[1 + NONCE :], _bound_to(person, column))
    except InvalidTag as error:
        raise Damaged from error
    return opened.decode()


def _derive(home: str, purpose: str) -> bytes:
    return HKDFExpand(SHA256(), 32, purpose.encode()).derive(market_key(home))


def blind_index(home: str, column: str, value: str) -> bytes:
    """Return 32 bytes by which a sealed value can be found: HMAC of its folded form under a key of the market."""
    folded = unicodedata.normalize("NFKC", value).strip().casefold().encode()
    return hmac.digest(_derive(home, f"blind:{column}"), folded, hashlib.sha256)


def pseudonym(person: uuid.UUID) -> uuid.UUID:
    """Return the id that a person's activity is keyed by. Without the person's key nobody can compute it again."""
    return uuid.UUID(bytes=hmac.digest(data_key(person), b"pseudonym", hashlib.sha256)[:16])
