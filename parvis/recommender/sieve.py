"""What of a batch of events can be learned from, and how much of it could not, by cause."""

from dataclasses import dataclass, fields

import numpy as np

from parvis.recommender.interface import FUTURE_S, Events
from parvis.recommender.signals import KINDS


@dataclass
class Counts:
    """How many events came and what was wrong with them. The first group was dropped, the second put right."""

    events: int = 0
    unknown_clip: int = 0  # an index that the catalogue does not have
    unknown_kind: int = 0
    not_finite: int = 0
    repeated: int = 0  # alike in every column with another of the same batch
    future: int = 0  # taken as having happened now
    disordered: int = 0  # earlier than the one before it: sorted by time
    # Of whole batches: what could not be applied at all.
    refused: int = 0

    def add(self, other: "Counts") -> None:
        """Add the counts of another batch."""
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))


def sift(events: Events, clips: int, now: float) -> tuple[Events, Counts]:
    """Return the events that a learner can use, as `Events.clean` defines them and each only once, and the counts.

    An event counts for the first cause that drops it, in the order of `Counts`. Deterministic, so that a replay drops
    the same ones.
    """
    counts = Counts(events=len(events))
    known = (events.clip >= 0) & (events.clip < clips)
    kind = events.kind < len(KINDS)
    finite = np.isfinite(events.watched_ms) & np.isfinite(events.loops) & np.isfinite(events.at)
    counts.unknown_clip = int((~known).sum())
    counts.unknown_kind = int((known & ~kind).sum())
    counts.not_finite = int((known & kind & ~finite).sum())
    good = known & kind & finite
    kept = events if good.all() else events.take(good)
    if len(kept) > 1:
        kept, counts.repeated = _once(kept)
        counts.disordered = int((kept.at[1:] < kept.at[:-1]).sum())
    counts.future = int((kept.at > now + FUTURE_S).sum())
    return kept.clean(clips, now), counts


def _once(events: Events) -> tuple[Events, int]:
    """Leave out events that are alike in every column, but for the first of them."""
    # Only those of one viewer about one clip can be alike: most batches have none, and that is quick to see.
    pair = events.viewer * np.uint64(0x9E3779B97F4A7C15) + events.clip.astype(np.uint64)
    if len(np.unique(pair)) == len(pair):
        return events, 0
    columns = [getattr(events, one.name) for one in fields(events)]
    rows = np.concatenate([np.ascontiguousarray(column).view(np.uint8).reshape(len(pair), -1) for column in columns], 1)
    _, first = np.unique(rows, axis=0, return_index=True)
    return (events, 0) if len(first) == len(pair) else (events.take(np.sort(first)), len(pair) - len(first))
