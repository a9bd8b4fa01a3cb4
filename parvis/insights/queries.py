"""Everything that reads figures. `for_viewer` is the only door: a creator reads those of the own clips.

Of fewer than FLOOR viewers nothing is told but how many views there were: nobody is to be singled out.
"""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, timedelta

from django.db.models import Sum

from parvis.accounts.viewer import Viewer
from parvis.cells.markets import MARKETS
from parvis.clips.models import Clip
from parvis.clips.queries import OwnClip, page_by
from parvis.clips.queries import for_viewer as clips_for
from parvis.feed.words import lasting
from parvis.insights.models import ALL, FLOOR, MARKET, SOURCE, TENTH, Day, Group
from parvis.insights.words import REST, SOURCES
from parvis.kit.clock import now
from parvis.social.queries import counts

PAGE = 30
SPANS = (7, 28, 90)
USUAL = 28


@dataclass(frozen=True)
class OnDay:
    """The views of one day (UTC)."""

    day: date
    views: int


@dataclass(frozen=True)
class Part:
    """A group that is large enough to be told: `share` of all views, from 0 to 1."""

    value: str
    name: str
    share: float


@dataclass(frozen=True)
class Line:
    """One clip of the overview. `watched_ms` is None where too few people saw it."""

    clip: Clip
    views: int
    watched_ms: int | None
    likes: int
    comments: int
    shares: int

    @property
    def watched(self) -> str | None:
        """How long it was watched, in words."""
        return None if self.watched_ms is None else lasting(self.watched_ms)

    @property
    def own(self) -> OwnClip:
        """The clip as its creator's pages show it."""
        return OwnClip(self.clip)


@dataclass(frozen=True)
class Overview:
    """A page of the own clips; `days` and `views` are those of all own clips. `next` is a cursor."""

    lines: list[Line]
    next: str
    days: list[OnDay]

    @property
    def views(self) -> int:
        """The views of all days."""
        return sum(one.views for one in self.days)


@dataclass(frozen=True)
class Told:
    """What is told of a clip that enough people saw. Shares are from 0 to 1.

    `curve`: what share of views came to each tenth of the clip, eleven from 1 down; `average` how much of the clip a
    view saw in the first time through; `again` the share of views that saw it more than once, `loops` how often.
    """

    watched_ms: int
    average: float
    again: float
    loops: int
    curve: list[float]
    sources: list[Part]
    markets: list[Part]


@dataclass(frozen=True)
class ClipFigures:
    """How one clip was watched. `told` is None where fewer than `floor` people saw it."""

    clip: Clip
    views: int
    likes: int
    comments: int
    shares: int
    days: list[OnDay]
    told: Told | None
    floor: int = field(default=FLOOR)


@dataclass(frozen=True)
class FiguresFor:
    """What one viewer may read."""

    viewer: Viewer

    def overview(self, *, after: str = "", span: int = USUAL, size: int = PAGE) -> Overview:
        """Return the own clips with their figures, the newest first."""
        page = page_by("created_at", clips_for(self.viewer).own(), after=after, size=size)
        ids = [clip.id for clip in page.clips]
        talk, told = counts(ids), _told_of(ids)
        rows = Day.objects.filter(clip_id__in=ids).values("clip_id").annotate(v=Sum("views"), w=Sum("watched_ms"))
        seen = {row["clip_id"]: (row["v"], row["w"]) for row in rows}
        lines = []
        for clip in page.clips:
            views, watched = seen.get(clip.id, (0, 0))
            lines.append(Line(clip, views, watched if clip.id in told else None, *talk[clip.id]))
        return Overview(lines, page.next, self._days(span))

    def _days(self, span: int) -> list[OnDay]:
        since = _today() - timedelta(days=span - 1)
        rows = Day.objects.filter(creator_id=self.viewer.person_id, day__gte=since)
        return _each_day(span, dict(rows.values_list("day").annotate(views=Sum("views")).order_by()))

    def of_clip(self, clip_id: uuid.UUID, *, span: int = USUAL) -> ClipFigures:
        """Return how one of the viewer's own clips was watched. NoSuchClip for a stranger's."""
        clip = clips_for(self.viewer).own_one(clip_id)
        likes, comments, shares = counts([clip.id])[clip.id]
        days = list(Day.objects.filter(clip=clip))
        views = sum(row.views for row in days)
        by_day = _each_day(span, {row.day: row.views for row in days})
        return ClipFigures(clip, views, likes, comments, shares, by_day, self._told(clip, days))

    def _told(self, clip: Clip, days: Sequence[Day]) -> Told | None:
        groups: dict[str, list[Group]] = defaultdict(list)
        for group in Group.objects.filter(clip=clip).order_by("-views", "value"):
            groups[group.kind].append(group)
        if not any(_may_tell(group) for group in groups[ALL]):
            return None
        views = max(sum(row.views for row in days), 1)
        return Told(
            watched_ms=sum(row.watched_ms for row in days),
            average=sum(row.first_ms for row in days) / (views * max(clip.duration_ms, 1)),
            again=sum(row.again for row in days) / views,
            loops=sum(row.loops for row in days),
            curve=_curve({int(group.value): group.views for group in groups[TENTH]}),
            sources=[
                Part(group.value, str(SOURCES[group.value]), _share(group, groups[SOURCE]))
                for group in groups[SOURCE]
                if _may_tell(group)
            ],
            markets=_markets(groups[MARKET], self.viewer.language),
        )


def for_viewer(viewer: Viewer) -> FiguresFor:
    """Return the figures that a viewer may read: the only door."""
    return FiguresFor(viewer)


def _may_tell(group: Group) -> bool:
    return group.is_open and group.views >= FLOOR


def _told_of(clips: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    rows = Group.objects.filter(clip_id__in=clips, kind=ALL, value="", is_open=True, views__gte=FLOOR)
    return set(rows.values_list("clip_id", flat=True))


def _share(group: Group, groups: Sequence[Group]) -> float:
    return group.views / max(sum(one.views for one in groups), 1)


def _markets(groups: Sequence[Group], language: str) -> list[Part]:
    """Return the markets that may be told, the largest first, and the rest in one."""
    told = [
        Part(group.value, MARKETS[group.value].name(language) if group.value in MARKETS else group.value,
             _share(group, groups))
        for group in groups
        if _may_tell(group)
    ]  # fmt: skip
    rest = 1 - sum(part.share for part in told)
    return [*told, Part("", str(REST), rest)] if rest > 1e-9 else told


def _curve(ended: dict[int, int]) -> list[float]:
    """Return what share of views came to each tenth, from how many ended after each."""
    total, left, shares = max(sum(ended.values()), 1), 0, []
    for tenth in range(10, -1, -1):
        left += ended.get(tenth, 0)
        shares.append(left / total)
    return shares[::-1]


def _today() -> date:
    return now().astimezone(UTC).date()


def _each_day(span: int, views: dict[date, int]) -> list[OnDay]:
    today = _today()
    days = [today - timedelta(days=back) for back in range(span - 1, -1, -1)]
    return [OnDay(day, views.get(day, 0)) for day in days]
