"""The named world of the social tests, and events handed on as the worker does."""

from collections.abc import Callable

import pytest

from parvis.events.models import Event
from parvis.inbox.queries.notices import for_viewer
from parvis.inbox.subscribers import told
from parvis.social.tests.conftest import client_of, clip, make_clip, viewer_of, world

__all__ = ["client_of", "clip", "make_clip", "viewer_of", "world"]

PAGE = {"Accept": "text/html", "Sec-Fetch-Mode": "navigate", "Accept-Language": "en"}


def plain(text: str) -> str:
    """A sentence without the marks that keep names in their own direction."""
    return text.replace("\u2068", "").replace("\u2069", "")


def deliver() -> None:
    """Hand every event to the inbox, as the worker does; again each time it is called."""
    for event in Event.objects.order_by("xid", "id"):
        told(event)


def sentences(person) -> list[str]:
    return [plain(one.sentence) for one in for_viewer(viewer_of(person)).notices().notices]


@pytest.fixture
def inbox() -> Callable[..., list[str]]:
    """Deliver what happened; return what a person reads, the newest first."""

    def read(person) -> list[str]:
        deliver()
        return sentences(person)

    return read
