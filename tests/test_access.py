"""Who gets what at which address: each route with each method, as eight kinds of people, beside `access.toml`.

A route that is not in the table must refuse the method (405), so a new route without a row fails. What is asked for
is alice's; `open` is the square with alice's account open to all, `kept` with a private one.
"""

import re
import tomllib
import uuid
from collections.abc import Iterator
from datetime import date
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import IntConverter, UUIDConverter

from parvis.accounts.actions import open_account
from parvis.accounts.actions.tokens import create_token
from parvis.accounts.models import Person
from parvis.accounts.viewer import COOKIE, encode
from parvis.clips.actions import begin_upload
from parvis.clips.models import Rendition
from parvis.connect.actions import register_app
from parvis.project import rsgi, wsgi
from parvis.social import actions
from parvis.social.tests.conftest import make_clip, people, viewer_of

ROLES = {
    "anonymous": None, "stranger": "bob", "follower": "carol", "blocked": "dan", "minor": "erin", "owner": "alice",
    "moderator": "frank", "operator": "olga",
}  # fmt: skip
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
TABLE: dict[str, str] = tomllib.loads((Path(__file__).parent / "access.toml").read_text())["access"]
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
# What is sent, where an empty request would be refused before anybody asks who sent it.
SENT: dict[str, Any] = {
    "POST c/<uuid:clip_id>/comments": {"text": "Hello"},
    "POST c/<uuid:clip_id>/publication": {"to": "hidden"},
    "POST c/<uuid:clip_id>/edit": {"audience": "everyone"},
    "PUT feed/choices/<str:topic>/<str:value>": {"says": "more"},
    "POST api/v1/clips/<clip_id>/comments": {"text": "Hello"},
    "POST api/v1/reports": {"kind": "clip", "id": "00000000-0000-0000-0000-000000000007", "reason": "harassment"},
    "POST api/v1/me/decisions/<decision_id>/appeal": {"words": "Hello"},
    "PATCH api/v1/me": {"bio": "Hello"},
    "PATCH api/v1/me/notifications": {"zone": "Europe/Paris"},
    "PUT api/v1/me/messages": {"takes": "followed"},
    "DELETE api/v1/me/browsers": {"endpoint": "https://push.example/1"},
    "POST api/v1/chats": {"people": ["alice", "carol"]},
    "PUT api/v1/chats/<chat_id>/answer": {"accepts": True},
    "POST api/v1/chats/<chat_id>/messages": {"text": "Hello"},
    "POST api/v1/people/<handle>/messages": {"text": "Hello"},
    "PATCH api/v1/me/clips/<clip_id>": {"title": "Hello"},
    "PUT api/v1/me/clips/<clip_id>/publication": {"to": "hidden"},
    "PUT api/v1/me/clips/<clip_id>/captions/<language>": {"vtt": "WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n"},
    "POST api/v1/watches": {"events": []},
    "PATCH api/v1/feed/preferences": {"mode": "newest"},
    "POST api/v1/me/family": {"code": "ZZZZ-ZZZZ"},
    "PUT api/v1/me/family/<link_id>/answer": {"accepts": True},
    "PUT api/v1/me/family/<link_id>/rules": {"minutes": 60},
    "PUT api/v1/feed/choices/<topic>/<value>": {"says": "more"},
}
NOBODY = str(uuid.UUID(int=7))  # the id of nothing
PLAIN = {"sec-fetch-mode": "cors", "tus-resumable": "1.0.0"}
FORMS = re.compile(r"POST (?!api/)")


class Square:
    """The named world with what the addresses name, and a browser for each role."""

    def __init__(self, *, private: bool) -> None:
        world = people()
        self.people = {role: world[handle] if handle else None for role, handle in ROLES.items()}
        alice, carol, frank = world["alice"], world["carol"], world["frank"]
        asks = open_account(handle="gina", birth_date=date(1990, 1, 1), home="FR", language="fr")
        self.clip = make_clip(alice, poster="poster.jpg")
        Rendition.objects.create(
            home=alice.home, creator=alice, clip=self.clip, name="360", file="360.mp4", width=360, height=640,
            bytes=4, bit_rate=1, fps=30.0,
        )  # fmt: skip
        default_storage.save(f"clips/{self.clip.id}/360.mp4", ContentFile(b"film"))
        actions.follow(viewer=viewer_of(carol), followed=alice)
        said, _ = actions.comment(viewer=viewer_of(alice), clip_id=self.clip.id, text="Hello", nonce=uuid.uuid4())
        Person.objects.filter(id=alice.id).update(is_private=private)
        alice.refresh_from_db()
        if private:
            actions.follow(viewer=viewer_of(asks), followed=alice)
        if hasattr(actions, "block"):
            actions.block(viewer=viewer_of(alice), person=world["dan"])
        frank.groups.add(Group.objects.get_or_create(name="moderator")[0])
        Person.objects.filter(id=frank.id).update(is_staff=True)
        upload = begin_upload(creator=alice.id, home=alice.home, length=100, filename="a.mp4", clip=None)
        token, _ = create_token(person=alice, name="mine", allowed=["read"], days=1)
        app, _ = register_app(
            person=alice, name="mine", website="", redirect_uris=["https://app.example/"], keeps_secret=False
        )
        self.named = {
            "clip_id": self.clip.id, "comment_id": said.id, "handle": alice.handle, "upload_id": upload.id,
            "token_id": token.id, "app_id": app.id, "tag": "jazz", "topic": "tag",
            "value": "jazz", "language": "fr", "key": "0" * 32,
        }  # fmt: skip
        self.cookies = {role: self._cookies(person) for role, person in self.people.items()}

    def _cookies(self, person: Person | None) -> str:
        client = Client()
        if person is not None:
            client.force_login(person, BACKEND)
            client.cookies[COOKIE] = encode(viewer_of(person))
        return client.cookies.output(header="", sep=";")

    def status(self, row: str, address: str, role: str) -> int:
        """Send one request as somebody, and undo what it did."""
        method = row.split(" ", 1)[0]
        client = Client(headers=PLAIN, raise_request_exception=False)
        client.cookies = SimpleCookie(self.cookies[role])
        body = SENT.get(row)
        how: dict[str, Any] = {} if body is None else {"data": body}
        if body is not None and not FORMS.match(row):
            how["content_type"] = "application/json"
        with transaction.atomic():
            status = getattr(client, method.lower())(address, **how).status_code
            transaction.set_rollback(True)
        return int(status)

    def hot_status(self, method: str, address: str, role: str) -> int:
        """Send one request to what answers in front of Django."""
        environ = RequestFactory().generic(method, address, HTTP_COOKIE=self.cookies[role]).environ
        said: list[str] = []
        with transaction.atomic(), patch.object(connection, "close"):  # which would end the test's transaction
            body = wsgi.application(environ, lambda status, headers, *_: said.append(status))
            getattr(body, "close", lambda: None)()
            transaction.set_rollback(True)
        return int(said[0][:3])


def routes(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield each route of ours with its pattern; the admin's have their own rule."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            if not route.startswith("-/admin"):
                yield from routes(pattern, route)
        else:
            yield route, pattern


def address(route: str, pattern: URLPattern, named: dict[str, Any]) -> str:
    """Return an example of a route: alice's, where a name says what it is."""
    handle = {"handle": "gina"} if "follow-requests" in route else {}
    for name, converter in pattern.pattern.converters.items():
        usual = {UUIDConverter: NOBODY, IntConverter: 7}.get(type(converter), NOBODY if name.endswith("_id") else "7")
        value = {**named, **handle}.get(name, usual)
        route = re.sub(rf"<(\w+:)?{name}>", str(value), route)
    return f"/{route}"


def hot() -> Iterator[str]:
    yield from sorted({*wsgi.EXACT, *rsgi.EXACT})
    yield f"{wsgi.MEDIA}<clip>/<file>"


def is_refused(row: str, status: int) -> bool:
    """Whether a method is none of a route's. Where a gate sends everybody elsewhere first, that comes later."""
    return status == 405 or (status in {302, 403} and row.split(" ", 1)[0] in {"PUT", "PATCH", "DELETE"})


def found_in(square: Square, *, named_only: bool = False) -> dict[str, list[int]]:
    """Ask for everything as everybody; methods that are none of a route's and not in the table are left out.
    `named_only`: only where an address names something of alice's."""
    found = {}
    for route, pattern in routes():
        for row in [f"{method} {route}" for method in METHODS] if "<" in route or not named_only else ():
            where = address(route, pattern, square.named)
            if row in TABLE or not is_refused(row, square.status(row, where, "operator")):
                found[row] = [square.status(row, where, role) for role in ROLES]
    for path in hot():
        for row in (f"HOT GET {path}", f"HOT POST {path}"):
            method, real = row.split()[1], path.replace("<clip>/<file>", f"{square.clip.id}/360.mp4")
            if row in TABLE or square.hot_status(method, real, "operator") != 405:
                found[row] = [square.hot_status(method, real, role) for role in ROLES]
    return found


def line(codes: list[int]) -> str:
    return str(codes[0]) if len(set(codes)) == 1 else " ".join(map(str, codes))


def lines(open_: dict[str, list[int]], kept: dict[str, list[int]]) -> dict[str, str]:
    """Return the rows as the table has them: a number for all, or one for each; after | those of a private account."""
    rows = {}
    for row in sorted(open_, key=lambda one: one.split(" ", 1)[::-1]):
        one = line(open_[row])
        other = line(kept.get(row, open_[row]))
        rows[row] = one if one == other else f"{one} | {other}"
    return rows


@pytest.fixture
def found(db: None, settings: Any, tmp_path: Path) -> dict[str, str]:
    settings.PARVIS_RATE_LIMITS = False
    folder = {"BACKEND": "parvis.clips.storage.FolderStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = settings.STORAGES | {"default": folder}
    both = []
    for private in (False, True):
        with transaction.atomic():
            both.append(found_in(Square(private=private), named_only=private))
            transaction.set_rollback(True)
    return lines(*both)


def test_everybody_gets_what_the_table_says_and_nothing_is_missing_in_it(found: dict[str, str]) -> None:
    wrong = [f'"{row}" = "{codes}"  # the table says {TABLE.get(row)}' for row, codes in found.items()
             if TABLE.get(row) != codes]  # fmt: skip
    assert not wrong, "if this is meant, these are the rows for tests/access.toml:\n" + "\n".join(wrong)
    routed = {row for row in TABLE if not row.startswith("ADMIN ")}
    assert routed - found.keys() == set(), "no route has these rows"


def each_of(codes: str) -> Iterator[dict[str, int]]:
    """Yield the codes of a row by role, for each of the two squares."""
    for half in codes.split(" | "):
        numbers = [int(code) for code in half.split()]
        yield dict(zip(ROLES, numbers * len(ROLES) if len(numbers) == 1 else numbers, strict=True))


def test_the_table_holds_no_way_round() -> None:
    """Who is nobody, or is blocked, gets nothing that a stranger is refused; nobody's failure is ours."""
    for row, codes in TABLE.items():
        for got in each_of(codes):
            if got["stranger"] >= 400:
                assert got["blocked"] >= 300, row
                assert got["anonymous"] >= 300, row
            assert max(got.values()) < 500 or "readyz" in row, row


def test_what_is_private_is_for_followers_alone() -> None:
    for row in ("GET c/<uuid:clip_id>", "GET api/v1/clips/<clip_id>", "GET api/v1/clips/<clip_id>/comments"):
        kept = list(each_of(TABLE[row]))[-1]
        assert {role for role, code in kept.items() if code == 200} == {"follower", "owner"}, row


@pytest.mark.django_db
def test_the_admin_is_for_operators_and_for_what_a_role_may(settings: Any) -> None:
    square = Square(private=False)
    for model in admin.site._registry:
        label = model._meta.label_lower
        at = f"/-/admin/{label.replace('.', '/')}/"
        got = {role: square.status(f"GET {label}", at, role) for role in ROLES}
        assert got.pop("operator") == 200, label
        assert got.pop("moderator") == int(TABLE.get(f"ADMIN {label}", "403")), label
        assert set(got.values()) == {302}, f"{label}: {got}"  # to the sign-in page, which refuses who is no operator
