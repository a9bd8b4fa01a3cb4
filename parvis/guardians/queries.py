"""Everything that reads family links. `for_viewer` is the only door to what somebody sees; `bounds_of` tells the
packages below what is set for a person."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from parvis.accounts.bounds import NONE, Bounds, stricter
from parvis.accounts.models import Person
from parvis.accounts.queries import age_band_of, apart_from
from parvis.accounts.viewer import Viewer
from parvis.cells.keys import pseudonym, unseal
from parvis.feed import minutes
from parvis.feed import queries as feed
from parvis.guardians.errors import NoSuchLink
from parvis.guardians.models import GUARDIAN, LINKED, LIVING, TEEN, Change, Link, Rules
from parvis.guardians.policies import NOTHING, Wish
from parvis.inbox.queries.notices import preferences_of
from parvis.inbox.quiet import spans, zone_of
from parvis.kit.clock import now
from parvis.safety.models import Decision, Report

TAGS: Final = "guardians_rules.tags"
LATELY: Final = timedelta(days=90)
LOG_LENGTH: Final = 50


def wish_of(rules: Rules | None) -> Wish:
    """Return what a guardian has set, opened."""
    if rules is None:
        return NOTHING
    tags = unseal(rules.person_id, TAGS, rules.tags).split("\n") if rules.tags else []
    start, end = rules.quiet_from, rules.quiet_until
    return Wish(
        minutes=rules.minutes,
        break_after=rules.break_after,
        quiet=None if start is None or end is None else (start, end),
        is_kept_private=rules.is_kept_private,
        messages=rules.messages,
        comments=rules.comments,
        tags=tuple(tags),
    )


def bounds_of(person: uuid.UUID) -> Bounds:
    """Return what a person's guardians have set: of two that differ the stricter holds. Nothing of a guardian whose
    account is closed. One query."""
    rows = Rules.objects.filter(person_id=person, link__state=LINKED, link__other__is_active=True)
    found = list(rows.select_related("link__other").order_by("id"))
    return _together([(row.link.other.name, wish_of(row)) for row in found]) if found else NONE


def _together(set_by: Sequence[tuple[str, Wish]]) -> Bounds:
    by: dict[str, tuple[str, ...]] = {}
    for name, wish in set_by:
        for field, _value in wish.differs_from(NOTHING):
            by[field] = (*by.get(field, ()), name)
    wishes = [wish for _name, wish in set_by]
    return Bounds(
        minutes=min((wish.minutes for wish in wishes if wish.minutes), default=None),
        break_after=min((wish.break_after for wish in wishes if wish.break_after), default=None),
        quiet=tuple(wish.quiet for wish in wishes if wish.quiet),
        is_kept_private=any(wish.is_kept_private for wish in wishes),
        messages=stricter(*(wish.messages for wish in wishes)),
        comments=stricter(*(wish.comments for wish in wishes)),
        tags=frozenset(tag for wish in wishes for tag in wish.tags),
        by=by,
    )


@dataclass(frozen=True)
class Holds:
    """What holds for a teen at this moment, from whatever side: age, own choice, guardians. Minutes; None for none."""

    minutes: int | None
    break_after: int
    quiet: list[tuple[int, int]]
    is_private: bool
    messages: str
    comments: str


@dataclass(frozen=True)
class Overview:
    """All that a guardian sees of a teen; the teen sees the same. `days`: milliseconds watched on each of the last
    days, today last, as days are where the teen lives. `reports`, `decisions`: how many in LATELY."""

    link: Link
    teen: Person
    guardian: Person
    wish: Wish
    holds: Holds
    days: list[tuple[date, int]]
    zone: ZoneInfo
    reports: int
    decisions: int
    changes: list[Change]


@dataclass(frozen=True)
class Family:
    """What one viewer may see: their own links."""

    viewer: Viewer

    def _mine(self) -> QuerySet[Link]:
        me = self.viewer.person_id
        if me is None:
            return Link.objects.none()
        mine = Link.objects.filter(person_id=me, state__in=LIVING, other__is_active=True)
        return mine.exclude(other__in=apart_from(me)).select_related("other", "person")

    def links(self) -> list[Link]:
        """Return the viewer's links and open questions, the oldest first."""
        return list(self._mine().order_by("id"))

    def one(self, link: uuid.UUID) -> Link:
        """Return the viewer's own copy of a link or an open question. NoSuchLink."""
        found = self._mine().filter(link=link).first()
        if found is None:
            raise NoSuchLink
        return found

    def overview(self, link: uuid.UUID) -> Overview:
        """Return what there is to see of a link. NoSuchLink, also while it is only a question."""
        mine = self.one(link)
        if not mine.is_linked:
            raise NoSuchLink
        return _overview(mine)


def for_viewer(viewer: Viewer) -> Family:
    """Return what a viewer may see: the only door."""
    return Family(viewer)


def _overview(mine: Link) -> Overview:
    teen, guardian = (mine.person, mine.other) if mine.role == TEEN else (mine.other, mine.person)
    copy = teens_copy(mine.link)
    zone = zone_of(preferences_of(teen.id, teen.home).zone, teen.home)
    since = now() - LATELY
    decided = Decision.objects.filter(person_id=teen.id, created_at__gt=since, lifted_at__isnull=True)
    return Overview(
        link=mine,
        teen=teen,
        guardian=guardian,
        wish=wish_of(Rules.objects.filter(link=copy).first()),
        holds=holds_for(teen),
        days=feed.watched_by_day(pseudonym(teen.id), zone, feed.TIME_DAYS),
        zone=zone,
        reports=Report.objects.filter(person_id=teen.id, created_at__gt=since).count(),
        decisions=decided.exclude(on_thing="", on_account="").count(),
        changes=list(Change.objects.filter(link=copy).select_related("by").order_by("-id")[:LOG_LENGTH]),
    )


def holds_for(teen: Person) -> Holds:
    """Return what holds for a teen."""
    bounds, band = bounds_of(teen.id), age_band_of(teen)
    wish, chosen = feed.preference(pseudonym(teen.id)), preferences_of(teen.id, teen.home)
    return Holds(
        minutes=minutes.most(wish.minutes, bounds),
        break_after=minutes.break_after(wish.break_after, band, bounds),
        quiet=spans(chosen.quiet, band, bounds.quiet),
        is_private=teen.is_private,
        messages=stricter(chosen.messages_from, bounds.messages, "followed"),  # nobody under 18 is for strangers
        comments=bounds.comments,
    )


def teens_copy(link: uuid.UUID) -> Link:
    """Return the teen's copy of a link. NoSuchLink."""
    found = Link.objects.filter(link=link, role=TEEN).first()
    if found is None:
        raise NoSuchLink
    return found


def linked(person: uuid.UUID, role: str) -> int:
    """Return in how many links somebody is in a role."""
    return Link.objects.filter(person_id=person, role=role, state=LINKED).count()


def waiting_of(person: uuid.UUID) -> QuerySet[Link]:
    """The questions of a person that wait for an answer."""
    return Link.objects.filter(person_id=person, is_asker=True, state="proposed")


def changes_of(changes: Iterable[uuid.UUID], viewer: Viewer) -> list[Change]:
    """Return those of some changes that the viewer may read as the teen whom they concern."""
    if viewer.person_id is None:
        return []
    return list(Change.objects.filter(id__in=list(changes), person_id=viewer.person_id).select_related("by"))


def both(link: uuid.UUID) -> QuerySet[Link]:
    """Both copies of a link."""
    return Link.objects.filter(link=link)


def between(one: uuid.UUID, other: uuid.UUID) -> QuerySet[Link]:
    """The living copies between two people."""
    pairs = Q(person_id=one, other_id=other) | Q(person_id=other, other_id=one)
    return Link.objects.filter(pairs, state__in=LIVING)


def other_role(role: str) -> str:
    """Return what the other is."""
    return GUARDIAN if role == TEEN else TEEN
