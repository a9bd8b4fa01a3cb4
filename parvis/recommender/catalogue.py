"""The clips as arrays: what is the same for all viewers. Grows at once, a thousand clips or one."""

import threading
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
import numpy.typing as npt

from parvis.recommender.signals import LENGTHS, Ints, length_class

TAGS = 5  # tags of a clip that count; further ones are not looked at
BUCKETS = 4096
# Features are hashed (Weinberger et al. 2009) into ranges of their own, so that a tag never collides with a creator.
RANGES = {"creator": (1, 2048), "tag": (2048, 3328), "sound": (3328, 3840), "language": (3840, 3960),
          "market": (3960, 4080), "length": (4080, 4096)}  # fmt: skip
COLUMNS = ("creator", "sound", "language", "market", "length", *["tag"] * TAGS)

NO_TAGS = ("",) * TAGS
POSTED = [column for column, kind in enumerate(COLUMNS) if kind in {"creator", "sound", "tag"}]


Value = str | UUID  # "" stands for none


def bucket(kind: str, value: Value) -> int:
    """Return the feature bucket of a value; the same in every process and on every machine. 0 for an empty value."""
    low, high = RANGES[kind]
    raw = value.bytes if isinstance(value, UUID) else value.encode()
    return low + zlib.crc32(raw) % (high - low) if raw else 0


@dataclass(frozen=True, slots=True)
class Clip:
    """One clip to add. `created` in seconds since 1970; `tags` casefolded; `everyone` false: for followers only."""

    id: UUID
    creator: UUID
    market: str = ""
    language: str = ""
    tags: tuple[str, ...] = ()
    sound: UUID | None = None
    duration_ms: int = 10_000
    created: float = 0.0
    everyone: bool = True
    minimum_age: int = 0


class Names:
    """A two-way table of values and small numbers, with the feature bucket of each. Number 0 is the empty value."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.number: dict[Value, int] = {"": 0}
        self.value: list[Value] = [""]
        self.bucket: Ints = np.zeros(64, np.int32)

    def intern(self, value: Value) -> int:
        """Return the number of a value, giving it the next one if it is new."""
        number = self.number.get(value)
        if number is None:
            number = len(self.value)
            if number >= len(self.bucket):
                self.bucket = np.concatenate([self.bucket, np.zeros_like(self.bucket)])
            self.bucket[number] = bucket(self.kind, value)
            self.value.append(value)
            self.number[value] = number
        return number

    def intern_all(self, values: Sequence[Value]) -> Ints:
        """Return the numbers of many values, most of them known or repeated."""
        known: dict[Value, int] = {value: self.intern(value) for value in set(values)}
        return np.array([known[value] for value in values], np.int32)

    def intern_ids(self, values: Sequence[UUID | None]) -> Ints:
        """The same for ids; None is the empty value. By their integers, which hash ten times as fast."""
        keys = [0 if value is None else value.int for value in values]
        known = {key: self.intern(UUID(int=key) if key else "") for key in set(keys)}
        return np.array([known[key] for key in keys], np.int32)


class Posting:
    """A growing list of clips, oldest first. Readers may hold `view()` while it grows: old arrays are never resized."""

    __slots__ = ("_data", "_size")

    def __init__(self) -> None:
        self._data: Ints = np.empty(4, np.int32)
        self._size = 0

    def extend(self, clips: Ints) -> None:
        """Append clips."""
        size = self._size + len(clips)
        if size > len(self._data):
            grown = np.empty(max(size, 2 * len(self._data)), np.int32)
            grown[: self._size] = self._data[: self._size]
            self._data = grown
        self._data[self._size : size] = clips
        self._size = size

    def view(self, last: int = 0) -> Ints:
        """Return all clips, or the `last` ones. Not to be written to."""
        size = self._size
        return self._data[max(0, size - last) if last else 0 : size]


# name -> (type, shape of one row)
ARRAYS: dict[str, tuple[type, tuple[int, ...]]] = {
    "creator": (np.int32, ()), "market": (np.int16, ()), "language": (np.int16, ()), "sound": (np.int32, ()),
    "tags": (np.int32, (TAGS,)), "features": (np.int32, (len(COLUMNS),)), "duration_ms": (np.int32, ()),
    "length": (np.int8, ()), "created": (np.float64, ()), "shown": (np.bool_, ()), "everyone": (np.bool_, ()),
    "minimum_age": (np.uint8, ()), "raw": (np.uint8, (16,)),
}  # fmt: skip


class Catalogue:
    """Arrays by clip index, names of what they refer to, and postings by feature bucket.

    One thread adds or changes at a time (a lock sees to it); any number read without a lock: an array is replaced by
    a longer one, never shortened, and a clip is in a posting only once its row is written.
    """

    creator: Ints
    market: npt.NDArray[np.int16]
    language: npt.NDArray[np.int16]
    sound: Ints
    tags: Ints
    features: Ints
    duration_ms: Ints
    length: npt.NDArray[np.int8]
    created: npt.NDArray[np.float64]
    shown: npt.NDArray[np.bool_]
    everyone: npt.NDArray[np.bool_]
    minimum_age: npt.NDArray[np.uint8]
    raw: npt.NDArray[np.uint8]  # the id

    def __init__(self, room: int = 1024) -> None:
        self.size = 0
        self.changes = 0  # rises with every addition, change and removal
        self.ids: list[UUID] = []
        self.index: dict[UUID, int] = {}
        self.by_bytes: dict[bytes, int] = {}  # the same: 16 bytes hash ten times as fast as a UUID
        self.creators, self.markets, self.languages = Names("creator"), Names("market"), Names("language")
        self.sounds, self.tag_names = Names("sound"), Names("tag")
        self.postings = [Posting() for _ in range(BUCKETS)]
        self._lock = threading.Lock()
        self._scratch = threading.local()
        for name, (dtype, shape) in ARRAYS.items():
            setattr(self, name, np.zeros((room, *shape), dtype))

    def __len__(self) -> int:
        return self.size

    def add(self, clips: Sequence[Clip]) -> Ints:
        """Add clips, or bring those already known up to date; return their indices."""
        with self._lock:
            known = [self.index.get(clip.id, -1) for clip in clips]
            for position, index in enumerate(known):
                if index >= 0:
                    self._rewrite(index, clips[position])
            news = list({clip.id: clip for clip, index in zip(clips, known, strict=True) if index < 0}.values())
            first = self.size
            if news:
                self._append(news)
            self.changes += 1
            if len(news) == len(clips):
                return np.arange(first, self.size, dtype=np.int32)
            return np.array([self.index[clip.id] for clip in clips], np.int32)

    def indices(self, raw: bytes) -> Ints:
        """Return the indices of ids that stand as 16 bytes each in a row; unknown ones are left out."""
        get = self.by_bytes.get
        found = [get(raw[at : at + 16], -1) for at in range(0, len(raw), 16)]
        return np.array([index for index in found if index >= 0], np.int32)

    def hide(self, ids: Sequence[UUID]) -> None:
        """Show these clips to nobody. Unknown ids are ignored."""
        with self._lock:
            for index in (self.index[clip] for clip in ids if clip in self.index):
                self.shown[index] = False
            self.changes += 1

    def creator_number(self, creator: UUID) -> int:
        """Return the number of a creator, also of one who has no clip yet."""
        with self._lock:
            return self.creators.intern(creator)

    def members(self, kind: str, value: Value, last: int = 0) -> Ints:
        """Return the clips of a bucket, oldest first; a few strangers that share the bucket may be among them."""
        return self.postings[bucket(kind, value)].view(last)

    def of_creator(self, creator: UUID, last: int = 0) -> Ints:
        """Return exactly the clips of one creator that are shown to somebody, oldest first."""
        clips = self.members("creator", creator)
        return self._exactly(clips, self.creator[clips] == self.creators.number.get(creator, -1), last)

    def of_tag(self, tag: str, last: int = 0) -> Ints:
        """Return exactly the clips with a tag that are shown to somebody, oldest first."""
        clips = self.members("tag", tag)
        number = self.tag_names.number.get(tag, -1)
        return self._exactly(clips, (self.tags[clips] == number).any(axis=1), last)

    def scratch(self) -> "Scratch":
        """Return this thread's work space, with room for every clip and every creator."""
        mine: Scratch | None = getattr(self._scratch, "space", None)
        needed = max(self.size, len(self.creators.value))
        if mine is None or len(mine.mark) < needed:
            mine = self._scratch.space = Scratch(max(2 * needed, 1024))
        return mine

    def _exactly(self, clips: Ints, mask: npt.NDArray[np.bool_], last: int) -> Ints:
        kept: Ints = clips[mask & self.shown[clips]]
        return kept[-last:] if last else kept

    def _append(self, clips: Sequence[Clip]) -> None:
        first, size = self.size, self.size + len(clips)
        if size > len(self.shown):
            for name in ARRAYS:
                old = getattr(self, name)
                grown = np.zeros((max(size, 2 * len(old)), *old.shape[1:]), old.dtype)
                grown[:first] = old[:first]
                setattr(self, name, grown)
        self._write(first, size, clips)
        ids = [clip.id for clip in clips]
        raw = [one.bytes for one in ids]
        self.raw[first:size] = np.frombuffer(b"".join(raw), np.uint8).reshape(-1, 16)
        self.ids += ids
        self.index.update(zip(ids, range(first, size), strict=True))
        self.by_bytes.update(zip(raw, range(first, size), strict=True))
        self.size = size
        self._post(first, size)

    def _rewrite(self, index: int, clip: Clip) -> None:
        """Bring a row up to date. Its old postings keep it: exact readers check, and scorers look at the row."""
        before = set(self.features[index].tolist())
        self._write(index, index + 1, [clip])
        for new in set(self.features[index, POSTED].tolist()) - before - {0}:
            if index not in self.postings[new].view():
                self.postings[new].extend(np.array([index], np.int32))

    def _write(self, low: int, high: int, clips: Sequence[Clip]) -> None:
        tags = [tag for clip in clips for tag in (*clip.tags, *NO_TAGS)[:TAGS]]
        self.tags[low:high] = self.tag_names.intern_all(tags).reshape(-1, TAGS)
        self.creator[low:high] = self.creators.intern_ids([clip.creator for clip in clips])
        self.sound[low:high] = self.sounds.intern_ids([clip.sound for clip in clips])
        self.language[low:high] = self.languages.intern_all([clip.language for clip in clips])
        self.market[low:high] = self.markets.intern_all([clip.market for clip in clips])
        for column, names, numbers in (
            (0, self.creators, self.creator),
            (1, self.sounds, self.sound),
            (2, self.languages, self.language),
            (3, self.markets, self.market),
            (slice(-TAGS, None), self.tag_names, self.tags),
        ):
            self.features[low:high, column] = names.bucket[numbers[low:high]]
        self.duration_ms[low:high] = [max(clip.duration_ms, 1) for clip in clips]
        self.length[low:high] = length_class(self.duration_ms[low:high])
        self.created[low:high] = [clip.created for clip in clips]
        self.everyone[low:high] = [clip.everyone for clip in clips]
        self.minimum_age[low:high] = [clip.minimum_age for clip in clips]
        self.features[low:high, COLUMNS.index("length")] = RANGES["length"][0] + self.length[low:high].astype(np.int32)
        self.shown[low:high] = True

    def _post(self, low: int, high: int) -> None:
        """Put rows low..high into the postings of their creator, sound and tags, in order."""
        buckets = self.features[low:high, POSTED]
        clips = np.repeat(np.arange(low, high, dtype=np.int32), len(POSTED))
        flat = buckets.ravel()
        order = np.argsort(flat, kind="stable")
        flat, clips = flat[order], clips[order]
        # Two tags of one clip may share a bucket: the clip is posted there once.
        kept = flat > 0
        kept[1:] &= (flat[1:] != flat[:-1]) | (clips[1:] != clips[:-1])
        flat, clips = flat[kept], clips[kept]
        starts = np.flatnonzero(np.diff(flat, prepend=-1)).tolist()
        for number, start, stop in zip(flat[starts].tolist(), starts, [*starts[1:], len(flat)], strict=True):
            self.postings[number].extend(clips[start:stop])


class Scratch:
    """One thread's work space by clip or creator. Whoever writes into `weight` puts the zeros back; `mark` belongs to
    `rules.seen_marks`."""

    def __init__(self, size: int) -> None:
        self.mark = np.zeros(size, np.bool_)
        self.marked: Ints = np.empty(0, np.int32)
        self.marked_of: tuple[object, object, int] | None = None
        self.weight = np.zeros(size, np.float32)


__all__ = ["BUCKETS", "COLUMNS", "LENGTHS", "TAGS", "Catalogue", "Clip", "Names", "Posting", "Scratch", "bucket"]
