"""Apps at the API: what a token of theirs opens is what its person may see and do."""

from typing import Any
from unittest.mock import patch

from parvis.api import auth
from parvis.connect.tests import conftest as apps
from parvis.connect.tests.conftest import SITE, Program
from parvis.feed.pace import Pace
from parvis.social.tests.conftest import make_clip

API = f"{SITE}/api/v1"
program, pocket, tab, _plain = apps.program, apps.pocket, apps.tab, apps._plain


def test_a_minor_stays_one_when_an_app_asks(program: Program, tab: Any, world: Any) -> None:
    session, _ = program.let_in(tab("erin"), "read", "messages")
    got = session.post(f"{API}/people/alice/messages", json={"text": "Hello"})
    assert got.status_code == tab("erin").post(
        "/api/v1/people/alice/messages", {"text": "Hello"}, content_type="application/json"
    ).status_code == 403  # fmt: skip


def test_what_is_private_stays_so_for_an_app(program: Program, tab: Any, world: Any) -> None:
    clip = make_clip(world["carol"])
    type(world["carol"]).objects.filter(handle="carol").update(is_private=True)
    session, _ = program.let_in(tab("alice"), "read")
    assert session.get(f"{API}/clips/{clip.id}").status_code == 404


def test_calls_are_counted_for_each_app(program: Program, pocket: Program, tab: Any, settings: Any) -> None:
    settings.PARVIS_RATE_LIMITS = True
    one, _ = program.let_in(tab("alice"), "read")
    other, _ = pocket.let_in(tab("alice"), "read")
    with patch.object(auth, "CALLS", Pace(per_second=0, burst=2)):
        assert [one.get(f"{API}/me").status_code for _ in range(3)] == [200, 200, 429]
        assert other.get(f"{API}/me").status_code == 200
        assert tab("alice").get("/api/v1/me").status_code == 200
