"""A catalogue as named arrays and back, and the erasure of clips from it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt

from parvis.recommender.catalogue import ARRAYS, BUCKETS, Catalogue, Names, Posting, Value
from parvis.recommender.signals import Ints

Array = npt.NDArray[Any]
TABLES = ("creators", "markets", "languages", "sounds", "tag_names")
OF_IDS = frozenset({"creators", "sounds"})
NUMBERED = {"creator": "creators", "market": "markets", "language": "languages", "sound": "sounds", "tags": "tag_names"}
NOBODY = UUID(int=0)  # stands where an erased clip was: its index stays taken


def snapshot(catalogue: Catalogue) -> dict[str, Array]:
    """Return everything that a catalogue holds as named arrays (copies).

    Each of `ARRAYS` cut to [clips, ...] (of an erased clip they are zeros, its id too); per table of names its values
    (ids as bytes, texts as JSON) and buckets; the postings one after another with where each begins.
    """
    with catalogue._lock:
        size = catalogue.size
        arrays: dict[str, Array] = {name: getattr(catalogue, name)[:size].copy() for name in ARRAYS}
        for table in TABLES:
            names: Names = getattr(catalogue, table)
            arrays[table] = _values_to(table, names.value)
            arrays[f"{table}.bucket"] = names.bucket[: len(names.value)].copy()
        views = [posting.view() for posting in catalogue.postings]
        arrays["postings"] = np.concatenate(views)
        arrays["postings.start"] = np.cumsum([0, *[len(view) for view in views]], dtype=np.int64)
        return arrays


def restore(catalogue: Catalogue, arrays: Mapping[str, Array]) -> None:
    """Take up a snapshot into a catalogue without clips, before anybody reads it. It copies what it takes.

    ValueError if the catalogue has clips or the arrays are not a catalogue's; then nothing has changed.
    """
    if catalogue.size:
        raise ValueError("only an empty catalogue takes up a snapshot")
    _check(arrays)
    tables = {table: _names(table, arrays) for table in TABLES}
    size = len(arrays["raw"])
    raw = arrays["raw"].tobytes()
    keys = [raw[at : at + 16] for at in range(0, 16 * size, 16)]
    ids = [UUID(int=number) for number in map(int.from_bytes, keys)]
    indices = range(size)
    numbers = list(indices)  # one object per number for both tables
    start = arrays["postings.start"].tolist()
    with catalogue._lock:
        for name in ARRAYS:
            setattr(catalogue, name, np.array(arrays[name]))
        for table, names in tables.items():
            setattr(catalogue, table, names)
        for posting, low, high in zip(catalogue.postings, start, start[1:], strict=False):
            _fill(posting, arrays["postings"][low:high])
        catalogue.ids = ids
        catalogue.index = dict(zip(ids, numbers, strict=True))
        catalogue.by_bytes = dict(zip(keys, numbers, strict=True))
        catalogue.index.pop(NOBODY, None)
        catalogue.by_bytes.pop(NOBODY.bytes, None)
        catalogue.size = size
        catalogue.changes += 1


def clear(catalogue: Catalogue) -> None:
    """Make a catalogue empty again, before anybody reads it: after a snapshot that proved to be of no use."""
    fresh = Catalogue()
    with catalogue._lock:
        for name in (*ARRAYS, *TABLES, "ids", "index", "by_bytes", "postings", "size"):
            setattr(catalogue, name, getattr(fresh, name))
        catalogue.changes += 1


def erase(catalogue: Catalogue, clips: Sequence[UUID], creators: Sequence[UUID] = ()) -> Ints:
    """Erase clips, and creators with all their clips; return the indices that were theirs.

    Neither the ids nor the rows are left, nor tags and sounds that no other clip has. An index stays taken, as
    a clip that is shown to nobody, because others hold indices. Unknown ids are ignored.
    """
    with catalogue._lock:
        gone = {catalogue.index[clip] for clip in clips if clip in catalogue.index}
        size = catalogue.size
        for creator in creators:
            number = catalogue.creators.number.get(creator, -1)
            if number > 0:
                gone |= set(np.flatnonzero(catalogue.creator[:size] == number).tolist())
                _blank(catalogue.creators, [number])
        indices = np.array(sorted(gone), np.int32)
        used = {table: np.unique(getattr(catalogue, name)[indices]) for name, table in NUMBERED.items()}
        for index in indices.tolist():
            clip = catalogue.ids[index]
            catalogue.ids[index] = NOBODY
            del catalogue.index[clip], catalogue.by_bytes[clip.bytes]
        for name in ARRAYS:
            getattr(catalogue, name)[indices] = 0
        catalogue.duration_ms[indices] = 1
        for index in indices.tolist():  # clips stand in order of time, and are searched by it: a gap keeps the order
            catalogue.created[index] = catalogue.created[index - 1] if index else 0.0
        for column, table in (("sound", "sounds"), ("tags", "tag_names")):
            left = np.setdiff1d(used[table], getattr(catalogue, column)[:size])
            _blank(getattr(catalogue, table), left.tolist())
        catalogue.changes += 1
    return indices


def _blank(names: Names, numbers: Sequence[int]) -> None:
    """Forget values. Their numbers stay taken and mean nothing."""
    for number in numbers:
        if number > 0 and names.value[number] != "":
            del names.number[names.value[number]]
            names.value[number] = ""
            names.bucket[number] = 0


def _values_to(table: str, values: Sequence[Value]) -> Array:
    if table in OF_IDS:
        raw = b"".join(value.bytes if isinstance(value, UUID) else NOBODY.bytes for value in values)
        return np.frombuffer(raw, np.uint8).reshape(-1, 16)
    return np.frombuffer(json.dumps(values).encode(), np.uint8)


def _names(table: str, arrays: Mapping[str, Array]) -> Names:
    """Return a table of names. ValueError if it is none."""
    values = _values(arrays[table].tobytes(), of_ids=table in OF_IDS)
    bucket = arrays[f"{table}.bucket"]
    if not values or values[0] != "" or len(bucket) != len(values):
        raise ValueError(f"{table} is no table of names")
    names = Names({"tag_names": "tag"}.get(table, table[:-1]))
    names.value = values
    names.number = {value: number for number, value in enumerate(values) if value != "" or number == 0}
    names.bucket = np.array(bucket)
    return names


def _values(raw: bytes, *, of_ids: bool) -> list[Value]:
    if not of_ids:
        return [str(value) for value in json.loads(raw)]
    numbers = map(int.from_bytes, [raw[at : at + 16] for at in range(0, len(raw), 16)])
    return [UUID(int=number) if number else "" for number in numbers]


def _fill(posting: Posting, clips: Array) -> None:
    if len(clips):
        posting._data, posting._size = np.array(clips), len(clips)


def _check(arrays: Mapping[str, Array]) -> None:
    """ValueError unless the arrays are those of a catalogue."""
    _check_types(arrays)
    _check_postings(arrays)
    for name, table in NUMBERED.items():
        numbers, names = arrays[name], len(arrays[f"{table}.bucket"])
        if len(numbers) and not 0 <= numbers.min() <= numbers.max() < names:
            raise ValueError(f"{name} has numbers without a name")


def _check_types(arrays: Mapping[str, Array]) -> None:
    wanted: dict[str, tuple[Any, tuple[int, ...]]] = dict(ARRAYS)
    wanted |= {"postings": (np.int32, ()), "postings.start": (np.int64, ())}
    for table in TABLES:
        wanted |= {table: (np.uint8, (16,) if table in OF_IDS else ()), f"{table}.bucket": (np.int32, ())}
    if set(arrays) != set(wanted):
        raise ValueError("these are not the arrays of a catalogue")
    for name, (dtype, shape) in wanted.items():
        if arrays[name].dtype != dtype or arrays[name].ndim != 1 + len(shape) or arrays[name].shape[1:] != shape:
            raise ValueError(f"{name} is not as a catalogue has it")


def _check_postings(arrays: Mapping[str, Array]) -> None:
    start, size = arrays["postings.start"], len(arrays["raw"])
    rows = {len(arrays[name]) for name in ARRAYS} == {size}
    ends = len(start) == BUCKETS + 1 and start[0] == 0 and start[-1] == len(arrays["postings"])
    if not rows or not ends or (np.diff(start) < 0).any():
        raise ValueError("the arrays of the catalogue do not fit together")
    posted = arrays["postings"]
    if len(posted) and not 0 <= posted.min() <= posted.max() < size:
        raise ValueError("a posting names a clip that is not there")
