"""What the debug pages show: rows as they stand, without words of people and without what is sealed."""

import uuid
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from parvis.clips.models import Clip, Rendition, Upload
from parvis.events.models import Cursor, Event, Worker
from parvis.feed import traces, words
from parvis.feed.models import Recipe, Slate

MOST = 100
CLIP = (
    "id home processing publication hidden_by audience scheduled_for published_at created_at changed_at received_at"
    " playable_at claimed_by lease_until attempts failures retry_at problem problem_params progress erased_at"
    " duration_ms width height"
)
UPLOAD = "id state offset length created_at expires_at"
RENDITION = "name file width height bytes bit_rate retired_at"
EVENT = "at kind actor object data xid"
BEHIND = """
select c.subscriber, (select count(*) from (select 1 from events_event e where (e.xid, e.id) > (c.xid, c.event)
  limit 10000) as after), c.failures, c.retry_at, c.error from events_cursor c order by 1
"""


@dataclass
class Table:
    """A table of a debug page."""

    title: str
    columns: list[str]
    rows: list[list[Any]] = field(default_factory=list)


def _table(title: str, columns: str, rows: Any) -> Table:
    names = columns.split()
    return Table(title, names, [list(row) for row in rows.values_list(*names)])


def of_clip(clip_id: uuid.UUID) -> list[Table]:
    """Return how a clip stands, and what happened to it; an empty list if there is none."""
    found = Clip.objects.filter(id=clip_id).values(*CLIP.split()).first()
    if found is None:
        return []
    return [
        Table("clip", ["column", "value"], [[name, found[name]] for name in CLIP.split()]),
        _table("uploads", UPLOAD, Upload.objects.filter(clip_id=clip_id).order_by("-created_at")),
        _table("renditions", RENDITION, Rendition.objects.filter(clip_id=clip_id).order_by("width")),
        _table("events", EVENT, Event.objects.filter(object=clip_id).order_by("-id")[:MOST]),
    ]


def of_slate(slate_id: uuid.UUID) -> list[Table]:
    """Return why a slate holds what it holds; an empty list if there is no such slate, or its recipe is gone."""
    slate = Slate.objects.filter(id=slate_id).first()
    recipe = Recipe.objects.filter(id=slate.recipe).first() if slate else None
    if slate is None or recipe is None:
        return []
    read = [traces.read(bytes(slate.trace), recipe.body, place) for place in range(len(slate.clips))]
    steps = read[0].stages if read else []
    clips = Table("clips", ["place", "clip", "found by", "moved", "parts"])
    for place, (clip, one) in enumerate(zip(slate.clips, read, strict=True)):
        parts = " ".join(f"{name}={value:+.3f}" for name, value in one.parts.items() if value)
        clips.rows.append([place, clip, ", ".join(one.sources), one.moved, parts])
    return [
        Table("slate", ["column", "value"], [["feed", words.FEEDS.get(slate.feed, slate.feed)], ["recipe", recipe.id]]),
        Table("steps", ["kind", "name", "came", "left"], [list(step) for step in steps]),
        clips,
    ]


def of_work() -> list[Table]:
    """Return who works, how far each subscriber has read, and what waits."""
    waiting = Clip.objects.exclude(processing="ready").exclude(publication="deleted").order_by("received_at")
    with connection.cursor() as cursor:
        cursor.execute(BEHIND)
        behind = [list(row) for row in cursor.fetchall()]
    return [
        _table("workers", "id host started_at seen_at", Worker.objects.order_by("-seen_at")[:MOST]),
        Table("subscribers", ["subscriber", "events behind", "failures", "retry_at", "error"], behind),
        _table("clips that wait", "id processing claimed_by lease_until failures retry_at problem", waiting[:MOST]),
    ]


def of_events(kind: str, about: uuid.UUID | None) -> list[Table]:
    """Return the latest events, of a kind or about something where that is said."""
    events = Event.objects.order_by("-id")
    if kind:
        events = events.filter(kind=kind)
    if about is not None:
        events = events.filter(object=about)
    kinds = Cursor.objects.count()
    return [_table("events", EVENT, events[:MOST]), Table("subscribers", ["number"], [[kinds]])]
