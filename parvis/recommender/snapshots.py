"""Named arrays in one file that several processes map into memory and share.

The file: 8 bytes magic, version, length and CRC-32 of a JSON table (all little-endian), the table, then the arrays,
each at a multiple of 64 bytes and with a CRC-32 of its own. The table gives names, types, shapes and offsets, and
`about`: whatever the writer wants to say in JSON.
"""

import hashlib
import json
import logging
import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from parvis.recommender import disk
from parvis.recommender.disk import Damaged

log = logging.getLogger(__name__)

Array = npt.NDArray[Any]
MAGIC, VERSION = b"PARVSNAP", 1
HEAD = struct.Struct("<8sIII")
ALIGN = 64
KEPT = 2
PLAIN = "biuf"  # kinds of arrays that are their bytes: truth values, integers, floats


def write(path: Path, arrays: Mapping[str, Array], about: Mapping[str, Any]) -> None:
    """Write arrays (any shapes; of truth values, integers or floats) and `about` (JSON) to a file, whole or not at all.

    TypeError for an array of anything else. OSError as the system raises it; then the file of that name is as before.
    """
    plain, table, at = [], [], 0
    for name, given in arrays.items():
        if given.dtype.kind not in PLAIN:
            raise TypeError(f"the array {name} is not of numbers")
        array = np.ascontiguousarray(given, given.dtype.newbyteorder("<"))
        table.append([name, array.dtype.str, list(given.shape), at, zlib.crc32(_bytes(array))])
        plain.append(array)
        at = _aligned(at + array.nbytes)
    head = json.dumps({"about": dict(about), "arrays": table}).encode()
    disk.write_file(path, _parts(HEAD.pack(MAGIC, VERSION, len(head), zlib.crc32(head)) + head, plain))


def read(path: Path) -> tuple[dict[str, Array], dict[str, Any]]:
    """Return the arrays of a file, read-only and mapped, and what it says about itself.

    Every checksum is compared, which reads the file once; after that its pages are shared by all who map it. They
    stay readable when the file is removed. Damaged if it is no such file or not whole; FileNotFoundError.
    """
    raw, head = _opened(path)
    try:
        told = json.loads(head)
        start = _aligned(HEAD.size + len(head))
        arrays = {row[0]: _view(raw, start, row) for row in told["arrays"]}
        return arrays, dict(told["about"])
    except (KeyError, TypeError, ValueError) as error:
        raise Damaged(f"{path.name} cannot be understood") from error


def told_hash(path: Path) -> str:
    """Return a hash of what a file says it holds: names, types, shapes and checksums of all arrays, and `about`.

    BLAKE2b-256 in hexadecimal. The arrays are not read. Damaged, FileNotFoundError as from `read`.
    """
    return hashlib.blake2b(_opened(path)[1], digest_size=32).hexdigest()


def _opened(path: Path) -> tuple[Array, bytes]:
    """Return a file's bytes, mapped, and its table as JSON."""
    if path.stat().st_size < HEAD.size:
        raise Damaged(f"{path.name} is too short for a snapshot")
    raw = np.memmap(path, np.uint8, "r")
    magic, version, length, crc = HEAD.unpack(raw[: HEAD.size].tobytes())
    head = raw[HEAD.size : HEAD.size + length].tobytes()
    if magic != MAGIC or version != VERSION or zlib.crc32(head) != crc:
        raise Damaged(f"{path.name} is no snapshot of this version")
    return raw, head


class Shelf:
    """The snapshots of one folder by sequence number: the last two, so that a damaged one has one before it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def numbers(self) -> list[int]:
        """Return the sequence numbers of the snapshots that are there, the newest first."""
        return sorted(
            (int(path.stem.removeprefix("state-")) for path in self.folder.glob("state-*.snap")), reverse=True
        )

    def path(self, number: int) -> Path:
        """Return where the snapshot of a sequence number is."""
        return self.folder / f"state-{number:020d}.snap"

    def put(self, number: int, arrays: Mapping[str, Array], about: Mapping[str, Any]) -> None:
        """Write a snapshot. The older ones stay until `keep`."""
        write(self.path(number), arrays, about)

    def keep(self, floor: int = 0) -> int:
        """Remove all but the last two, and those below `floor`.

        Return the number up to which a journal is needed no more: that of the one before the newest. With one alone
        nothing but `floor` may go, so that the journal makes up for it if it is damaged.
        """
        numbers = self.numbers()
        for position, number in enumerate(numbers):
            if position >= KEPT or number < floor:
                disk.remove(self.path(number))
        disk.sync_folder(self.folder)
        return max(floor, numbers[KEPT - 1] if len(numbers) >= KEPT else 0)

    def newest(self) -> tuple[int, dict[str, Array], dict[str, Any], int]:
        """Return the newest whole snapshot: number, arrays, about, and how many newer ones were damaged.

        Number 0 and nothing when none is whole.
        """
        numbers = self.numbers()
        for position, number in enumerate(numbers):
            try:
                return number, *read(self.path(number)), position
            except Damaged as error:
                log.warning("a snapshot is passed over: %s", error)
        return 0, {}, {}, len(numbers)


def _aligned(at: int) -> int:
    return -(-at // ALIGN) * ALIGN


def _bytes(array: Array) -> memoryview:
    return array.reshape(-1).view(np.uint8).data


def _parts(head: bytes, arrays: Sequence[Array]) -> Iterator[bytes | memoryview]:
    yield head + bytes(_aligned(len(head)) - len(head))
    for array in arrays:
        yield _bytes(array)
        yield bytes(_aligned(array.nbytes) - array.nbytes)


def _view(raw: Array, start: int, row: list[Any]) -> Array:
    """Return one array of the table as a view of the file. Damaged unless all of it is there as it was written."""
    name, dtype, shape, at, crc = row
    kind = np.dtype(dtype)
    stop = start + at + int(np.prod(shape, dtype=np.int64)) * kind.itemsize
    if kind.kind not in PLAIN or at < 0 or min(shape, default=0) < 0 or stop > len(raw):
        raise Damaged(f"{name} is cut short")
    array: Array = raw[start + at : stop].view(kind).reshape(shape)
    if zlib.crc32(_bytes(array)) != crc:
        raise Damaged(f"{name} is not as it was written")
    return array
