"""The index of a long list of likenesses, in files that are mapped into memory: see `sought` for how it finds.

A segment holds, for each of the KEYS pieces, its entries in order: `key << 40 | number << PLACE_BITS | place`, where
`number` is a look of the segment. New looks come as a segment of their own; two neighbours of which the older is less
than twice as large become one, so that there are few and each entry is written again only about log2 times.
`index.json` names the segments and is replaced last: a crash leaves at most files that it does not name.
"""

import fcntl
import json
import os
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from parvis.media.likeness import FORMS, PLACES, VERSION
from parvis.media.pdq import BYTES
from parvis.media.sought import KEYS, SPACE, around, enough, keys

Entries = npt.NDArray[np.uint64]

LAYOUT: Final = 1
MANIFEST: Final = "index.json"
BELOW_KEY: Final = np.uint64(40)
PLACE_BITS: Final = np.uint64(6)
CELL: Final = np.uint64((1 << 40) - 1)
MOST_OF_A_KEY: Final = 4096  # where very many look the same, some of them are enough
MOST_FOUND: Final = 300
SLICE: Final = SPACE // 64


@dataclass(frozen=True)
class Segment:
    """Some looks: `entries` (KEYS, entries), each row sorted, and `ids` (looks, 16) as bytes."""

    name: str
    entries: Entries
    ids: npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Known:
    """What is in an index at one moment. `last`: the id of the newest look in it."""

    segments: tuple[Segment, ...] = ()
    last: uuid.UUID | None = None

    def candidates(self, asked: bytes) -> list[uuid.UUID]:
        """Return the looks that may be alike to what is asked for, the likeliest first, at most MOST_FOUND."""
        pictures = len(asked) // (FORMS * BYTES)
        probes = around(keys(asked)).astype(np.uint64) << BELOW_KEY
        tags = np.repeat(np.arange(pictures * FORMS, dtype=np.uint64), probes.shape[2])
        found: list[tuple[int, uuid.UUID]] = []
        for segment in self.segments:
            rows = zip(segment.entries, probes, strict=True)
            meets = np.concatenate([_meets(row, probe.ravel(), tags, pictures) for row, probe in rows])
            cells, often = np.unique(meets, return_counts=True)
            good = often >= enough(pictures)
            best: dict[int, int] = {}
            numbers = (cells[good] >> PLACE_BITS) // np.uint64(FORMS)
            for number, count in zip(numbers.tolist(), often[good].tolist(), strict=True):
                best[number] = max(count, best.get(number, 0))
            found += [(count, uuid.UUID(bytes=segment.ids[number].tobytes())) for number, count in best.items()]
        found.sort(key=lambda one: (-one[0], one[1]))
        return [look for _, look in found[:MOST_FOUND]]


class Index:
    """The index in a folder. Any number of processes may read it; one at a time adds to it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._known = Known()
        self._seen = (-1, -1)

    def known(self) -> Known:
        """Return what is in it now, also by other processes; nothing where the files are missing, or of another
        layout."""
        try:
            there = (self.folder / MANIFEST).stat()
            seen = (there.st_ino, there.st_mtime_ns)
            if seen != self._seen:
                self._known, self._seen = self._read(), seen
        except (OSError, ValueError, KeyError):
            self._known, self._seen = Known(), (-1, -1)
        return self._known

    def _read(self) -> Known:
        said = json.loads((self.folder / MANIFEST).read_text())
        if (said["layout"], said["version"]) != (LAYOUT, VERSION):
            raise ValueError("another layout")
        open_already = {one.name: one for one in self._known.segments}
        segments = (open_already.get(name) or self._open(name) for name in said["segments"])
        return Known(tuple(segments), uuid.UUID(said["last"]))

    def add(self, looks: Sequence[tuple[uuid.UUID, bytes]]) -> bool:
        """Add looks, each an id and its `shown`, in the order of their ids; whether it was done: not while another
        process adds some, nor where it has done so."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._lock() as is_ours:
            before = self.known()
            if not is_ours or (before.last is not None and looks[0][0] <= before.last):
                return False
            segments = [*before.segments, self._write(*_of(looks))]
            while len(segments) > 1 and len(segments[-2].ids) < 2 * len(segments[-1].ids):
                segments[-2:] = [self._merge(*segments[-2:])]
            self._publish([one.name for one in segments], looks[-1][0])
            self._tidy()
        return True

    def clear(self) -> None:
        """Forget everything."""
        with suppress(FileNotFoundError):
            (self.folder / MANIFEST).unlink()

    @contextmanager
    def _lock(self) -> Iterator[bool]:
        descriptor = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield True
        except BlockingIOError:
            yield False
        finally:
            os.close(descriptor)

    def _open(self, name: str) -> Segment:
        entries = np.load(self.folder / f"{name}.entries.npy", mmap_mode="r")
        return Segment(name, entries, np.load(self.folder / f"{name}.ids.npy"))

    def _write(self, entries: Entries, ids: npt.NDArray[np.uint8]) -> Segment:
        name = uuid.uuid4().hex
        np.save(self.folder / f"{name}.entries.npy", entries)
        np.save(self.folder / f"{name}.ids.npy", ids)
        return self._open(name)

    def _merge(self, one: Segment, other: Segment) -> Segment:
        """Write two segments as one, a slice of the keys at a time: the memory for it does not grow with them."""
        name = uuid.uuid4().hex
        shape = (KEYS, one.entries.shape[1] + other.entries.shape[1])
        target = np.lib.format.open_memmap(self.folder / f"{name}.entries.npy", mode="w+", dtype=np.uint64, shape=shape)
        further = np.uint64(len(one.ids)) << PLACE_BITS
        for into, ours, theirs in zip(target, one.entries, other.entries, strict=True):
            begins = np.arange(0, SPACE + SLICE, SLICE, dtype=np.uint64) << BELOW_KEY
            cuts, others = np.searchsorted(ours, begins), np.searchsorted(theirs, begins)
            for number in range(len(begins) - 1):
                parts = ours[cuts[number] : cuts[number + 1]], theirs[others[number] : others[number + 1]] + further
                into[cuts[number] + others[number] : cuts[number + 1] + others[number + 1]] = np.sort(
                    np.concatenate(parts), kind="stable"
                )
        target.flush()
        np.save(self.folder / f"{name}.ids.npy", np.concatenate([one.ids, other.ids]))
        return self._open(name)

    def _publish(self, names: list[str], last: uuid.UUID) -> None:
        draft = self.folder / f"{MANIFEST}.new"
        draft.write_text(json.dumps({"layout": LAYOUT, "version": VERSION, "segments": names, "last": str(last)}))
        draft.replace(self.folder / MANIFEST)

    def _tidy(self) -> None:
        named = {one.name for one in self.known().segments}
        for file in self.folder.glob("*.npy"):
            if file.name.partition(".")[0] not in named:
                file.unlink(missing_ok=True)  # who has it mapped reads on


def _of(looks: Sequence[tuple[uuid.UUID, bytes]]) -> tuple[Entries, npt.NDArray[np.uint8]]:
    """The entries of looks, each with its number and place, in order; and their ids."""
    pieces = keys(b"".join(shown for _, shown in looks)).astype(np.uint64)
    many = [len(shown) // BYTES for _, shown in looks]
    cells = np.repeat(np.arange(len(looks), dtype=np.uint64) << PLACE_BITS, many)
    cells += np.arange(sum(many), dtype=np.uint64) % np.uint64(PLACES)
    ids = np.frombuffer(b"".join(look.bytes for look, _ in looks), dtype=np.uint8).reshape(-1, 16)
    return np.sort(pieces << BELOW_KEY | cells, axis=1), ids


def _meets(row: Entries, probes: Entries, tags: Entries, pictures: int) -> Entries:
    """What meets the probes in one row: (number * FORMS + form) << PLACE_BITS | place, once for each picture asked for.
    `tags` are the places of the probes' hashes: picture * FORMS + form."""
    low = np.searchsorted(row, probes)
    many = np.minimum(np.searchsorted(row, probes + (np.uint64(1) << BELOW_KEY)) - low, MOST_OF_A_KEY)
    ends = np.cumsum(many)
    each = np.repeat(low - (ends - many), many) + np.arange(ends[-1] if len(ends) else 0)
    cells = row[each] & CELL
    tag = np.repeat(tags, many)
    forms, seen = np.uint64(FORMS), np.uint64(max(pictures, 1))
    meets = ((cells >> PLACE_BITS) * forms + tag % forms) << PLACE_BITS | (cells & np.uint64(63))
    return np.asarray(np.unique(meets * seen + tag // forms) // seen, dtype=np.uint64)
