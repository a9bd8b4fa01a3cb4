"""From watches to figures. Pure: sums of what is to be added; taking away is adding with a sign."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import NamedTuple

from parvis.insights.models import ALL, MARKET, SOURCE, TENTH

# What a slate's feed is called here; anything else, and a showing whose slate is gone, is ELSEWHERE.
ELSEWHERE = "elsewhere"
SOURCES = {
    "for-you": "for-you",
    "newest": "for-you",
    "following": "following",
    "tag": "tag",
    "by": "profile",
    "clip": "link",
}


class Watched(NamedTuple):
    """One stored report of watching; several may tell of one showing."""

    id: uuid.UUID
    home: str
    pseudonym: uuid.UUID
    slate: uuid.UUID | None
    position: int
    clip: uuid.UUID
    watched_ms: int
    loops: int
    at: datetime

    @property
    def showing(self) -> tuple[object, ...]:
        """What names the showing that it tells of. Without a slate each report is a showing of its own."""
        return (self.pseudonym, self.slate, self.position, self.clip) if self.slate else (self.id,)


class About(NamedTuple):
    """What is to be known of a clip."""

    creator: uuid.UUID
    home: str
    duration_ms: int


class View(NamedTuple):
    """One showing in which something was played."""

    clip: uuid.UUID
    home: str
    pseudonym: uuid.UUID
    source: str | None
    watched_ms: int
    loops: int
    day: date


def view_of(parts: Iterable[Watched], source: str | None) -> View | None:
    """Return the view that reports of one showing tell of; None if nothing was played."""
    rows = list(parts)
    watched, loops = sum(row.watched_ms for row in rows), sum(row.loops for row in rows)
    if not watched and not loops:
        return None
    one = min(rows, key=lambda row: row.at)
    return View(one.clip, one.home, one.pseudonym, source, watched, loops, one.at.astimezone(UTC).date())


def tenth_of(view: View, duration_ms: int) -> int:
    """Return how many tenths of the clip the first time through came to, 10 for all of it."""
    return 10 if view.loops else min(10, view.watched_ms * 10 // max(duration_ms, 1))


@dataclass
class Sums:
    """What is to be added: for each clip and day the columns of `Day`, for each clip, kind and value the views."""

    days: dict[tuple[uuid.UUID, date], list[int]] = field(default_factory=lambda: defaultdict(lambda: [0] * 5))
    groups: dict[tuple[uuid.UUID, str, str], int] = field(default_factory=lambda: defaultdict(int))

    def add(self, view: View, duration_ms: int, sign: int = 1) -> None:
        """Count a view, or with the sign -1 take it away. Without a source it is counted in no group of sources."""
        first = duration_ms if view.loops else min(view.watched_ms, duration_ms)
        day = self.days[view.clip, view.day]
        for place, amount in enumerate((1, view.watched_ms, first, min(view.loops, 1), view.loops)):
            day[place] += sign * amount
        values = [(ALL, ""), (MARKET, view.home), (TENTH, str(tenth_of(view, duration_ms)))]
        for kind, value in values + ([(SOURCE, view.source)] if view.source else []):
            self.groups[view.clip, kind, value] += sign


@dataclass(frozen=True)
class Showings:
    """Reports by showing: those of a batch, and those of the same showings that are counted already."""

    batch: Iterable[Watched]
    counted: Iterable[Watched]
    sources: Mapping[tuple[uuid.UUID, uuid.UUID], str]  # (slate, pseudonym) -> source
    unknown: str | None  # the source of what no slate tells of

    def views(self) -> Iterable[tuple[View | None, View | None]]:
        """Yield for each showing of the batch the view without the batch, and the view with it."""
        fresh: dict[tuple[object, ...], list[Watched]] = defaultdict(list)
        for row in self.batch:
            fresh[row.showing].append(row)
        known: dict[tuple[object, ...], list[Watched]] = defaultdict(list)
        for row in self.counted:
            known[row.showing].append(row)
        for showing, rows in fresh.items():
            slate = rows[0].slate
            source = self.sources.get((slate, rows[0].pseudonym), self.unknown) if slate else self.unknown
            yield view_of(known[showing], source), view_of([*known[showing], *rows], source)
