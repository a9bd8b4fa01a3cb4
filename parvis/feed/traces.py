"""Traces as they are kept: a few hundred bytes a slate, and a recipe that says what the numbers mean."""

import json
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from parvis.recommender.pipeline import Pipeline, Trace

HEAD = struct.Struct("<BBBBB")  # version, clips, parts, stages, failed sources
VERSION = 1


@dataclass(frozen=True)
class Recipe:
    """What the numbers of a trace mean: it does not change while a process runs. `id` is a hash of all the rest."""

    id: int
    feed: str
    sources: tuple[str, ...]
    parts: tuple[str, ...]
    stages: tuple[tuple[str, str], ...]
    body: str
    number: dict[tuple[str, str], int] = field(init=False, compare=False)
    text: str = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", str(self.id))
        object.__setattr__(self, "number", {stage: place for place, stage in enumerate(self.stages)})

    @classmethod
    def of(cls, pipeline: Pipeline[Any], numbers: dict[str, Any], **more: Any) -> "Recipe":
        """Return the recipe of a pipeline with the numbers of its model; `more` is kept in its body."""
        sources = [("source", name) for name in pipeline.source_names]
        filters = [("filter", stage.name) for stage in pipeline.filters]
        stages = (*sources, *filters, ("selector", type(pipeline.selector).__name__))
        described = {"feed": pipeline.name, "sources": pipeline.source_names, "parts": pipeline.part_names,
                     "stages": stages, "numbers": numbers, **more}  # fmt: skip
        body = json.dumps(described, sort_keys=True)
        return cls(zlib.crc32(body.encode()), pipeline.name, pipeline.source_names, pipeline.part_names, stages, body)


@dataclass(frozen=True)
class Sheet:
    """The trace of a ranked list, ready to be kept for any few of its clips."""

    sources: npt.NDArray[np.uint32]
    moved: npt.NDArray[np.int16]
    parts: npt.NDArray[np.float16]
    stages: bytes
    ran: int
    failed: int

    @classmethod
    def of(cls, trace: Trace, recipe: Recipe) -> "Sheet":
        """Return the trace of a list with its numbers as they are kept."""
        number = recipe.number
        flat: list[int] = []
        for kind, name, came, left in trace.stages:
            flat += (number.get((kind, name), 255), min(came, 65_535), min(left, 65_535))
        parts = trace.parts.clip(-60_000, 60_000).astype(np.float16)
        stages = struct.pack(f"<{len(flat)}H", *flat)
        return cls(trace.sources, trace.moved, parts, stages, len(trace.stages), len(trace.failed))

    def pack(self, places: Sequence[int]) -> bytes:
        """Return the trace of the clips at these places (ascending) as bytes: head; per clip its sources and how far
        spreading moved it; parts of the score as half-precision numbers, part by part; then (stage, clips in, clips
        out) for every stage that ran for the list."""
        head = HEAD.pack(VERSION, len(places), len(self.parts), self.ran, self.failed)
        is_run = bool(places) and places[-1] - places[0] == len(places) - 1
        at = slice(places[0], places[-1] + 1) if is_run else np.array(places, np.intp)
        parts = self.parts[:, at].tobytes()
        return b"".join((head, self.sources[at].tobytes(), self.moved[at].tobytes(), parts, self.stages))


@dataclass(frozen=True)
class Reading:
    """A trace read back. Of the clip at one place: who found it, what each part gave, how far it was moved.

    `stages` are (kind, name, clips in, clips out) of the whole slate.
    """

    sources: list[str]
    parts: dict[str, float]
    moved: int
    stages: list[tuple[str, str, int, int]]
    failed: int


def read(trace: bytes, recipe: dict[str, Any], place: int) -> Reading:
    """Return what a kept trace says about the clip at `place`. ValueError if the bytes are not a trace."""
    if len(trace) < HEAD.size:
        raise ValueError("a trace has a head")
    version, clips, parts, stages, failed = HEAD.unpack_from(trace)
    if version != VERSION or not 0 <= place < clips or len(trace) != HEAD.size + clips * (6 + 2 * parts) + 6 * stages:
        raise ValueError("not a trace of this version")
    at = HEAD.size
    sources = int(np.frombuffer(trace, "<u4", clips, at)[place])
    moved = int(np.frombuffer(trace, "<i2", clips, at + 4 * clips)[place])
    values = np.frombuffer(trace, "<f2", clips * parts, at + 6 * clips).reshape(parts, clips)[:, place]
    ran = np.frombuffer(trace, "<u2", 3 * stages, at + clips * (6 + 2 * parts)).reshape(stages, 3)
    names = recipe["stages"]
    return Reading(
        [name for bit, name in enumerate(recipe["sources"]) if sources >> bit & 1],
        {name: float(value) for name, value in zip(recipe["parts"], values, strict=True)},
        moved,
        [(*names[stage], int(came), int(left)) for stage, came, left in ran.tolist() if stage < len(names)],
        failed,
    )
