"""Lists of people and clips: who follows whom, who likes a clip, what one keeps."""

import uuid
from dataclasses import dataclass
from typing import Any

from parvis.accounts.models import Person
from parvis.accounts.queries import apart_from
from parvis.accounts.viewer import Viewer
from parvis.clips.cards import Card
from parvis.clips.models import Clip
from parvis.clips.queries import for_viewer as clips_for
from parvis.social.errors import ListClosed
from parvis.social.models import ACCEPTED, Follow, Follower, Like, Save
from parvis.social.policies import may_curate, may_read_lists

PAGE = 20
GRID = 60


@dataclass(frozen=True)
class PeoplePage:
    """A page of people; `next` is the cursor of the following page, None on the last."""

    people: list[Person]
    next: uuid.UUID | None


def cursor_of(text: str) -> uuid.UUID | None:
    """Return the cursor that an address carries; anything that is none begins at the first."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def may_read(viewer: Viewer, person: Person) -> bool:
    """Whether a viewer who may see a person may read their lists."""
    return may_read_lists(viewer, person, follows=clips_for(viewer).follows(person.id))


def likers(viewer: Viewer, clip: Clip, *, after: uuid.UUID | None, limit: int) -> PeoplePage:
    """Return a page of those who like a clip. ListClosed for anybody but its creator."""
    if not may_curate(viewer, clip):
        raise ListClosed
    rows = Like.objects.filter(clip=clip, person__is_active=True).select_related("person")
    return _people(viewer, rows, "person", after, limit)


def followers(viewer: Viewer, person: Person, *, after: uuid.UUID | None, limit: int) -> PeoplePage:
    """Return a page of those who follow a person. ListClosed if that is not for the viewer."""
    if not may_read(viewer, person):
        raise ListClosed
    rows = Follower.objects.filter(person=person, state=ACCEPTED, follower__is_active=True).select_related("follower")
    return _people(viewer, rows, "follower", after, limit)


def following(viewer: Viewer, person: Person, *, after: uuid.UUID | None, limit: int) -> PeoplePage:
    """Return a page of those whom a person follows. ListClosed if that is not for the viewer."""
    if not may_read(viewer, person):
        raise ListClosed
    rows = Follow.objects.filter(follower=person, state=ACCEPTED, followed__is_active=True).select_related("followed")
    return _people(viewer, rows, "followed", after, limit)


def saved(viewer: Viewer, *, after: uuid.UUID | None, limit: int) -> tuple[list[Card], uuid.UUID | None]:
    """Return a page of what the viewer keeps, and the cursor of the following page."""
    if viewer.person_id is None:
        return [], None
    rows = list(_after(Save.objects.filter(person_id=viewer.person_id), after)[: limit + 1])
    cards = {card.id: card for card in clips_for(viewer).some([row.clip_id for row in rows[:limit]])}
    return [cards[row.clip_id] for row in rows[:limit] if row.clip_id in cards], _next(rows, limit)


def _people(viewer: Viewer, rows: Any, column: str, after: uuid.UUID | None, limit: int) -> PeoplePage:
    apart = apart_from(viewer.person_id)
    found = list(_after(rows.exclude(**{f"{column}_id__in": apart}), after)[: limit + 1])
    return PeoplePage([getattr(row, column) for row in found[:limit]], _next(found, limit))


def _after(rows: Any, after: uuid.UUID | None) -> Any:
    return (rows.filter(id__lt=after) if after else rows).order_by("-id")


def _next(rows: list[Any], limit: int) -> uuid.UUID | None:
    return rows[limit - 1].id if len(rows) > limit else None
