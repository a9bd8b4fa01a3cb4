"""A feed as a list of named stages on arrays, and the trace of what each of them did.

    sources -> filters -> scorers -> refiner -> selector

A source finds clips, a filter says which may stay, a scorer adds parts to their score, the refiner (if there is one)
further parts to that of the best, the selector orders a few of them. (The stages follow x-algorithm's candidate
pipeline.) A source that fails is skipped and counted; a score that is not a finite number puts its clip at the bottom
and is counted.

Stages index arrays by `a[clips]`, not by `take`: on a few hundred clips it keeps the interpreter, where `take` (as each
sort) lets go of it, and in a server with threads getting it back costs more than the work itself. A batch holds its
clips as whole words (np.intp): an index of any other size is copied at each use, which costs twice to eight times as
much.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from parvis.recommender.catalogue import Catalogue
from parvis.recommender.interface import Scores
from parvis.recommender.signals import Floats, Ints

log = logging.getLogger(__name__)

R = TypeVar("R")  # the request: what the stages of one pipeline understand
R_contra = TypeVar("R_contra", contravariant=True)
Flags = npt.NDArray[np.bool_]
BOTTOM = np.float32(-1e9)
BITS = np.left_shift(np.uint32(1), np.arange(32, dtype=np.uint32))


class Source(Protocol[R_contra]):
    """Finds clips. `find` may return a clip twice; anything it raises is its own failure, not the feed's."""

    name: str

    def find(self, request: R_contra) -> Ints: ...


class Filter(Protocol[R_contra]):
    """Says which clips may stay: a mask over the batch. `soft`: a wish that gives way before the feed ends."""

    name: str
    soft: bool

    def keep(self, request: R_contra, clips: Ints) -> Flags: ...


class Scorer(Protocol[R_contra]):
    """Adds parts to the score of each clip, shape [len(parts), len(clips)]."""

    parts: tuple[str, ...]

    def score(self, request: R_contra, clips: Ints) -> Scores: ...


class Refiner(Protocol[R_contra]):
    """Looks closer at the best few: given their parts so far, [scorers' parts, clips], returns further ones,
    [len(parts), clips], of which those that it was not asked about get none."""

    parts: tuple[str, ...]

    def most(self, request: R_contra) -> int: ...

    def refine(self, request: R_contra, clips: Ints, values: Floats) -> Floats: ...


@dataclass
class Batch:
    """The clips that are still in: index, from which sources (bit i: source i), and the sum of their parts."""

    clips: Ints
    sources: npt.NDArray[np.uint32]
    values: Floats
    total: Floats


class Selector(Protocol[R_contra]):
    """Orders a few clips of the batch: returns places in it, and per chosen clip how many ranks spreading moved it."""

    def choose(self, request: R_contra, batch: Batch) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.int16]]: ...


@dataclass(frozen=True)
class Trace:
    """What each stage did, and for every chosen clip why it is there.

    `stages` holds (kind, name, clips in, clips out) in the order they ran; `parts[p, i]` is what part `part_names[p]`
    gave to the chosen clip i; `moved[i]` how many ranks spreading moved it (positive: forward).
    """

    stages: list[tuple[str, str, int, int]]
    source_names: tuple[str, ...]
    part_names: tuple[str, ...]
    sources: npt.NDArray[np.uint32]
    parts: Floats
    moved: npt.NDArray[np.int16]
    failed: tuple[str, ...] = ()
    not_finite: int = 0


@dataclass(frozen=True)
class Slate:
    """The next few clips, as catalogue indices in order, and why."""

    clips: Ints
    trace: Trace


@dataclass
class Pipeline(Generic[R]):
    """Named stages, run in order.

    `rescue` are tried, one after another, only while fewer than `enough(request)` clips are left; the last of them
    is asked without the soft filters, so that a viewer who has seen everything still gets something.
    """

    name: str
    catalogue: Catalogue
    sources: Sequence[Source[R]]
    filters: Sequence[Filter[R]]
    scorers: Sequence[Scorer[R]]
    selector: Selector[R]
    enough: Callable[[R], int]
    rescue: Sequence[Source[R]] = ()
    refiner: Refiner[R] | None = None
    failures: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.source_names = tuple(source.name for source in (*self.sources, *self.rescue))
        refined = () if self.refiner is None else self.refiner.parts
        self.part_names = (*(part for scorer in self.scorers for part in scorer.parts), *refined)

    def look_twice(self, refiner: Refiner[R]) -> None:
        """Have a refiner from now on."""
        self.refiner = refiner
        self.__post_init__()

    def run(self, request: R) -> Slate:
        """Run all stages for one request."""
        stages: list[tuple[str, str, int, int]] = []
        failed: list[str] = []
        clips, bits = self._gather(request, stages, failed)
        scored = [scorer.score(request, clips).values for scorer in self.scorers]
        if self.refiner is None:
            values = np.concatenate(scored)
            total = values.sum(axis=0)
        else:
            values, total = self._refine(self.refiner, request, clips, scored)
        finite = np.isfinite(total)
        wrong = int(len(total) - np.count_nonzero(finite))
        if wrong:
            values = np.where(finite, values, 0.0).astype(np.float32)
            total = np.where(finite, total, BOTTOM)
            log.warning("%d clips were scored with something that is not a finite number", wrong)
        chosen, moved = self.selector.choose(request, Batch(clips, bits, values, total))
        stages.append(("selector", type(self.selector).__name__, len(clips), len(chosen)))
        trace = Trace(
            stages, self.source_names, self.part_names, bits[chosen], values[:, chosen], moved, tuple(failed), wrong
        )
        return Slate(clips[chosen], trace)

    def _refine(self, refiner: Refiner[R], request: R, clips: Ints, scored: list[Floats]) -> tuple[Floats, Floats]:
        """Return all parts, with those of the refiner, and their sums. What it says counts as a whole or not at all: it
        weighs clips against each other, so one number that is none would spoil the others too."""
        most, more = refiner.most(request), len(refiner.parts)
        values = np.concatenate([*scored, np.zeros((more, len(clips)), np.float32)])
        first, further = values[:-more], values[-more:]
        total = first.sum(axis=0)
        if not len(clips):
            return values, total
        top = np.argpartition(-total, most)[:most] if len(total) > most else np.arange(len(total))
        refined = refiner.refine(request, clips[top], first[:, top])
        added = refined.sum(axis=0)
        if isfinite(float(added.sum())):
            further[:, top] = refined
            total[top] += added
        else:
            log.warning("the second look at %d clips gave something that is not a finite number", len(top))
        return values, total

    def _gather(self, request: R, stages: list[Any], failed: list[str]) -> tuple[Ints, npt.NDArray[np.uint32]]:
        found = [self._find(source, request, stages, failed) for source in self.sources]
        clips, bits = self._union(found, 0)
        clips, bits = self._filter(request, clips, bits, self.filters, stages)
        for place, source in enumerate(self.rescue):
            if len(clips) >= self.enough(request):
                break
            last = place == len(self.rescue) - 1
            filters = [stage for stage in self.filters if not (last and stage.soft)]
            more, more_bits = self._union([self._find(source, request, stages, failed)], len(self.sources) + place)
            new = ~np.isin(more, clips)
            more, more_bits = self._filter(request, more[new], more_bits[new], filters, stages)
            clips, bits = np.concatenate([clips, more]), np.concatenate([bits, more_bits])
        return clips, bits

    def _find(self, source: Source[R], request: R, stages: list[Any], failed: list[str]) -> Ints:
        try:
            clips = source.find(request)
        except Exception:
            log.exception("source %s of %s failed", source.name, self.name)
            self.failures[source.name] = self.failures.get(source.name, 0) + 1
            failed.append(source.name)
            clips = np.empty(0, np.int32)
        stages.append(("source", source.name, 0, len(clips)))
        return clips

    def _union(self, found: Sequence[Ints], first_bit: int) -> tuple[Ints, npt.NDArray[np.uint32]]:
        """Return every clip once, by index, with a bit for each source that found it."""
        keys = np.concatenate(found).astype(np.int64) << 5
        keys += np.repeat(np.arange(first_bit, first_bit + len(found)), [len(clips) for clips in found])
        keys.sort()
        clips = keys >> 5
        first = np.empty(len(clips), np.bool_)
        first[:1] = True
        np.not_equal(clips[1:], clips[:-1], out=first[1:])
        starts = np.flatnonzero(first)
        bits = BITS[keys & 31]
        return clips[starts], np.bitwise_or.reduceat(bits, starts) if len(starts) else bits

    def _filter(
        self, request: R, clips: Ints, bits: npt.NDArray[np.uint32], filters: Sequence[Filter[R]], stages: list[Any]
    ) -> tuple[Ints, npt.NDArray[np.uint32]]:
        """Let every filter see the whole batch, so that the trace tells how many each one alone would remove."""
        kept = np.ones(len(clips), np.bool_)
        for stage in filters:
            mask = stage.keep(request, clips)
            stages.append(("filter", stage.name, len(clips), int(np.count_nonzero(mask))))
            kept &= mask
        return clips[kept], bits[kept]
