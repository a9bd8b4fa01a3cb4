"""Counting watches, and taking them out again. All that counts holds the one row of `Progress`, so that of a watch
everybody knows whether it is counted; the counts and the progress are one transaction, so a kill leaves neither half.
"""

import uuid
from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.db import connection, transaction

from parvis.cells.errors import KeyMissing
from parvis.cells.keys import pseudonym
from parvis.clips import states
from parvis.clips.models import Clip
from parvis.feed.models import Watch
from parvis.insights.counting import ELSEWHERE, SOURCES, About, Showings, Sums, View, Watched
from parvis.insights.models import ALL, FLOOR, MARKET, SOURCE, Day, Group, Progress, Seen
from parvis.kit.clock import ms
from parvis.kit.ids import uuid7

AT_ONCE = 5000  # watches; a transaction that stored more is counted in one go
FORGOTTEN = 2000
KEPT_DAYS = 400  # as long as watches
ONE_SHOWING = timedelta(days=1)  # reports of one showing are not further apart

COLUMNS = ", ".join(f"w.{name}" for name in Watched._fields)
KINDS = ("watch", "skip")
VIEWED = f"w.kind in {KINDS}"
# A transaction is counted when it is older than every open one: what commits late is not passed over.
UNTIL = """
select max(xid), count(*) from (
  select xid from feed_watch where xid > %(after)s::text::xid8 and xid < pg_snapshot_xmin(pg_current_snapshot())
  order by xid limit %(most)s) as next
"""
BATCH = f"""
select {COLUMNS} from feed_watch w
where w.xid > %(after)s::text::xid8 and w.xid <= %(until)s::text::xid8 and {VIEWED}"""  # noqa: S608 - constants of ours
COUNTED = f"""
select {COLUMNS} from unnest(%(viewers)s::uuid[], %(since)s::timestamptz[], %(until)s::timestamptz[])
  as b (pseudonym, since, until)
join feed_watch w on w.pseudonym = b.pseudonym and w.at between b.since and b.until
where w.slate = any(%(slates)s::uuid[]) and w.xid <= %(after)s::text::xid8 and {VIEWED}
  and w.id <> all(%(without)s::uuid[])"""  # noqa: S608
SHOWN_IN = "select id, pseudonym, feed from feed_slate where id = any(%s)"
# What is left below nothing would be a fault of ours, and is not worth a job that stands still.
ADD_DAY = """
insert into insights_day as d (id, home, creator_id, clip_id, day, views, watched_ms, first_ms, again, loops)
values (%s, %s, %s, %s, %s, greatest(%s, 0), greatest(%s, 0), greatest(%s, 0), greatest(%s, 0), greatest(%s, 0))
on conflict (clip_id, day) do update set views = greatest(d.views + %s, 0),
  watched_ms = greatest(d.watched_ms + %s, 0), first_ms = greatest(d.first_ms + %s, 0),
  again = greatest(d.again + %s, 0), loops = greatest(d.loops + %s, 0)"""
ADD_GROUP = """
insert into insights_group as g (id, home, creator_id, clip_id, kind, value, views, is_open)
values (%s, %s, %s, %s, %s, %s, greatest(%s, 0), false)
on conflict (clip_id, kind, value) do update set views = greatest(g.views + %s, 0)"""
ADD_SEEN = """
insert into insights_seen (id, home, pseudonym, clip, source) values (%s, %s, %s, %s, %s) on conflict do nothing"""
VIEWERS = """
select clip, home, source, count(distinct pseudonym) from insights_seen where clip = any(%s)
group by grouping sets ((clip), (clip, home), (clip, source)) having count(distinct pseudonym) >= %s"""
FORGET = """delete from insights_seen where id in (
  select id from insights_seen where id < %s order by id limit %s for update skip locked)"""


@transaction.atomic
def count_some() -> bool:
    """Count the next watches; whether more may be there. Nothing is done while another process counts."""
    Progress.objects.get_or_create(id=1)
    progress = Progress.objects.select_for_update(skip_locked=True).filter(id=1).first()
    if progress is None:
        return False
    until, number = _rows(UNTIL, {"after": progress.xid, "most": AT_ONCE})[0]
    if not number:
        return False
    found = [Watched(*row) for row in _rows(BATCH, {"after": progress.xid, "until": until})]
    batch, about = _others(found)
    showings = Showings(batch, _counted(batch, progress.xid), _sources(batch), ELSEWHERE)
    sums, views = Sums(), []
    for before, after in showings.views():
        _change(sums, about, before, -1)
        _change(sums, about, after, 1)
        views += [after] if after else []
    _keep(sums, about)
    _meet(views)
    Progress.objects.filter(id=1).update(xid=int(until))
    return bool(number >= AT_ONCE)


@transaction.atomic
def take_out(rows: Sequence[Watch]) -> None:
    """Take watches that are about to be erased out of the figures. Where it is no longer known in which feed a clip was
    shown, the sum of that feed stays: it tells of nobody."""
    Progress.objects.get_or_create(id=1)
    progress = Progress.objects.select_for_update().get(id=1)
    counted = [row for row in rows if row.kind in KINDS and row.xid <= progress.xid]
    batch, about = _others([Watched(*(getattr(row, name) for name in Watched._fields)) for row in counted])
    left = _counted(batch, progress.xid, without=[row.id for row in batch])
    sums = Sums()
    for after, before in Showings(batch, left, _sources(batch), None).views():
        _change(sums, about, before, -1)
        _change(sums, about, after, 1)
    _keep(sums, about)


def forget_clip(clip: uuid.UUID) -> None:
    """Delete the figures of a clip that is deleted. Twice is once."""
    Day.objects.filter(clip_id=clip).delete()
    Group.objects.filter(clip_id=clip).delete()
    Seen.objects.filter(clip=clip).delete()


def forget_seen() -> bool:
    """Delete a few rows of who saw what that are older than they may be; whether there were any."""
    oldest = uuid.UUID(int=(ms() - KEPT_DAYS * 86_400_000) << 80)
    with connection.cursor() as cursor:
        cursor.execute(FORGET, [oldest, FORGOTTEN])
        return int(cursor.rowcount) > 0


def _change(sums: Sums, about: dict[uuid.UUID, About], view: View | None, sign: int) -> None:
    if view is not None:
        sums.add(view, about[view.clip].duration_ms, sign)


def _rows(sql: str, parameters: dict[str, Any] | list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def _others(rows: Sequence[Watched]) -> tuple[list[Watched], dict[uuid.UUID, About]]:
    """Return those of some watches that are of clips that are there, by others than their creators; and the clips."""
    clips = Clip.objects.filter(id__in={row.clip for row in rows}).exclude(publication=states.DELETED)
    about = {
        id_: About(creator, home, duration)
        for id_, creator, home, duration in clips.values_list("id", "creator_id", "home", "duration_ms")
    }
    return [row for row in rows if row.clip in about and not _is_own(row, about[row.clip])], about


def _is_own(row: Watched, clip: About) -> bool:
    """Whether a creator watched the own clip: that is no figure."""
    try:
        return row.home == clip.home and row.pseudonym == pseudonym(clip.creator)
    except KeyMissing:
        return False


def _counted(batch: Sequence[Watched], after: int, without: Sequence[uuid.UUID] = ()) -> list[Watched]:
    """Return what is counted already of the showings of a batch: each viewer's reports around those of the batch."""
    spans: dict[uuid.UUID, list[Watched]] = {}
    for row in batch:
        if row.slate:
            spans.setdefault(row.pseudonym, []).append(row)
    if not spans:
        return []
    parameters = {
        "viewers": list(spans),
        "since": [min(row.at for row in rows) - ONE_SHOWING for rows in spans.values()],
        "until": [max(row.at for row in rows) + ONE_SHOWING for rows in spans.values()],
        "slates": list({row.slate for rows in spans.values() for row in rows}),
        "after": after,
        "without": list(without),
    }
    return [Watched(*row) for row in _rows(COUNTED, parameters)]


def _sources(batch: Iterable[Watched]) -> dict[tuple[uuid.UUID, uuid.UUID], str]:
    """Return in which kind of feed each showing was. Only the viewer's own slates tell that."""
    slates = list({row.slate for row in batch if row.slate})
    return {(id_, viewer): SOURCES.get(feed, ELSEWHERE) for id_, viewer, feed in _rows(SHOWN_IN, [slates])}


def _keep(sums: Sums, about: dict[uuid.UUID, About]) -> None:
    days: list[tuple[Any, ...]] = [
        (uuid7(), about[clip].home, about[clip].creator, clip, day, *amounts, *amounts)
        for (clip, day), amounts in sorted(sums.days.items())
        if any(amounts)
    ]
    groups: list[tuple[Any, ...]] = [
        (uuid7(), about[clip].home, about[clip].creator, clip, kind, value, views, views)
        for (clip, kind, value), views in sorted(sums.groups.items())
        if views
    ]
    with connection.cursor() as cursor:
        for sql, rows in ((ADD_DAY, days), (ADD_GROUP, groups)):
            if rows:
                cursor.executemany(sql, rows)


def _groups_of(view: View) -> list[tuple[uuid.UUID, str, str]]:
    """Return the groups in which the viewer of a view is counted."""
    return [(view.clip, ALL, ""), (view.clip, MARKET, view.home), (view.clip, SOURCE, view.source or "")]


def _meet(views: Sequence[View]) -> None:
    """Open the groups that have become large enough, and know viewers no longer than that takes."""
    clips = list({view.clip for view in views})
    closed = set(Group.objects.filter(clip__in=clips, is_open=False).values_list("clip_id", "kind", "value"))
    seen = {
        (view.home, view.pseudonym, view.clip, view.source) for view in views if closed.intersection(_groups_of(view))
    }
    if not seen:
        return
    touched = list({clip for _, _, clip, _ in seen})
    with connection.cursor() as cursor:
        cursor.executemany(ADD_SEEN, [(uuid7(), *one) for one in sorted(seen, key=str)])
    full = {_group_named(*row[:3]) for row in _rows(VIEWERS, [touched, FLOOR])} & closed
    for clip, kind, value in full:
        Group.objects.filter(clip_id=clip, kind=kind, value=value).update(is_open=True)
    if full:
        _forget_met({clip for clip, _, _ in full}, closed - full)


def _group_named(clip: uuid.UUID, home: str | None, source: str | None) -> tuple[uuid.UUID, str, str]:
    if home is not None:
        return clip, MARKET, home
    return (clip, SOURCE, source) if source is not None else (clip, ALL, "")


def _forget_met(clips: Collection[uuid.UUID], closed: set[tuple[uuid.UUID, str, str]]) -> None:
    """Delete the rows of viewers none of whose groups is still too small."""
    gone = [
        row.id
        for row in Seen.objects.filter(clip__in=clips)
        if not closed.intersection([(row.clip, ALL, ""), (row.clip, MARKET, row.home), (row.clip, SOURCE, row.source)])
    ]
    Seen.objects.filter(id__in=gone).delete()
