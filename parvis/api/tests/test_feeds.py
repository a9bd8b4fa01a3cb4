"""Feeds through the API: the same slates, reports and choices as on the pages."""

import pytest

from parvis.api.tests.conftest import Program
from parvis.feed.tests.conftest import clips, live, watched, world  # noqa: F401 - fixtures


@pytest.fixture
def bob(live, world):  # noqa: F811
    return Program(world["bob"])


def test_a_slate_is_watched_explained_and_followed_by_another(bob):
    first = bob.send("get", "/feeds/for-you?n=4").json()
    assert len(first["clips"]) == 4
    event = watched(first["clips"][0]["id"], slate=first["slate"])
    assert bob.send("post", "/watches", {"events": [event]}).json() == {"stored": 1, "ignored": 0}
    assert bob.send("post", "/watches", {"events": [event]}).json() == {"stored": 0, "ignored": 0}
    why = bob.send("get", f"/clips/{first['clips'][0]['id']}/why").json()
    assert why["reasons"]
    second = bob.send("get", f"/feeds/for-you?n=4&after={first['next']}").json()
    assert not {one["id"] for one in first["clips"]} & {one["id"] for one in second["clips"]}


def test_lists_in_order_of_time(bob):
    by = bob.send("get", "/feeds/by/@Alice?n=20").json()
    assert {one["creator"]["handle"] for one in by["clips"]} == {"alice"}
    tag = bob.send("get", "/feeds/tag/jazz").json()
    assert all("jazz" in one["tags"] for one in tag["clips"])
    assert bob.send("get", "/feeds/following").json()["clips"] == []
    assert bob.send("get", "/feeds/by/nobody").status_code == 404


@pytest.mark.parametrize("query", ["n=0", "n=21", "n=x", "after=zzz", "after=%00", "after=s" + "A" * 700])
def test_a_wish_that_is_none_is_refused(bob, query):
    answer = bob.send("get", f"/feeds/for-you?{query}")
    assert answer.status_code in {400, 422}, answer.content
    assert answer.json()["error"]["code"] in {"bad-feed", "invalid"}


def test_choices_are_said_listed_and_forgotten(bob):
    assert bob.send("put", "/feed/choices/tag/Jazz", {"says": "most", "most": 2}).json()["items"] == [
        {"topic": "tag", "value": "jazz", "says": "most", "most": 2}
    ]
    assert bob.send("put", "/feed/choices/tag/jazz", {"says": "most"}).status_code == 400
    assert bob.send("put", "/feed/choices/tag/jazz", {"says": "most", "most": 30}).status_code == 400
    assert bob.send("put", "/feed/choices/tag/jazz", {"says": "daily", "most": 30}).json()["items"][0]["most"] == 30
    assert bob.send("put", "/feed/choices/creator/alice", {"says": "never"}).status_code == 200
    assert len(bob.send("get", "/feed/choices").json()["items"]) == 2
    assert len(bob.send("delete", "/feed/choices/tag/jazz").json()["items"]) == 1
    assert bob.send("patch", "/feed/preferences", {"mode": "newest", "minutes": 30}).json() == {
        "mode": "newest",
        "minutes": 30,
        "break_after": 0,
    }
    assert bob.send("patch", "/feed/preferences", {"minutes": 0}).json()["minutes"] is None
    assert bob.send("post", "/feed/resets").status_code == 204


@pytest.mark.parametrize(
    "change", [{"kind": "stare"}, {"watched_ms": -1}, {"watched_ms": 10**30}, {"position": "1"}, {"x": 1}]
)
def test_a_report_with_one_wrong_event_counts_not_at_all(bob, change):
    clip = bob.send("get", "/feeds/for-you?n=1").json()["clips"][0]["id"]
    good, bad = watched(clip), watched(clip, **change)
    assert bob.send("post", "/watches", {"events": [good, bad]}).status_code == 422
    assert bob.send("post", "/watches", {"events": [good]}).json()["stored"] == 1
