"""Everything that reads what was shown and watched. Rows come as plain tuples: they are read by the thousand."""

import math
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from parvis.accounts.errors import NoSuchPerson
from parvis.accounts.models import Person
from parvis.accounts.queries import for_viewer as people_for
from parvis.accounts.viewer import Viewer
from parvis.clips.models import Clip
from parvis.clips.queries import for_viewer as clips_for
from parvis.feed.errors import NoSuchCreator, NoSuchExperiment, NoTrace
from parvis.feed.models import CREATOR, PERSONAL, RUNNING, TAG, Choice, Experiment, Preference, Recipe, Slate
from parvis.kit.clock import ms, now
from parvis.kit.ids import uuid7_time
from parvis.social import queries as social

HISTORY_WATCHES = 400
HISTORY_SLATES = 150
REFUSED_MOST = 500
TIME_DAYS = 28
Row = tuple[Any, ...]

LONG_MS = 18_000  # a long view: so much was watched, or the whole clip
ENJOYED = f"""
select dense_rank() over (order by w.pseudonym), w.clip, extract(epoch from w.at)::float8 as at
from feed_watch w left join feed_preference p on p.id = w.pseudonym
where (w.kind in ('like', 'share') or (w.kind in ('watch', 'skip') and (w.loops > 0 or w.watched_ms >= {LONG_MS})))
  and p.mode is distinct from 'newest' and w.at > coalesce(p.reset_at, '-infinity')
order by at"""  # noqa: S608 - a constant of ours

WATCH_COLUMNS = "pseudonym, clip, kind, watched_ms, loops, extract(epoch from at)::float8"

PROFILED = """
select w.pseudonym, w.clip, w.kind, w.watched_ms, w.loops, extract(epoch from w.at)::float8
from feed_watch w left join feed_preference p on p.id = w.pseudonym
where w.kind in ('watch', 'skip', 'share') and w.at <= to_timestamp(%s)
  and p.mode is distinct from 'newest' and w.at > coalesce(p.reset_at, '-infinity')
order by w.at desc, w.home, w.id limit %s"""


def creator_named(handle: str, viewer: Viewer) -> Person:
    """Return the active person of a handle. NoSuchCreator if there is none, or not for this viewer."""
    try:
        return people_for(viewer).named(handle)
    except NoSuchPerson:
        raise NoSuchCreator from None


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


def reset_viewers() -> list[uuid.UUID]:
    """Return all viewers who ever reset their feed."""
    return list(Preference.objects.filter(reset_at__isnull=False).values_list("id", flat=True))


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


def choices(pseudonym: uuid.UUID) -> list[Choice]:
    """Return what a viewer said about topics, the latest first."""
    return list(Choice.objects.filter(pseudonym=pseudonym).order_by("-changed_at", "-id"))


@dataclass(frozen=True)
class Topic:
    """Something of which a viewer may say more or less: what names it, and what the viewer said; "" for nothing."""

    topic: str
    value: str
    name: str
    handle: str = ""
    says: str = ""
    most: int | None = None


def chosen(viewer: Viewer) -> list[Topic]:
    """Return what a viewer said, with names as people know them; creators who are gone are left out."""
    rows = choices(viewer.pseudonym)
    ids = [row.value for row in rows if row.topic == CREATOR]
    people = {str(person.id): person for person in people_for(viewer).some(ids)}
    topics = []
    for row in rows:
        person = people.get(row.value)
        name = person.name if person else f"#{row.value}" if row.topic == TAG else ""
        if name:
            handle = person.handle if person else ""
            topics.append(Topic(row.topic, row.value, name, handle, row.says, row.most))
    return topics


def topics_of(clip: Clip, viewer: Viewer) -> list[Topic]:
    """Return of what in a clip a viewer may say more or less: its creator, if that is another person, and its tags."""
    said = {(one.topic, one.value): one for one in chosen(viewer)}
    creator = Topic(CREATOR, str(clip.creator_id), clip.creator.name, clip.creator.handle)
    found = [creator] if clip.creator_id != viewer.person_id else []
    found += [Topic(TAG, tag, f"#{tag}") for tag in clip.tags]
    return [said.get((one.topic, one.value), one) for one in found]


def mine_among(viewer: Viewer, clips: list[uuid.UUID]) -> dict[str, list[str]]:
    """Return which of these clips a viewer likes, and whom of their creators the viewer follows: what a slate that was
    made without reading that leaves for the page to ask."""
    if viewer.person_id is None:
        return {"liked": [], "following": []}
    cards = clips_for(viewer).some(clips)
    creators = {card.creator: card.handle for card in cards}
    liked = social.liked_among(person=viewer.person_id, home=viewer.home, clips=[card.id for card in cards])
    followed = social.followed_among(person=viewer.person_id, home=viewer.home, creators=creators)
    return {"liked": sorted(map(str, liked)), "following": sorted(creators[creator] for creator in followed)}


def watched_since(pseudonym: uuid.UUID, since: float) -> float:
    """Return how many seconds a viewer watched since a moment (seconds since 1970)."""
    rows = _rows(
        "select coalesce(sum(watched_ms), 0)::float8 / 1000 from feed_watch"
        " where pseudonym = %s and at >= to_timestamp(%s)",
        [pseudonym, since],
    )
    return float(rows[0][0])


def watches_since(pseudonym: uuid.UUID, since: float) -> list[Row]:
    """Return what a viewer watched since a moment (seconds since 1970), as WATCH_COLUMNS."""
    return _rows(
        f"select {WATCH_COLUMNS} from feed_watch where pseudonym = %s and at >= to_timestamp(%s) order by at",  # noqa: S608
        [pseudonym, since],
    )


def watched_by_day(pseudonym: uuid.UUID, zone: ZoneInfo, days: int) -> list[tuple[date, int]]:
    """Return how many milliseconds a viewer watched on each of the last days, today last, as days are in a zone."""
    today = now().astimezone(zone).date()
    first = today - timedelta(days=days - 1)
    rows = _rows(
        "select (at at time zone %s)::date, sum(watched_ms)::bigint from feed_watch"
        " where pseudonym = %s and at >= %s group by 1",
        [zone.key, pseudonym, datetime.combine(first, time(), zone)],
    )
    found: dict[date, int] = dict(rows)
    return [(day, int(found.get(day, 0))) for day in (first + timedelta(days=number) for number in range(days))]


def recent_watches(most: int) -> list[Row]:
    """Return the newest watches of anybody, oldest first: what a process that starts learns from."""
    return _rows(
        f"select {WATCH_COLUMNS} from feed_watch order by xid desc limit %s",  # noqa: S608 - a constant of ours
        [most],
    )[::-1]


def profiled_watches(most: int, until: float) -> Iterator[Row]:
    """Yield the newest watches, skips and shares up to a moment (seconds since 1970), as WATCH_COLUMNS: for training.
    Those of viewers who want no profile, and what was watched before a reset, are left out."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(PROFILED, [until, most])
        yield from cursor


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
