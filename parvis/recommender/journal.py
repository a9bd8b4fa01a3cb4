"""An append-only log of records with sequence numbers, in segments.

A segment: magic, version, the sequence number of its first record, CRC-32. A record: sequence number, length, CRC-32 of
both and the payload, then the payload. All little-endian. Each append is handed to the system at once, so a killed
process loses nothing; what a power cut may take is what was not synced, at most `sync_s` of it (group commit).
"""

import os
import struct
import time
import zlib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from parvis.recommender import disk
from parvis.recommender.disk import Damaged

MAGIC, VERSION = b"PARVJRNL", 1
HEAD = struct.Struct("<8sIQI")
RECORD = struct.Struct("<QII")
SIGNED = struct.Struct("<QI")  # what of a record's head its checksum covers
SEGMENT_BYTES = 64 << 20
LONGEST = 1 << 30


def segments(folder: Path) -> list[Path]:
    """Return the segments of a folder, the oldest first."""
    return sorted(folder.glob("journal-*.log"))


def first_of(segment: Path) -> int:
    """Return the sequence number that a segment starts with, which is its name."""
    return int(segment.stem.removeprefix("journal-"))


def scan(data: bytes, first: int) -> tuple[list[tuple[int, memoryview]], int]:
    """Return the whole records at the start of a segment, and where something else begins (0: no head)."""
    head = HEAD.pack(MAGIC, VERSION, first, zlib.crc32(struct.pack("<Q", first)))
    if data[: HEAD.size] != head:
        return [], 0
    view, at, found = memoryview(data), HEAD.size, []
    while at + RECORD.size <= len(data):
        sequence, length, crc = RECORD.unpack_from(data, at)
        body = view[at + RECORD.size : at + RECORD.size + length]
        if len(body) < length or checksum(sequence, body) != crc:
            break
        found.append((sequence, body))
        at += RECORD.size + length
    return found, at


def checksum(sequence: int, payload: bytes | memoryview) -> int:
    """Return the CRC-32 of a record."""
    return zlib.crc32(payload, zlib.crc32(SIGNED.pack(sequence, len(payload))))


def records(folder: Path, after: int) -> Iterator[tuple[int, memoryview]]:
    """Yield the records after a sequence number, each once and in order, without changing a file.

    A torn tail of the last segment is where they end. Damaged if one is missing between others, or if a segment that
    is not the last one is not whole: what comes after could not mean what it meant then.
    """
    paths = segments(folder)
    expected = after + 1
    for position, path in enumerate(paths):
        if first_of(path) > expected:
            raise Damaged(f"{path.name}: record {expected} is missing")
        data = path.read_bytes()
        found, end = scan(data, first_of(path))
        if end < len(data) and position < len(paths) - 1:
            raise Damaged(f"{path.name} is damaged at byte {end}")
        for sequence, payload in found:
            if sequence > expected:
                raise Damaged(f"{path.name}: record {expected} is missing")
            if sequence == expected:
                yield sequence, payload
                expected += 1


class Journal:
    """The log of one folder, open for appending by one process. `start` before use."""

    def __init__(self, folder: Path, *, sync_s: float = 0.2, segment_bytes: int = SEGMENT_BYTES) -> None:
        self.folder, self._sync_s, self._segment_bytes = folder, sync_s, segment_bytes
        self.last = 0  # the sequence number of the last record, or of what a snapshot covers
        self.cut_bytes = 0  # what was torn off when the journal was opened
        self._descriptor = -1
        self._size = self._before = 0
        self._synced_at = time.monotonic()
        self._is_synced = True
        self._is_broken = False

    def start(self, covered: int) -> None:
        """Cut a torn tail off and get ready to append after it, or after `covered` if that is further on."""
        paths = segments(self.folder)
        self.last = covered
        if not paths:
            return self._create()
        path = paths[-1]
        data = path.read_bytes()
        found, end = scan(data, first_of(path))
        self.cut_bytes = len(data) - end
        last = found[-1][0] if found else first_of(path) - 1
        if end == 0:  # a crash while the segment was made: it never held a record
            disk.remove(path)
        if end == 0 or last < covered:
            self.last = max(last, covered)
            return self._create()
        self._descriptor = os.open(path, os.O_WRONLY | os.O_APPEND)
        if self.cut_bytes:
            os.ftruncate(self._descriptor, end)
            os.fsync(self._descriptor)
        self.last, self._size = last, end
        return None

    def append(self, payload: bytes) -> int:
        """Write one record and return its sequence number. OSError: nothing was written (the disk is full)."""
        if self._is_broken or self._descriptor < 0:
            raise Damaged("the journal is not open, or a write to it failed")
        if len(payload) > LONGEST:
            raise ValueError("the record is too long")
        if self._size > self._segment_bytes:
            self.rotate()
        sequence = self.last + 1
        self._before = self._size
        record = RECORD.pack(sequence, len(payload), checksum(sequence, payload)) + payload
        try:
            disk.write_all(self._descriptor, record)
        except OSError:
            self._back()
            raise
        self._size += len(record)
        self.last = sequence
        self._is_synced = False
        if time.monotonic() - self._synced_at >= self._sync_s:
            self.sync()
        return sequence

    def undo(self) -> None:
        """Take the last record back: once, right after its `append`."""
        self._back()
        os.fsync(self._descriptor)
        self._size = self._before
        self.last -= 1

    def sync(self) -> None:
        """Make all records last. Call it now and then when nothing is appended: an append syncs only when due.

        After an error here nobody knows what the disk holds (the system drops what it could not write), so nothing
        more is appended; a new start finds out.
        """
        if not self._is_synced:
            try:
                os.fsync(self._descriptor)
            except OSError:
                self._is_broken = True
                raise
        self._is_synced, self._synced_at = True, time.monotonic()

    def rotate(self, skip: int = 0) -> None:
        """Begin a new segment, so that a snapshot made now covers whole segments. `skip` sequence numbers are left
        out: for what a snapshot holds and no record does."""
        self.sync()
        if skip == 0 and self._size == HEAD.size:
            return
        os.close(self._descriptor)
        self.last += skip
        self._create()

    def drop(self, covered: int) -> None:
        """Remove the segments of which every record is covered by a snapshot. A crash leaves some: they are skipped."""
        paths = segments(self.folder)
        for path, following in pairwise(paths):
            if first_of(following) <= covered + 1:
                disk.remove(path)

    def close(self) -> None:
        """Sync and close."""
        if self._descriptor >= 0:
            try:
                if not self._is_broken:
                    self.sync()
            finally:
                os.close(self._descriptor)
                self._descriptor = -1

    def _create(self) -> None:
        first = self.last + 1
        path = self.folder / f"journal-{first:020d}.log"
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_TRUNC
        self._descriptor = os.open(path, flags, 0o600)
        disk.write_all(self._descriptor, HEAD.pack(MAGIC, VERSION, first, zlib.crc32(struct.pack("<Q", first))))
        os.fsync(self._descriptor)
        disk.sync_folder(self.folder)
        self._size, self._is_synced = HEAD.size, True

    def _back(self) -> None:
        """Cut off what the last append wrote."""
        try:
            os.ftruncate(self._descriptor, self._before)
        except OSError:
            self._is_broken = True
            raise
