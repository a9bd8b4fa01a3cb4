"""Sealing private values: one market key -> one key per person -> that person's data key -> AES-256-GCM.

The market key lies in a file of its own, outside the database and its backups; the wrapped keys of a person are one
row. Destroying that row makes everything that was ever sealed for the person unreadable, wherever copies of the
sealed bytes lie. The person key exists so that a carve-out can hand a person over by wrapping one key anew.
"""

import hashlib
import hmac
import logging
import os
import threading
import unicodedata
import uuid
from collections import OrderedDict
from pathlib import Path
from time import monotonic

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap
from django.conf import settings
from django.db import connection, transaction

from parvis.cells import destroyed
from parvis.cells.errors import Damaged, KeyMissing, WrongKeys
from parvis.cells.markets import MARKETS
from parvis.cells.models import PersonKey

log = logging.getLogger(__name__)

FORMAT = b"\x01"
NONCE = 12
CACHED_PEOPLE = 4096
CACHED_SECONDS = 300.0  # a key that another process destroyed is forgotten by then
MAKING = 7_246_914  # one market key at a time, whichever machine makes it

_lock = threading.Lock()
_market_keys: dict[str, bytes] = {}
_proved: set[bytes] = set()
_data_keys: OrderedDict[uuid.UUID, tuple[float, bytes]] = OrderedDict()


def market_key(home: str) -> bytes:
    """Return the 32-byte key of a market, made on first use and kept in a file that only this user may read.

    Raises ValueError for an unknown market, OSError where the folder cannot be written, and WrongKeys where people
    have keys of this market and this machine has not: another one would seal what no other machine can read. The file
    is made by link after fsync, so a crash leaves either no key or the whole key, and two processes agree on one.
    """
    if home not in MARKETS:
        raise ValueError(f"{home!r} is not a market")
    path = _file_of(home)
    cached = _market_keys.get(str(path))
    if cached is None:
        cached = _market_keys[str(path)] = path.read_bytes() if path.exists() else _made(path, home)
    return cached


def _file_of(home: str) -> Path:
    return Path(settings.PARVIS_KEYS) / "markets" / f"{home}.key"


def _made(path: Path, home: str) -> bytes:
    """Make the key of a market without people. Whoever makes one elsewhere at the same moment waits until the first
    person of the market is there."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [MAKING])
        if PersonKey.objects.filter(home=home).exists():
            log.error("the key %s is missing on this machine: copy the folder of keys from another one", path)
            raise WrongKeys
        return _read_or_make(path)


def prove(home: str) -> None:
    """WrongKeys unless this machine's key of a market opens what its people's keys are wrapped by."""
    key = market_key(home)
    if key in _proved:
        return
    row = PersonKey.objects.filter(home=home).order_by("id").first()
    if row is None:
        return
    try:
        aes_key_unwrap(key, bytes(row.person_key))
    except InvalidUnwrap as error:
        log.error("%s is another key than that of this installation: copy the folder of keys", _file_of(home))
        raise WrongKeys from error
    _proved.add(key)


def homes() -> list[str]:
    """Return the markets that have people."""
    return list(PersonKey.objects.order_by("home").values_list("home", flat=True).distinct())


def fingerprint() -> str:
    """Return what is the same on all machines of an installation if their keys are, and tells nothing of them."""
    folder, found = Path(settings.PARVIS_KEYS), hashlib.sha256(settings.SECRET_KEY.encode())
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != destroyed.FILE:
            found.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:16]


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
    """Make and store the keys of a new person. IntegrityError if the person has keys; WrongKeys as `prove`."""
    prove(home)
    person_key, data_key = os.urandom(32), os.urandom(32)
    return PersonKey.objects.create(
        id=person,
        home=home,
        person_key=aes_key_wrap(market_key(home), person_key),
        data_key=aes_key_wrap(person_key, data_key),
    )


def destroy_person_key(person: uuid.UUID) -> None:
    """Delete a person's keys: what they sealed is unreadable from now on, in this process at once, in others when they
    forget what they read (CACHED_SECONDS). That they were destroyed is noted where no backup of the database brings it
    back (see `destroyed`)."""
    with transaction.atomic():
        destroyed.note(person)
        PersonKey.objects.filter(id=person).delete()
    with _lock:
        _data_keys.pop(person, None)


def data_key(person: uuid.UUID) -> bytes:
    """Return a person's 32-byte data key. KeyMissing if it was destroyed; Damaged if it does not unwrap."""
    with _lock:
        read_at, key = _data_keys.get(person, (-CACHED_SECONDS, b""))
        if monotonic() - read_at < CACHED_SECONDS:
            _data_keys.move_to_end(person)
            return key
    row = PersonKey.objects.filter(id=person).first()
    if row is None:
        raise KeyMissing
    try:
        person_key = aes_key_unwrap(market_key(row.home), bytes(row.person_key))
        key = aes_key_unwrap(person_key, bytes(row.data_key))
    except InvalidUnwrap as error:
        raise Damaged from error
    with _lock:
        _data_keys[person] = monotonic(), key
        _data_keys.move_to_end(person)
        while len(_data_keys) > CACHED_PEOPLE:
            _data_keys.popitem(last=False)
    return key


def forget_cached_keys() -> None:
    """Drop every cached key of this process."""
    with _lock:
        _data_keys.clear()
        _market_keys.clear()
        _proved.clear()


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
