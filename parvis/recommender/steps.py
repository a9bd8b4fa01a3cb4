"""What changes a catalogue and a learner, as bytes and back: the payload of a journal's record."""

import json
import math
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np

from parvis.recommender.catalogue import Clip
from parvis.recommender.disk import Damaged
from parvis.recommender.interface import Events
from parvis.recommender.signals import CODES, KINDS, Ints

# The code of a kind on disk. Only ever add at the end: a journal may have been written by the version before.
STORED = ("watch", "skip", "like", "unlike", "share", "follow", "comment", "not-interested")
TO_DISK = np.array([*[STORED.index(kind) for kind in KINDS], *[255] * (256 - len(KINDS))], np.uint8)
FROM_DISK = np.array([*[CODES.get(kind, 255) for kind in STORED], *[255] * (256 - len(STORED))], np.uint8)
COLUMNS = (("viewer", "<u8"), ("clip", "<i4"), ("kind", "<u1"), ("watched_ms", "<f4"), ("loops", "<f4"), ("at", "<f8"))
WIDTH = sum(np.dtype(dtype).itemsize for _, dtype in COLUMNS)
STEP = struct.Struct("<BI")
BATCH = struct.Struct("<dI")
LONGEST_MS = 2**31 - 1


@dataclass(frozen=True)
class Learned:
    """Events that the learner learned from in one call; `now` in seconds since 1970."""

    events: Events
    now: float


@dataclass(frozen=True)
class Added:
    """Clips that were added or brought up to date in one call."""

    clips: tuple[Clip, ...]


@dataclass(frozen=True)
class Hidden:
    """Clips that are shown to nobody."""

    ids: tuple[UUID, ...]


@dataclass(frozen=True)
class Shown:
    """Showings, one per entry: clip indices, shape [n]."""

    clips: Ints


@dataclass(frozen=True)
class TakenBack:
    """An act (a code of `signals.KINDS`) on a clip (index) that counts no more."""

    clip: int
    kind: int


Step = Learned | Added | Hidden | Shown | TakenBack


def encode(steps: Iterable[Step], position: bytes = b"") -> bytes:
    """Return steps as one record. `position` says up to where the caller has read what they were made of.

    ValueError for a time that is not finite or columns of different lengths.
    """
    parts = [struct.pack("<I", len(position)), position]
    for step in steps:
        code, body = _encoded(step)
        parts += [STEP.pack(code, len(body)), body]
    return b"".join(parts)


def decode(record: bytes | memoryview) -> tuple[list[Step], bytes]:
    """Return the steps of a record and its position. Damaged if it is none: written by another version."""
    try:
        (length,) = struct.unpack_from("<I", record)
        at = 4 + length
        position, steps = bytes(record[4:at]), []
        while at < len(record):
            code, length = STEP.unpack_from(record, at)
            at += STEP.size
            steps.append(_decoded(code, record[at : at + length]))
            at += length
        return steps, position
    except (struct.error, ValueError, TypeError, KeyError, IndexError) as error:
        raise Damaged("a record cannot be understood") from error


def _encoded(step: Step) -> tuple[int, bytes]:
    if isinstance(step, Learned):
        return 1, _events_to(step)
    if isinstance(step, Added):
        return 2, json.dumps([_clip_to(clip) for clip in step.clips if clip.id.int]).encode()
    if isinstance(step, Hidden):
        return 3, b"".join(one.bytes for one in step.ids)
    if isinstance(step, Shown):
        return 4, np.asarray(step.clips, "<i4").tobytes()
    return 5, struct.pack("<iB", step.clip, int(TO_DISK[step.kind]))


def _decoded(code: int, body: bytes | memoryview) -> Step:
    if code == 1:
        return _events_from(body)
    if code == 2:
        return Added(tuple(_clip_from(row) for row in json.loads(bytes(body))))
    if code == 3:
        return Hidden(tuple(UUID(bytes=bytes(body[at : at + 16])) for at in range(0, len(body), 16)))
    if code == 4:
        return Shown(np.frombuffer(body, "<i4"))
    if code == 5:
        clip, kind = struct.unpack("<iB", body)
        return TakenBack(clip, int(FROM_DISK[kind]))
    raise ValueError(f"no step has the code {code}")


def _events_to(step: Learned) -> bytes:
    events, n = step.events, len(step.events)
    if not math.isfinite(step.now):
        raise ValueError("the time of learning is not finite")
    columns = [np.asarray(getattr(events, name), dtype) for name, dtype in COLUMNS]
    if any(column.shape != (n,) for column in columns):
        raise ValueError("the columns of the events differ in length")
    columns[2] = TO_DISK[columns[2]]
    return BATCH.pack(step.now, n) + b"".join([column.tobytes() for column in columns])


def _events_from(body: bytes | memoryview) -> Learned:
    now, n = BATCH.unpack_from(body)
    if len(body) != BATCH.size + n * WIDTH:
        raise ValueError("the batch is not as long as it says")
    columns, at = {}, BATCH.size
    for name, dtype in COLUMNS:
        columns[name] = np.frombuffer(body, dtype, n, at)
        at += n * columns[name].itemsize
    columns["kind"] = FROM_DISK[columns["kind"]]
    return Learned(Events(**columns), now)


def _clip_to(clip: Clip) -> Sequence[object]:
    """Return a clip as JSON, brought to what the catalogue can hold: a wild one must not stop a replay."""
    created = float(clip.created) if math.isfinite(clip.created) else 0.0
    return (
        clip.id.hex, clip.creator.hex, _text(clip.market), _text(clip.language), [_text(tag) for tag in clip.tags],
        clip.sound.hex if clip.sound else "", min(max(int(clip.duration_ms), 1), LONGEST_MS), created,
        bool(clip.everyone), min(max(int(clip.minimum_age), 0), 255),
    )  # fmt: skip


def _clip_from(row: list[Any]) -> Clip:
    clip, creator, market, language, tags, sound, *rest = row
    return Clip(UUID(clip), UUID(creator), market, language, tuple(tags), UUID(sound) if sound else None, *rest)


def _text(value: str) -> str:
    return value.encode("utf-8", "replace").decode()  # half a surrogate pair has no bytes
