"""The narrow interface between a feed and whatever learns: a stronger learner takes the place of a simple one here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Protocol, Self, TypeVar

import numpy as np
import numpy.typing as npt

from parvis.recommender.signals import KINDS, Floats, Ints

FUTURE_S = 300.0  # a clock may be this much ahead; what claims to be later is taken as having happened now
LONGEST_WATCH_MS = 3_600_000.0


@dataclass(frozen=True)
class Events:
    """A batch of what viewers did, one array per field, all of shape [n]. The caller passes each event once.

    `viewer` is a 64-bit key of the viewer's pseudonym, `clip` an index into the catalogue, `kind` an index into
    `signals.KINDS`, `at` seconds since 1970.
    """

    viewer: npt.NDArray[np.uint64]
    clip: Ints
    kind: npt.NDArray[np.uint8]
    watched_ms: Floats
    loops: Floats
    at: npt.NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.clip)

    def take(self, which: npt.NDArray[np.intp] | npt.NDArray[np.bool_]) -> Self:
        """Return the events at `which` (indices or a mask)."""
        return type(self)(*(getattr(self, field.name)[which] for field in fields(self)))

    def clean(self, clips: int, now: float) -> Self:
        """Return what can be learned from, in order of time (ties keep their order).

        Dropped: unknown clips (index outside 0..clips-1), unknown kinds, values that are not finite. Bounded: watch
        time to 0..1 h, loops to 0..1000, and times in the future to `now`.
        """
        known = (self.clip >= 0) & (self.clip < clips) & (self.kind < len(KINDS))
        finite = np.isfinite(self.watched_ms) & np.isfinite(self.loops) & np.isfinite(self.at)
        good = self if (known & finite).all() else self.take(known & finite)
        at = np.where(good.at > now + FUTURE_S, now, good.at)
        tidy = type(self)(
            good.viewer,
            good.clip,
            good.kind,
            np.clip(good.watched_ms, 0, LONGEST_WATCH_MS),
            np.clip(good.loops, 0, 1000),
            at,
        )
        return tidy if len(at) < 2 or (at[1:] >= at[:-1]).all() else tidy.take(np.argsort(at, kind="stable"))


def events_of(  # noqa: PLR0917 - the columns, in the order of the fields
    viewer: int,
    clip: object,
    kind: object = 0,
    watched_ms: object = 0.0,
    loops: object = 0.0,
    at: object = 0.0,
) -> Events:
    """Return a batch of one viewer's events; scalars are repeated to the length of `clip`."""
    clips = np.atleast_1d(np.asarray(clip, np.int32))
    n = len(clips)

    def column(value: object, dtype: npt.DTypeLike) -> npt.NDArray[Any]:
        return np.ascontiguousarray(np.broadcast_to(np.asarray(value, dtype), (n,)))

    return Events(
        column(np.uint64(viewer), np.uint64), clips, column(kind, np.uint8), column(watched_ms, np.float32),
        column(loops, np.float32), column(at, np.float64),
    )  # fmt: skip


def joined(batches: Sequence[Events]) -> Events:
    """Return batches of events, at least one, as one."""
    return Events(*(np.concatenate([getattr(one, field.name) for one in batches]) for field in fields(Events)))


@dataclass(frozen=True)
class Scores:
    """How clips were judged: `values[p, i]` is what part `names[p]` adds for clip i. The score is the sum."""

    names: tuple[str, ...]
    values: Floats


def same_form(mine: Mapping[str, npt.NDArray[Any]], other: Mapping[str, npt.NDArray[Any]]) -> bool:
    """Whether two sets of named arrays have the same names, shapes and types: what a snapshot must, to be taken up."""
    return mine.keys() == other.keys() and all(
        mine[name].shape == other[name].shape and mine[name].dtype == other[name].dtype for name in mine
    )


T = TypeVar("T")  # what a learner knows of one viewer: opaque to everybody else, and small (tens of kilobytes)


class Learner(Protocol[T]):
    """Learns from events and judges clips for a viewer. Deterministic: same calls, same answers."""

    parts: tuple[str, ...]

    def newcomer(self) -> T:
        """Return the state of a viewer of whom nothing is known."""

    def learn(self, events: Events, *, now: float) -> None:
        """Learn about clips from anybody's events. Bad events are dropped as `Events.clean` says, never fatal."""

    def observe(self, taste: T, events: Events, *, now: float) -> None:
        """Learn about one viewer from that viewer's events."""

    def exposed(self, clips: Ints) -> None:
        """Count a showing of each clip."""

    def candidates(self, taste: T, most: int) -> Ints:
        """Return up to `most` clips that this viewer may like, unordered, without repeats."""

    def score(self, taste: T, clips: Ints, *, now: float) -> Scores:
        """Judge clips for a viewer; `values` has shape [len(parts), len(clips)]."""

    def snapshot(self) -> dict[str, npt.NDArray[Any]]:
        """Return everything learned about clips as named arrays (copies)."""

    def restore(self, arrays: dict[str, npt.NDArray[Any]]) -> None:
        """Take up a snapshot of the same catalogue. ValueError if it does not fit; then nothing has changed."""
