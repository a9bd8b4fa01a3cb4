"""How much is unread: asked for every page, so two looks into small partial indexes."""

import uuid
from typing import Final

from django.http import HttpRequest

from parvis.accounts.viewer import Viewer
from parvis.inbox.models import Chat, Notice
from parvis.inbox.models.chats import OPEN

MOST: Final = 100


def unread_notices(person: uuid.UUID, *, home: str) -> int:
    """Return how many notices a person has not read, MOST at most."""
    rows = Notice.objects.filter(home=home, person_id=person, is_listed=True, read_at__isnull=True)
    return rows.values("id")[:MOST].count()


def unread_chats(person: uuid.UUID, *, home: str) -> int:
    """Return in how many conversations somebody has written what the person has not seen, MOST at most. Requests of
    strangers do not count: they disturb nobody."""
    rows = Chat.objects.filter(home=home, person_id=person, state=OPEN, unread__gt=0, is_muted=False)
    return rows.values("id")[:MOST].count()


def in_navigation(request: HttpRequest) -> int:
    """Return the number beside the inbox in the navigation."""
    viewer: Viewer | None = getattr(request, "viewer", None)
    if viewer is None or viewer.person_id is None:
        return 0
    person, home = viewer.person_id, viewer.home
    return unread_notices(person, home=home) + unread_chats(person, home=home)
