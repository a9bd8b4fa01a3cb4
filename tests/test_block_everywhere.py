"""After a block nothing of one person is at any address for the other: every route is asked, as a page and as JSON.

A new route is asked by itself: its parameters are filled with whatever of alice's fits them. What proves that the walk
finds something is the same walk before the block.
"""

import re
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.converters import IntConverter, UUIDConverter

from parvis.accounts import apart
from parvis.accounts.actions import open_account
from parvis.accounts.actions.profile import avatar_path, change
from parvis.accounts.models import Person
from parvis.accounts.viewer import COOKIE, Viewer, encode
from parvis.cells.keys import pseudonym
from parvis.clips import access, storage
from parvis.clips.hot import media
from parvis.clips.models import Clip, Rendition
from parvis.feed import live as living
from parvis.kit.clock import now
from parvis.kit.ids import uuid7
from parvis.social import actions

PICTURE = "c0ffee" * 5 + "aa"
# Words that stand nowhere else.
NAME, TITLE, CAPTION, SAID, BIO = (
    "Zinnober Quell",
    "Quittenhain",
    "Mispelsang #schlehe",
    "Holunderwort",
    "Ebereschenlied",
)
NOT_ASKED = re.compile(r"^/(sign-out|-/admin/logout)")


@pytest.fixture
def world(transactional_db, settings) -> Iterator[dict[str, Any]]:
    settings.PARVIS_RATE_LIMITS = False
    people = {
        handle: open_account(handle=handle, birth_date=date(now().year - 30, 1, 1), home=home, language="en", **more)
        for handle, home, more in (
            ("zinnober", "FR", {"display_name": NAME, "bio": BIO}),
            ("bob", "US", {}),
            ("carol", "DE", {}),
        )
    }
    if not default_storage.exists(avatar_path(PICTURE)):
        default_storage.save(avatar_path(PICTURE), ContentFile(b"RIFF"))
    change(people["zinnober"], avatar_key=PICTURE)
    clips = {handle: _clip(person) for handle, person in people.items()}
    for clip in clips.values():
        actions.comment(viewer=viewer_of(people["zinnober"]), clip_id=clip.id, text=SAID, nonce=uuid7())
    for one, other in (("bob", "zinnober"), ("zinnober", "bob")):
        actions.follow(viewer=viewer_of(people[one]), followed=people[other])
    actions.like(viewer=viewer_of(people["bob"]), clip_id=clips["zinnober"].id)
    actions.like(viewer=viewer_of(people["zinnober"]), clip_id=clips["bob"].id)
    actions.follow(viewer=viewer_of(people["carol"]), followed=people["zinnober"])
    actions.save(viewer=viewer_of(people["bob"]), clip_id=clips["zinnober"].id)
    top, _ = actions.comment(viewer=viewer_of(people["carol"]), clip_id=clips["carol"].id, text="Hi", nonce=uuid7())
    answer = {"text": SAID, "nonce": uuid7(), "reply_to": top.id}
    actions.comment(viewer=viewer_of(people["zinnober"]), clip_id=clips["carol"].id, **answer)
    living.close()
    yield {"people": people, "clips": clips, "answered": top}
    living.close()


def _clip(creator: Person) -> Clip:
    is_theirs = creator.handle == "zinnober"
    clip = Clip.objects.create(
        home=creator.home, creator=creator, processing="ready", publication="published", published_at=now(),
        playable_at=now(), received_at=now(), title=TITLE if is_theirs else f"By {creator.handle}",
        caption=CAPTION if is_theirs else "#schlehe", tags=["schlehe"], duration_ms=9000, width=720, height=1280,
        poster="poster.jpg", placeholder="data:,",
    )  # fmt: skip
    Rendition.objects.create(home=clip.home, creator=creator, clip=clip, name="360", file="360.mp4", width=360,
                             height=640, bytes=4, bit_rate=1, fps=30.0)  # fmt: skip
    for file in ("360.mp4", "poster.jpg"):
        storage.put(storage.file_name(clip.id, file), b"film")
    return clip


def viewer_of(person: Person) -> Viewer:
    return Viewer(pseudonym(person.id), person.home, person.language, person.id, person.handle, age_band="adult")


def patterns(resolver: URLResolver, names: tuple[str, ...] = ()) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every named route of ours, with its parameters' converters."""
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from patterns(one, (*names, one.namespace) if one.namespace else names)
        elif isinstance(one, URLPattern) and one.name:
            yield ":".join((*names, one.name)), one.pattern.converters


def addresses(world: dict[str, Any]) -> list[str]:
    """Every address that the routes make of what is alice's, and of the other clips, where she has a word."""
    alice, clips = world["people"]["zinnober"], world["clips"]
    ids = [*(clip.id for clip in clips.values()), alice.id, *_comments()]
    found = {"/feed/slate?feed=for-you", "/feed/slate?feed=following", "/feed/slate?feed=tag:schlehe",
             "/feed/slate?feed=by:zinnober", f"/feed/slate?feed=clip:{clips['zinnober'].id}",
             f"/feed/mine?clip={clips['zinnober'].id}", f"/oembed?url=http://testserver/c/{clips['zinnober'].id}",
             f"/avatars/{PICTURE}", f"/@zinnober/feed?from={clips['zinnober'].id}",
             "/@carol/following", "/search?q=Zinnober", "/search?q=Quittenhain"}  # fmt: skip
    for name, converters in patterns(get_resolver()):
        if name.startswith(("admin:", "djdt:")):
            continue
        fitting = [dict.fromkeys(converters)]
        if converters:
            fitting = [
                {key: _value(converter, key, one) for key, converter in converters.items()} for one in (*ids, "schlehe")
            ]
        for values in fitting:
            with suppress(Exception):  # a converter that takes nothing of hers
                found.add(reverse(name, kwargs=values or None))
    return sorted(one for one in found if not NOT_ASKED.match(one))


def _comments() -> list[UUID]:
    from parvis.social.models import Comment

    return list(Comment.objects.values_list("id", flat=True))


def _value(converter: Any, key: str, one: UUID | str) -> Any:
    if isinstance(converter, UUIDConverter):
        return one if isinstance(one, UUID) else None
    if isinstance(converter, IntConverter):
        return 1
    return "zinnober" if isinstance(one, UUID) else one


def signs(world: dict[str, Any]) -> list[str]:
    alice, clip = world["people"]["zinnober"], world["clips"]["zinnober"]
    return [NAME, TITLE, "Mispelsang", SAID, BIO, PICTURE, "zinnober", str(alice.id), str(clip.id)]


def found(world: dict[str, Any], who: str) -> dict[str, list[str]]:
    """What of alice's one sees, by address."""
    client = Client(headers={"sec-fetch-mode": "cors"}, raise_request_exception=True)
    client.force_login(world["people"][who], "allauth.account.auth_backends.AuthenticationBackend")
    seen: dict[str, list[str]] = {}
    for address in addresses(world):
        for accept in ("text/html", "application/json"):
            answer = client.get(address, headers={"accept": accept})
            body = b"".join(answer) if answer.streaming else answer.content
            text = body.decode("utf-8", "replace") + answer.headers.get("location", "")
            # What stands in the address itself, who asked for it knew: a page may say it again.
            if hers := [sign for sign in signs(world) if sign in text and sign not in address]:
                seen[address] = hers
            elif address.startswith("/avatars/") and answer.status_code == 200:
                seen[address] = ["the picture"]
    return seen


def status(world: dict[str, Any], who: str, address: str) -> int:
    client = Client(headers={"sec-fetch-mode": "cors"})
    client.force_login(world["people"][who], "allauth.account.auth_backends.AuthenticationBackend")
    return client.get(address).status_code


def film(world: dict[str, Any], who: str, file: str) -> str:
    """Return how the hot path answers who asks for a file of alice's clip."""
    access.forget()
    apart.forget()
    said: list[str] = []
    clip = world["clips"]["zinnober"]
    cookie = f"{COOKIE}={encode(viewer_of(world['people'][who]))}"
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": f"/media/{clip.id}/{file}", "HTTP_COOKIE": cookie}
    media(environ, lambda status, _headers: said.append(status))
    return said[0][:3]


@pytest.mark.parametrize("blocker", ["zinnober", "bob"])
def test_after_a_block_no_address_shows_anything_of_the_other(world, blocker, monkeypatch):
    monkeypatch.setattr(living, "LOOK_S", 0.2)  # whatever a test before this one left
    before = found(world, "bob")
    clip = world["clips"]["zinnober"]
    there = {"/", "/following", "/tag/schlehe", "/@zinnober", f"/c/{clip.id}", f"/c/{clip.id}/comments",
             f"/avatars/{PICTURE}", f"/c/{world['clips']['carol'].id}",
             f"/embed/{clip.id}", "/saved", "/@carol/following",
             f"/comments/{world['answered'].id}/replies"}  # fmt: skip
    assert there <= before.keys(), "the walk finds what is there to be found"
    assert [film(world, "bob", file) for file in ("360.mp4", "poster.jpg")] == ["200", "200"]

    people = world["people"]
    other = "bob" if blocker == "zinnober" else "zinnober"
    actions.block(viewer=viewer_of(people[blocker]), person=people[other])
    time.sleep(5 * living.LOOK_S)  # within which the feed looks at the news by itself

    after = found(world, "bob")
    if blocker == "bob":  # who blocks may undo it: that list names her
        for own in ("/settings/blocked", "/api/v1/blocked"):
            assert set(after.pop(own)) == {NAME, "zinnober"}
    assert after == {}
    assert status(world, "bob", "/@zinnober") == status(world, "bob", f"/c/{clip.id}") == 404
    assert [film(world, "bob", file) for file in ("360.mp4", "poster.jpg")] == ["404", "404"]
    assert film(world, "carol", "360.mp4") == "200"
    assert there <= found(world, "carol").keys() | {"/following", "/saved"}, "others see her as before"
