"""Everything that reads what was shown and watched. Rows come as plain tuples: they are read by the thousand."""

import math
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from parvis.accounts.models import Person
from parvis.accounts.queries import person_by_handle
from parvis.accounts.viewer import Viewer
from parvis.feed.errors import NoSuchCreator, NoSuchExperiment, NoTrace
from parvis.feed.models import PERSONAL, RUNNING, Experiment, Preference, Recipe, Slate
from parvis.kit.clock import ms
from parvis.kit.ids import uuid7_time

HISTORY_WATCHES = 400
HISTORY_SLATES = 150
REFUSED_MOST = 500
Row = tuple[Any, ...]

LONG_MS = 18_000  # a long view: so much was watched, or the whole clip
ENJOYED = f"""
select dense_rank() over (order by w.pseudonym), w.clip, extract(epoch from w.at)::float8 as at
from feed_watch w left join feed_preference p on p.id = w.pseudonym
where (w.kind in ('like', 'share') or (w.kind in ('watch', 'skip') and (w.loops > 0 or w.watched_ms >= {LONG_MS})))
  and p.mode is distinct from 'newest' and w.at > coalesce(p.reset_at, '-infinity')
order by at"""  # noqa: S608 - a constant of ours

WATCH_COLUMNS = "pseudonym, clip, kind, watched_ms, loops, extract(epoch from at)::float8"


def creator_named(handle: str) -> Person:
    """Return the active person of a handle. NoSuchCreator if there is none."""
    person = person_by_handle(handle)
    if person is None:
        raise NoSuchCreator
    return person


@dataclass(frozen=True)
class History:
    """What is kept of one viewer, as far as a feed looks back. All lists are in order of time, the oldest first."""

    watches: list[Row]  # as WATCH_COLUMNS
    shown: list[uuid.UUID]
    refused: list[uuid.UUID]


def _rows(sql: str, parameters: list[Any]) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows: list[Row] = cursor.fetchall()
        return rows


def preference(pseudonym: uuid.UUID) -> Preference:
    """Return how a viewer wants the feed; the defaults where nothing was said."""
    return Preference.objects.filter(id=pseudonym).first() or Preference(id=pseudonym, mode=PERSONAL)


def history(pseudonym: uuid.UUID, since: datetime | None) -> History:
    """Return what a feed may use about one viewer: nothing from before the last reset but what was shown."""
    since = since or datetime(1970, 1, 1, tzinfo=UTC)
    watches = _rows(
        f"select {WATCH_COLUMNS} from feed_watch where pseudonym = %s and at > %s order by at desc limit %s",  # noqa: S608
        [pseudonym, since, HISTORY_WATCHES],
    )
    slates = _rows(
        "select clips from feed_slate where pseudonym = %s order by id desc limit %s", [pseudonym, HISTORY_SLATES]
    )
    refused = _rows(
        "select clip from feed_watch where pseudonym = %s and kind = 'not-interested' and at > %s limit %s",
        [pseudonym, since, REFUSED_MOST],
    )
    shown = [clip for (clips,) in reversed(slates) for clip in clips]
    return History(watches[::-1], shown, [clip for (clip,) in refused])


def recent_watches(most: int) -> list[Row]:
    """Return the newest watches of anybody, oldest first: what a process that starts learns from."""
    return _rows(
        f"select {WATCH_COLUMNS} from feed_watch order by xid desc limit %s",  # noqa: S608 - a constant of ours
        [most],
    )[::-1]


def recent_shows(days: float) -> list[tuple[uuid.UUID, int]]:
    """Return how often each clip was shown in the last `days`."""
    return _rows(
        "select clip, count(*) from feed_slate, unnest(clips) as clip where id > %s group by clip",
        [uuid.UUID(int=(ms() - int(days * 86_400_000)) << 80)],  # a UUIDv7 begins with its time
    )


@dataclass(frozen=True)
class Shown:
    """The last showing of a clip to a viewer, with what its trace means."""

    at: datetime
    feed: str
    place: int
    trace: bytes
    recipe: dict[str, Any]


def shown_to(viewer: Viewer, clip: uuid.UUID) -> Shown:
    """Return the viewer's own last showing of a clip. NoTrace if there is none among the latest."""
    latest = Slate.objects.filter(pseudonym=viewer.pseudonym).order_by("-id")[: 4 * HISTORY_SLATES]
    for slate in latest:
        if clip in slate.clips:
            recipe = Recipe.objects.filter(id=slate.recipe).first()
            if recipe is None:
                break
            place = slate.clips.index(clip)
            return Shown(uuid7_time(slate.id), slate.feed, place, bytes(slate.trace), recipe.body)
    raise NoTrace


def enjoyed() -> Iterator[tuple[str, str, float, float]]:
    """Yield (viewer, clip, at, nan) of all that was watched long or liked, in order of time: for evaluating. Viewers go
    by a number of this answer; those who want no profile, and what was watched before a reset, are left out."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(ENJOYED)
        for viewer, clip, at in cursor:
            yield str(viewer), str(clip), at, math.nan


def experiment(name: str | None = None) -> Experiment:
    """Return the experiment of a name; without one that which runs, or else the last. NoSuchExperiment if none is."""
    rows = Experiment.objects.order_by("-id")
    found = rows.filter(name=name).first() if name else rows.filter(state=RUNNING).first() or rows.first()
    if found is None:
        raise NoSuchExperiment
    return found
