"""Slates by the event loop: answered at once or left to who may wait, with nothing done."""

import asyncio
from typing import Any

import orjson
import psycopg
import pytest

from parvis.accounts.viewer import COOKIE, Viewer, encode
from parvis.feed import actions, now, writer
from parvis.feed.errors import NotNow
from parvis.feed.models import NEWEST, Slate
from parvis.feed.pace import Pace
from parvis.feed.tests.conftest import watched


class Asking:
    """A request as the server tells of it, and its answer."""

    def __init__(self, viewer: Viewer | None, query: str = "", method: str = "GET") -> None:
        self.method, self.query_string = method, query
        self.headers = {"cookie": f"x=1; {COOKIE}={encode(viewer)}"} if viewer else {}
        self.status, self.json = 0, {}

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.status, self.header, self.json = status, dict(headers), orjson.loads(body)


@pytest.fixture
def at_once(live):
    """Ask the event loop for a slate; None where it is left to others."""

    def get(viewer: Viewer | None, query: str = "", method: str = "GET") -> Any:
        asking = Asking(viewer, query, method)
        answered = asyncio.run(now.slate(asking, asking))
        assert answered == bool(asking.status)
        return asking if answered else None

    return get


def rows() -> list[tuple[Any, ...]]:
    return list(Slate.objects.order_by("id").values_list("clips", "is_open"))


def test_a_viewer_at_hand_is_answered_at_once_as_on_the_hot_path(at_once, ask, bob) -> None:
    first = ask(bob, "n=8")
    answer = at_once(bob, f"n=8&after={first.json['next']}")
    assert (answer.status, answer.json.keys()) == (200, first.json.keys())
    assert answer.header | {"Content-Length": ""} == first.headers | {"Content-Length": ""}
    assert not {clip["id"] for clip in answer.json["clips"]} & {clip["id"] for clip in first.json["clips"]}
    assert [str(clip) for clip in rows()[1][0][:8]] == [clip["id"] for clip in answer.json["clips"]]
    third = ask(bob, f"n=8&after={answer.json['next']}")  # and the other way goes on in the same list
    assert (third.json["slate"], third.json["places"]) == (answer.json["slate"], list(range(8, 16)))


def test_it_goes_on_in_a_list_and_a_swipe_makes_the_next_one_new(at_once, ask, report, bob) -> None:
    first = at_once(bob) or ask(bob)
    second = at_once(bob, f"after={first.json['next']}")
    third = at_once(bob, f"after={second.json['next']}")
    assert (third.json["slate"], third.json["places"]) == (second.json["slate"], list(range(8, 16)))
    report(bob, [watched(third.json["clips"][0]["id"])])
    fourth = at_once(bob, f"after={third.json['next']}")
    assert fourth.json["slate"] != third.json["slate"]
    assert [row[1] for row in rows()] == [False, False, False]


@pytest.mark.parametrize(
    ("query", "method"), [("feed=following", "GET"), ("feed=tag:jazz", "GET"), ("feed=nothing", "GET"), ("", "POST")]
)
def test_what_is_not_plain_is_left_to_others(at_once, ask, bob, query: str, method: str) -> None:
    ask(bob)
    before = rows()
    assert (at_once(bob, query, method), rows()) == (None, before)


def test_who_is_not_at_hand_has_no_cookie_or_a_session_that_ended_is_left_to_others(at_once, ask, bob, live) -> None:
    assert (at_once(bob), at_once(None), rows()) == (None, None, [])
    ask(bob)
    before = rows()
    live.end_session(bob.session)
    assert (at_once(bob), rows()) == (None, before)


def test_who_wants_the_newest_asked_too_often_or_asks_twice_at_once_is_left_to_others(
    at_once, ask, bob, live, monkeypatch
) -> None:
    ask(bob)
    before, known = rows(), live.company.at_hand(bob.pseudonym)
    with known.lock:
        assert (at_once(bob), rows()) == (None, before)
    with monkeypatch.context() as patch:
        patch.setattr(now, "SLATES", Pace(per_second=0.001, burst=0))
        assert (at_once(bob), rows()) == (None, before)
    actions.choose_mode(viewer=bob, mode=NEWEST)
    live.look()
    ask(bob)
    before = rows()
    assert (at_once(bob), rows()) == (None, before)


@pytest.mark.parametrize("going_on", [False, True])
def test_a_card_to_be_read_is_left_to_others_with_nothing_done(at_once, ask, bob, live, clips, going_on) -> None:
    page = ask(bob).json
    page = ask(bob, f"after={page['next']}").json
    after = f"after={page['next']}" if going_on else ""
    known = live.company.at_hand(bob.pseudonym)
    before, seen, ahead = rows(), known.state.seen.count, known.ahead
    places = list(ahead.places)
    live.cards.drop([clip.id for clip in clips])
    assert at_once(bob, after) is None
    assert (rows(), known.state.seen.count, known.ahead, ahead.places) == (before, seen, ahead, places)
    answer = ask(bob, after)
    assert answer.json["slate"] == page["slate"] if going_on else answer.json["slate"] != page["slate"]


def test_a_list_that_cannot_be_kept_is_not_shown(at_once, ask, bob, live, monkeypatch) -> None:
    ask(bob)
    before = rows()

    def refused(*_: object) -> None:
        raise psycopg.DataError("refused")

    monkeypatch.setattr(writer, "_run", refused)
    answer = at_once(bob)
    assert (answer.status, answer.json["error"]["code"], rows()) == (503, NotNow.code, before)
    assert answer.header["Retry-After"] == "2"


def test_the_loop_waits_for_a_commit_no_longer_than_others(at_once, ask, bob, live, monkeypatch) -> None:
    ask(bob)
    monkeypatch.setattr(now, "WAIT_S", 0.2)
    monkeypatch.setattr(live.writer, "_serve", lambda wishes: None)
    assert at_once(bob).status == 503
