"""The index as one file that is mapped, not read: header, small tables, then the rows list by list.

    header   magic, version, row type, dimensions, vectors, lists, what it was trained on, checksum of all but the rows
    tables   centres float32 [lists, d] | starts int64 [lists + 1] | checksum of each list's rows uint32 [lists] |
             ids int32 [n] | scales float32 [n] where rows are int8
    rows     float32 or int8 [n, d]

All little-endian, every table and the rows at a multiple of 4096 bytes. The small tables are checked when the file is
opened; the rows of a list when they are first used, so that opening does not read hundreds of megabytes.
"""

import contextlib
import os
import struct
import tempfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from parvis.recommender.signals import Floats
from parvis.recommender.vectors.rows import Part

MAGIC = b"PARVISIV"
VERSION = 1
HEADER = struct.Struct("<8sIBxHQIQ")  # and the checksum after it
CHECKSUM = struct.Struct("<I")
PAGE = 4096
MOST_LISTS = 1 << 24
ROW_TYPES: tuple[str, str] = ("<f4", "<i1")

Long = npt.NDArray[np.int64]
Checksums = npt.NDArray[np.uint32]


class IndexFileError(Exception):
    """An index file is cut off, damaged, or not one."""


class Stored:
    """What an index was built with or read from: centres, the lists' starts in the block, the block, and checksums."""

    def __init__(
        self, centres: Floats, starts: Long, part: Part, *, trained_on: int, sums: Checksums | None = None
    ) -> None:
        self.centres, self.starts, self.part, self.trained_on = centres, starts, part, trained_on
        self._sums = sums
        self._bounds: list[int] = starts.tolist()
        self._unchecked = set(range(len(centres))) if sums is not None else set()

    def list(self, number: int) -> Part:
        """Return the rows of a list. IndexFileError where what the file holds of it is damaged."""
        if number in self._unchecked:
            self.check(number)
        return self.part.cut(self._bounds[number], self._bounds[number + 1])

    def check(self, number: int) -> None:
        """Compare a list's rows with their checksum."""
        low, high = self._bounds[number : number + 2]
        if self._sums is not None and zlib.crc32(self.part.rows[low:high].data) != int(self._sums[number]):
            raise IndexFileError(f"the rows of list {number} are damaged")
        self._unchecked.discard(number)


class Layout:
    """Where everything stands in a file of given sizes: name -> (offset, type, shape)."""

    def __init__(self, quantised: bool, dimensions: int, size: int, lists: int) -> None:
        shapes: dict[str, tuple[str, tuple[int, ...]]] = {
            "centres": ("<f4", (lists, dimensions)), "starts": ("<i8", (lists + 1,)), "sums": ("<u4", (lists,)),
            "ids": ("<i4", (size,)), "scales": ("<f4", (size if quantised else 0,)),
            "rows": (ROW_TYPES[quantised], (size, dimensions)),
        }  # fmt: skip
        self.tables: dict[str, tuple[int, np.dtype[Any], tuple[int, ...]]] = {}
        at = PAGE
        for name, (kind, shape) in shapes.items():
            self.tables[name] = at, np.dtype(kind), shape
            at += -(-np.dtype(kind).itemsize * int(np.prod(shape)) // PAGE) * PAGE
        self.bytes = at

    def views(self, block: npt.NDArray[np.uint8]) -> dict[str, npt.NDArray[Any]]:
        """Return the tables as views of a file's bytes."""
        return {
            name: block[at : at + kind.itemsize * int(np.prod(shape))].view(kind).reshape(shape)
            for name, (at, kind, shape) in self.tables.items()
        }


def read(path: Path) -> Stored:
    """Map a file. IndexFileError where it is cut off, damaged or of another kind; OSError as from opening any file."""
    with path.open("rb") as file:
        head = file.read(PAGE)
        layout, trained_on = _layout(head, os.fstat(file.fileno()).st_size)
        # Copy on write: a removal marks an id in this process only, all other pages are shared.
        block = np.memmap(file, np.uint8, mode="c").view(np.ndarray)
    if zlib.crc32(block[PAGE : layout.tables["rows"][0]].data, zlib.crc32(head[: HEADER.size])) != _checksum(head):
        raise IndexFileError("the tables are damaged")
    tables = layout.views(block)
    starts, ids = tables["starts"], tables["ids"]
    if starts[0] != 0 or starts[-1] != len(ids) or (np.diff(starts) < 0).any() or ids.min(initial=0) < 0:
        raise IndexFileError("the tables contradict one another")
    part = Part(ids, tables["rows"], tables["scales"])
    return Stored(tables["centres"].copy(), starts.copy(), part, trained_on=trained_on, sums=tables["sums"].copy())


def _layout(head: bytes, size: int) -> tuple[Layout, int]:
    """Return the layout that a header tells of, and what the centres were trained on."""
    if len(head) < PAGE:
        raise IndexFileError("the file is cut off")
    magic, version, quantised, dimensions, rows, lists, trained_on = HEADER.unpack_from(head)
    if magic != MAGIC:
        raise IndexFileError("this is not an index of vectors")
    if version != VERSION:
        raise IndexFileError(f"the index is of version {version}; this reads version {VERSION}")
    if quantised > 1 or not dimensions or not 0 < lists <= MOST_LISTS or rows > size:
        raise IndexFileError("the header is damaged")
    layout = Layout(bool(quantised), dimensions, rows, lists)
    if layout.bytes != size:
        raise IndexFileError("the file is cut off, or its header is damaged")
    return layout, trained_on


def _checksum(head: bytes) -> int:
    value: int = CHECKSUM.unpack_from(head, HEADER.size)[0]
    return value


def write(path: Path, stored: Stored, ids: npt.NDArray[np.int32], tails: Sequence[Part | None]) -> None:
    """Write lists, each with its tail and without removed rows, to `path`: beside it first, then in its place."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            _fill(file, stored, ids, tails)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # without it a crash may bring the old name back
    finally:
        os.close(folder)


def _fill(file: IO[bytes], stored: Stored, ids: npt.NDArray[np.int32], tails: Sequence[Part | None]) -> None:
    """Write the rows first, as they are gathered, and the tables that follow from them afterwards."""
    live = np.concatenate([[0], np.cumsum(ids >= 0)])
    more = [0 if tail is None else int((tail.ids >= 0).sum()) for tail in tails]
    starts = live[stored.starts] + np.concatenate([[0], np.cumsum(more)])
    dimensions, quantised = stored.centres.shape[1], stored.part.rows.dtype == np.int8
    layout = Layout(quantised, dimensions, int(starts[-1]), len(tails))
    tables = {"centres": stored.centres, "starts": starts, "sums": np.zeros(len(tails), np.uint32)}
    tables |= {name: np.zeros(layout.tables[name][2], layout.tables[name][1]) for name in ("ids", "scales")}
    file.truncate(layout.bytes)
    file.seek(layout.tables["rows"][0])
    for number, tail in enumerate(tails):
        low, high = stored.starts[number : number + 2]
        main = stored.list(number)._replace(ids=ids[low:high]).kept()
        at, total = int(starts[number]), 0
        for part in [main] if tail is None else [main, tail.kept()]:
            rows = np.ascontiguousarray(part.rows)
            file.write(rows.data if len(rows) else b"")
            total = zlib.crc32(rows.data, total)
            tables["ids"][at : at + len(rows)] = part.ids
            tables["scales"][at : at + len(rows) if quantised else at] = part.scales
            at += len(rows)
        tables["sums"][number] = total
    _fill_tables(file, layout, tables, HEADER.pack(
        MAGIC, VERSION, quantised, dimensions, int(starts[-1]), len(tails), stored.trained_on
    ))  # fmt: skip


def _fill_tables(file: IO[bytes], layout: Layout, tables: dict[str, npt.NDArray[Any]], head: bytes) -> None:
    block = np.zeros(layout.tables["rows"][0] - PAGE, np.uint8)
    for name, table in tables.items():
        at, kind, _ = layout.tables[name]
        raw = np.ascontiguousarray(table, kind).reshape(-1).view(np.uint8)
        block[at - PAGE : at - PAGE + len(raw)] = raw
    file.seek(0)
    file.write(head + CHECKSUM.pack(zlib.crc32(block.data, zlib.crc32(head))))
    file.seek(PAGE)
    file.write(block.data)


__all__ = ["IndexFileError", "Stored", "read", "write"]
