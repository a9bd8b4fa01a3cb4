"""What the tests of feeds share: published clips without files, viewers, and a feed that reads the news when told."""

import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from parvis.accounts.actions import open_account
from parvis.accounts.models import Person
from parvis.accounts.viewer import ADULT, COOKIE, Viewer, anonymous, encode
from parvis.accounts.world import NAMED
from parvis.cells.datamap import declared
from parvis.cells.keys import pseudonym
from parvis.cells.records import Owner, erase_some, export
from parvis.cells.returning import check, take_up
from parvis.clips.models import Clip, Rendition
from parvis.events.actions import record
from parvis.feed import live as living
from parvis.feed.hot import slate as hot_slate
from parvis.feed.hot import watches as hot_watches
from parvis.feed.kinds import VIEWER_ERASED
from parvis.feed.live import Live
from parvis.kit.clock import ms, now
from parvis.kit.ids import uuid7

TAGS = ("jazz", "cats", "chess", "bread")


@pytest.fixture
def world(transactional_db) -> dict[str, Person]:
    """The named people, without passwords: hashing seven takes longer than any test here. The threads of the feed
    have connections of their own, so what a test makes is committed."""
    return {one.handle: joined(one) for one in NAMED}


def joined(one: Any) -> Person:
    return open_account(
        handle=one.handle, birth_date=date(now().year - one.years, 1, 1), home=one.home, language=one.language,
        display_name=one.name, is_operator=one.is_operator,
    )  # fmt: skip


def make_clip(creator: Person, number: int, *, tag: str = "", audience: str = "everyone") -> Clip:
    """A published clip, `number` minutes old: the higher the number, the older."""
    return make_clips([(creator, number)], tag=tag, audience=audience)[0]


def make_clips(wanted: list[tuple[Person, int]], *, tag: str = "", audience: str = "everyone") -> list[Clip]:
    clips = []
    for creator, number in wanted:
        at, about = now() - timedelta(minutes=number), tag or TAGS[number % 4]
        clips.append(Clip(
            home=creator.home, creator=creator, processing="ready", publication="published", audience=audience,
            playable_at=at, published_at=at, received_at=at, title=f"Clip {number}", caption=f"#{about}", tags=[about],
            language=creator.language, duration_ms=10_000, width=720, height=1280, poster="poster.jpg",
            placeholder="data:,",
        ))  # fmt: skip
    Clip.objects.bulk_create(clips)
    Rendition.objects.bulk_create(
        Rendition(home=clip.home, creator=clip.creator, clip=clip, name="360", file="360.mp4", width=360, height=640,
                  bytes=1000, bit_rate=1, fps=30.0)
        for clip in clips
    )  # fmt: skip
    return clips


@pytest.fixture
def clips(world) -> list[Clip]:
    """Sixty clips, by alice, carol and dan in turns, about four subjects in turns; the newest first."""
    creators = [world["alice"], world["carol"], world["dan"]]
    return make_clips([(creators[number % 3], number) for number in range(60)])


@pytest.fixture
def live(clips) -> Iterator[Live]:
    """The feed of this process; its thread looks for news only in `live.look()`, so that tests say when."""
    living.close()
    living.LOOK_S, before = 3600.0, living.LOOK_S
    yield living.live()
    living.close()
    living.LOOK_S = before


def viewer_of(person: Person) -> Viewer:
    return Viewer(pseudonym(person.id), person.home, person.language, person.id, person.handle, age_band=ADULT)


@pytest.fixture
def bob(world) -> Viewer:
    return viewer_of(world["bob"])


@pytest.fixture
def visitor() -> Viewer:
    return anonymous("FR", "fr")


class Answer:
    """What a hot function answered."""

    def __init__(self, status: str, headers: list[tuple[str, str]], body: bytes) -> None:
        self.status, self.headers, self.json = int(status[:3]), dict(headers), json.loads(body)


Ask = Callable[..., Answer | None]


@pytest.fixture
def ask(live) -> Ask:
    """GET /feed/slate on the hot path; None if it is left to Django."""

    def get(viewer: Viewer | None, query: str = "", **environ: Any) -> Answer | None:
        cookie = f"x=1; {COOKIE}={encode(viewer)}; y=2" if viewer else ""
        return call(hot_slate, {"REQUEST_METHOD": "GET", "QUERY_STRING": query, "HTTP_COOKIE": cookie, **environ})

    return get


@pytest.fixture
def report(live) -> Ask:
    """POST /feed/watches on the hot path."""

    def post(viewer: Viewer | None, events: Any, **environ: Any) -> Answer | None:
        body = events if isinstance(events, bytes) else json.dumps({"events": events}).encode()
        cookie = f"{COOKIE}={encode(viewer)}" if viewer else ""
        return call(
            hot_watches,
            {"REQUEST_METHOD": "POST", "HTTP_COOKIE": cookie, "HTTP_ORIGIN": "http://testserver",
             "HTTP_HOST": "testserver", "CONTENT_LENGTH": str(len(body)), "wsgi.input": Body(body), **environ},
        )  # fmt: skip

    return post


class Body:
    def __init__(self, body: bytes) -> None:
        self.body = body

    def read(self, size: int = -1) -> bytes:
        return self.body[:size]


def call(hot: Callable[..., Any], environ: dict[str, Any]) -> Answer | None:
    said: list[Any] = []
    body = hot(environ, lambda status, headers: said.extend([status, headers]))
    return None if body is None else Answer(said[0], said[1], b"".join(body))


def watched(clip: UUID | str, kind: str = "watch", watched_ms: int = 10_000, **more: Any) -> dict[str, Any]:
    """An event as the page sends it."""
    return {"id": str(uuid7()), "slate": str(uuid7()), "position": 0, "clip": str(clip), "kind": kind,
            "watched_ms": watched_ms, "loops": 0, "at_ms": ms(), **more}  # fmt: skip


FEED_TABLES = ("feed_preference", "feed_choice", "feed_slate", "feed_watch")


def owner_of(viewer: Viewer) -> Owner:
    return Owner(viewer.person_id, viewer.pseudonym, viewer.home)


def taken_along(viewer: Viewer) -> list[tuple[str, dict[str, Any]]]:
    """What a viewer's archive has of the feed."""
    return [(name, row) for name in FEED_TABLES for row, _ in export(declared()[name], owner_of(viewer))]


def brought_back(viewer: Viewer, name: str, row: dict[str, Any]) -> None:
    check(declared()[name], owner_of(viewer), row)
    take_up(declared()[name], owner_of(viewer), [row])


def erased(viewer: Viewer) -> None:
    """Erase what feeds keep of a viewer, and say so, as the end of an account does."""
    with transaction.atomic():
        for name in FEED_TABLES:
            while erase_some(declared()[name], owner_of(viewer), lambda _name: None)[0]:
                pass
        record(VIEWER_ERASED, home=viewer.home, object=viewer.pseudonym)
