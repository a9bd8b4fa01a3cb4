"""How much is unread: asked for every page, so one look into two small partial indexes."""

import uuid
from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpRequest

from parvis.accounts.viewer import Viewer
from parvis.inbox.models import Chat, Notice
from parvis.inbox.models.chats import OPEN

MOST: Final = 100


def unread_notices(person: uuid.UUID, *, home: str) -> int:
    """Return how many notices a person has not read, MOST at most."""
    return _notices(person, home).count()


def unread_chats(person: uuid.UUID, *, home: str) -> int:
    """Return in how many conversations somebody has written what the person has not seen, MOST at most. Requests of
    strangers do not count: they disturb nobody."""
    return _chats(person, home).count()


def _notices(person: uuid.UUID, home: str) -> "QuerySet[Any, Any]":
    rows = Notice.objects.filter(home=home, person_id=person, is_listed=True, read_at__isnull=True)
    return rows.values("id")[:MOST]


def _chats(person: uuid.UUID, home: str) -> "QuerySet[Any, Any]":
    rows = Chat.objects.filter(home=home, person_id=person, state=OPEN, unread__gt=0, is_muted=False)
    return rows.values("id")[:MOST]


def in_navigation(request: HttpRequest) -> int:
    """Return the number beside the inbox in the navigation."""
    viewer: Viewer | None = getattr(request, "viewer", None)
    if viewer is None or viewer.person_id is None:
        return 0
    person, home = viewer.person_id, viewer.home
    return _notices(person, home).union(_chats(person, home), all=True).count()
