"""How much is unread: asked for every page, so one look into a small partial index."""

import uuid
from typing import Final

from django.http import HttpRequest

from parvis.accounts.viewer import Viewer
from parvis.inbox.models import Notice

MOST: Final = 100


def unread_notices(person: uuid.UUID, *, home: str) -> int:
    """Return how many notices a person has not read, MOST at most."""
    rows = Notice.objects.filter(home=home, person_id=person, is_listed=True, read_at__isnull=True)
    return rows.values("id")[:MOST].count()


def in_navigation(request: HttpRequest) -> int:
    """Return the number beside the inbox in the navigation."""
    viewer: Viewer | None = getattr(request, "viewer", None)
    if viewer is None or viewer.person_id is None:
        return 0
    return unread_notices(viewer.person_id, home=viewer.home)
