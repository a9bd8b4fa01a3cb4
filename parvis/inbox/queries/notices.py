"""The news of one person, as its pages show it."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Q

from parvis.accounts.bounds import bounds_of, stricter
from parvis.accounts.errors import SignInNeeded
from parvis.accounts.models import Person
from parvis.accounts.notices import NoticeKind, Told, declared
from parvis.accounts.viewer import Viewer
from parvis.clips.queries import for_viewer as clips_for
from parvis.inbox.models import Notice, NoticeChoice, Preferences
from parvis.inbox.quiet import spans, zone_of
from parvis.kit.paging import Place

PAGE = 30
FACES = 3

NEWEST_ACTORS = """
select n.id, a.actor_id from unnest(%s::uuid[]) as n(id)
cross join lateral (
  select a.actor_id, a.at from inbox_noticeactor a
  join accounts_person p on p.id = a.actor_id and p.is_active
  join inbox_notice o on o.id = a.notice_id
  where a.notice_id = n.id
    and not exists (select from accounts_block b where b.person_id = o.person_id and b.blocked_id = a.actor_id)
    and not exists (select from accounts_blockedby b where b.person_id = o.person_id and b.blocker_id = a.actor_id)
  order by a.at desc, a.id desc limit %s
) a order by n.id, a.at desc
"""


@dataclass(frozen=True)
class Shown:
    """A notice as its person sees it. `people`: the newest who did it; `poster`: of the clip that it is about."""

    id: uuid.UUID
    kind: str
    icon: str
    sentence: str
    quote: str
    link: str
    people: list[Person]
    poster: str
    at: datetime
    is_read: bool


@dataclass(frozen=True)
class NoticesPage:
    """A page of notices, the newest first; `next` is the cursor of the following page, empty on the last."""

    notices: list[Shown]
    next: str


@dataclass(frozen=True)
class Choice:
    """How a person is told of one kind of news."""

    kind: NoticeKind
    in_app: bool
    push: bool
    digest: bool


@dataclass(frozen=True)
class InboxOf:
    """What one viewer may see of the inbox: their own."""

    viewer: Viewer

    @property
    def person(self) -> uuid.UUID:
        """Who looks. SignInNeeded for a visitor."""
        if self.viewer.person_id is None:
            raise SignInNeeded
        return self.viewer.person_id

    def notices(self, *, after: str = "", limit: int = PAGE) -> NoticesPage:
        """Return a page of news."""
        found = Notice.objects.filter(home=self.viewer.home, person_id=self.person, is_listed=True, kind__in=declared())
        place = Place.of(after)
        if place is not None:
            found = found.filter(Q(at__lt=place.at) | Q(at=place.at, id__lt=place.id))
        rows = list(found.order_by("-at", "-id")[: limit + 1])
        last = rows[limit - 1] if len(rows) > limit else None
        return NoticesPage(self.shown(rows[:limit]), str(Place(last.at, last.id)) if last else "")

    def shown(self, rows: Collection[Notice]) -> list[Shown]:
        """Return notices of the viewer as they are shown; left out is what is about nobody and nothing any more."""
        people = actors_of([row.id for row in rows])
        posters = self._posters(rows)
        quotes = self._quotes(rows)
        return [
            _shown(row, people[row.id], posters.get(row.about, ""), quotes.get(row.detail or row.id, ""))
            for row in rows
            if (people[row.id] or not row.count)
            and (row.about in posters or not declared()[row.kind].shows_clip)
            and (row.detail is None or row.detail in quotes or not declared()[row.kind].needs_detail)
        ]

    def _posters(self, rows: Iterable[Notice]) -> dict[uuid.UUID, str]:
        wanted = [row.about for row in rows if declared()[row.kind].shows_clip]
        return clips_for(self.viewer).posters(wanted) if wanted else {}

    def _quotes(self, rows: Iterable[Notice]) -> dict[uuid.UUID, str]:
        details = defaultdict(list)
        for row in rows:
            if row.detail is not None:
                details[row.kind].append(row.detail)
        found: dict[uuid.UUID, str] = {}
        for kind, ids in details.items():
            found |= declared()[kind].quotes(self.viewer, ids)
        return found

    def choices(self) -> list[Choice]:
        """Return how the viewer is told of each kind of news, in the order of declaration."""
        return list(choices_of(self.person).values())

    def quiet(self) -> list[tuple[int, int]]:
        """Return the spans of a day in which nothing disturbs the viewer: the one that they choose first, if any."""
        band = self.viewer.age_band
        return spans(self.preferences().quiet, band, bounds_of(self.person, band).quiet)

    def takes(self) -> str:
        """Return from whom the viewer takes messages: what they chose, or a guardian set where that is stricter."""
        bounds = bounds_of(self.person, self.viewer.age_band)
        return stricter(self.preferences().messages_from, bounds.messages)

    def preferences(self) -> Preferences:
        """Return what the viewer has chosen, or the defaults as a row that is not stored."""
        return preferences_of(self.person, self.viewer.home)


def for_viewer(viewer: Viewer) -> InboxOf:
    """Return what a viewer may see: the only door."""
    return InboxOf(viewer)


def zone_for(viewer: Viewer) -> ZoneInfo:
    """Return the time zone of a viewer: the one that was chosen, or the home's own."""
    if viewer.person_id is None:
        return zone_of("", viewer.home)
    return zone_of(preferences_of(viewer.person_id, viewer.home).zone, viewer.home)


def preferences_of(person: uuid.UUID, home: str) -> Preferences:
    """Return what a person has chosen, or the defaults as a row that is not stored."""
    return Preferences.objects.filter(person_id=person).first() or Preferences(person_id=person, home=home)


def choices_of(person: uuid.UUID) -> dict[str, Choice]:
    """Return how a person is told of each kind of news, by kind."""
    stored = {row.kind: row for row in NoticeChoice.objects.filter(person_id=person)}
    return {name: _choice(kind, stored.get(name)) for name, kind in declared().items()}


def choice_of(person: uuid.UUID, kind: NoticeKind) -> Choice:
    """Return how a person is told of one kind of news."""
    return _choice(kind, NoticeChoice.objects.filter(person_id=person, kind=kind.name).first())


def _choice(kind: NoticeKind, row: NoticeChoice | None) -> Choice:
    if row is None:
        return Choice(kind, in_app=True, push=kind.pushes, digest=kind.digests)
    return Choice(kind, in_app=row.in_app or kind.is_binding, push=row.push, digest=row.digest)


def actors_of(notices: Collection[uuid.UUID], most: int = FACES) -> dict[uuid.UUID, list[Person]]:
    """Return the newest active people of each notice asked for, `most` of each, but for those who are apart from its
    person. Two queries."""
    with connection.cursor() as cursor:
        cursor.execute(NEWEST_ACTORS, [list(notices), most])
        pairs = cursor.fetchall()
    people = Person.objects.in_bulk({actor for _, actor in pairs})
    found: dict[uuid.UUID, list[Person]] = {notice: [] for notice in notices}
    for notice, actor in pairs:
        found[notice].append(people[actor])
    return found


def _shown(row: Notice, people: list[Person], poster: str, quote: str) -> Shown:
    kind = declared()[row.kind]
    handle = people[0].handle if people else ""
    told = Told(row.about, row.detail, tuple(one.name for one in people[:2]), row.count, handle)
    return Shown(
        id=row.id,
        kind=row.kind,
        icon=kind.icon,
        sentence=kind.say(told),
        quote=quote,
        link=kind.link(told),
        people=people,
        poster=poster,
        at=row.at,
        is_read=row.read_at is not None,
    )
