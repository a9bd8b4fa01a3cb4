"""Identifiers: UUID version 7 (RFC 9562, section 5.7), made here and never by a database sequence."""

import os
import threading
import uuid
from datetime import UTC, datetime

from parvis.kit.clock import ms

_lock = threading.Lock()
_last = 0


def uuid7() -> uuid.UUID:
    """Return a new UUIDv7; ids made by one process rise strictly, also within one millisecond.

    The 12 bits after the time are a fraction of the millisecond (RFC 9562, 6.2, method 3) that is pushed
    forward where the clock has not moved; 62 bits are random.
    """
    global _last  # noqa: PLW0603 - the one counter of this process, guarded by _lock
    with _lock:
        stamp = max(ms() << 12, _last + 1)
        _last = stamp
    random = int.from_bytes(os.urandom(8)) & ((1 << 62) - 1)
    return uuid.UUID(int=(stamp >> 12) << 80 | 0x7 << 76 | (stamp & 0xFFF) << 64 | 0b10 << 62 | random)


def uuid7_ms(value: uuid.UUID) -> int:
    """Return the Unix time, in milliseconds, that a UUIDv7 carries. ValueError for another version."""
    if value.version != 7:
        raise ValueError(f"{value} is not a UUID of version 7")
    return value.int >> 80


def uuid7_time(value: uuid.UUID) -> datetime:
    """Return the moment, in UTC, that a UUIDv7 carries. ValueError for another version."""
    return datetime.fromtimestamp(uuid7_ms(value) / 1000, UTC)


def first_id(moment: datetime) -> uuid.UUID:
    """Return what no UUIDv7 made at a moment or after it is below."""
    return uuid.UUID(int=int(moment.timestamp() * 1000) << 80)
