"""What the tests of figures share: watches as the feed stores them."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from parvis.clips.models import Clip
from parvis.feed.models import Slate, Watch
from parvis.insights import actions
from parvis.kit.clock import now
from parvis.kit.ids import uuid7
from parvis.social.tests.conftest import client_of, make_clip, people, viewer_of

__all__ = ["client_of", "count", "crowd", "film", "make_clip", "viewer_of", "watch", "world"]
DURATION = 10_000


@pytest.fixture
def world(transactional_db: None) -> dict[str, Any]:
    """The named people. What is counted has to be committed: counting waits for open transactions."""
    return people()


@pytest.fixture
def film(world: dict[str, Any]) -> Clip:
    """A clip of alice's, of ten seconds."""
    return make_clip(world["alice"], duration_ms=DURATION, poster="poster.jpg")


def watch(clip: Clip, viewer: uuid.UUID, watched_ms: int = DURATION // 2, **more: Any) -> Watch:
    """Store a watch; with `feed=` in a slate of that feed, with `slate=` of that slate."""
    home, feed = more.pop("home", "FR"), more.pop("feed", None)
    if feed:
        more["slate"] = Slate.objects.create(
            home=home, pseudonym=viewer, feed=feed, clips=[clip.id], recipe=1, trace=b""
        ).id
    row = {"kind": "watch", "at": now(), "watched_ms": watched_ms, **more}
    return Watch.objects.create(id=uuid7(), home=home, pseudonym=viewer, clip=clip.id, **row)


def crowd(number: int) -> list[uuid.UUID]:
    return [uuid7() for _ in range(number)]


def count() -> None:
    while actions.count_some():
        pass


def day(back: int) -> datetime:
    return datetime.combine(now().date(), datetime.min.time(), UTC) + timedelta(hours=12) - timedelta(days=back)
