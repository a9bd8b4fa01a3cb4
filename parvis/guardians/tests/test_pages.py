"""The pages and the API of family links: the whole way, refusals that change nothing, and guessing that is slowed."""

import re

import pytest

from parvis.accounts.bounds import bounds_of
from parvis.cells.keys import pseudonym
from parvis.feed.queries import preference
from parvis.guardians.models import Link, Rules
from parvis.guardians.tests.conftest import linked, rows, rules

HOME = "/settings/family"
PAGE = {"Accept": "text/html", "Sec-Fetch-Mode": "navigate", "Accept-Language": "en"}
SHOWN = re.compile(r'<code dir="ltr">([0-9A-Z]{4}-[0-9A-Z]{4})</code>')


@pytest.fixture
def page_of(client_of):
    def make(person):
        client = client_of(person)
        client.defaults.update({"HTTP_ACCEPT": "text/html", "HTTP_ACCEPT_LANGUAGE": "en"})
        return client

    return make


def test_the_whole_way_by_pages(world, page_of):
    erin, bob = page_of(world["erin"]), page_of(world["bob"])
    code = SHOWN.search(erin.post(f"{HOME}/code").content.decode())[1]
    assert code not in erin.get(HOME).content.decode(), "it is shown once"
    assert bob.post(HOME, {"code": code}).status_code == 303
    link = Link.objects.get(person=world["bob"]).link
    assert "asks to be your guardian" in erin.get(HOME).content.decode()
    assert erin.post(f"{HOME}/{link}/answer", {"answer": "yes"})["Location"] == f"{HOME}/{link}"
    said = {
        "minutes": "60",
        "messages": "followed",
        "comments": "nobody",
        "tags": "#Diet, betting",
        "quiet_from": "20:00",
    }
    refused = bob.post(f"{HOME}/{link}", said)
    assert refused.status_code == 422
    assert "Please give both hours, or none." in refused.content.decode()
    assert not Rules.objects.exists()
    assert bob.post(f"{HOME}/{link}", {**said, "quiet_until": "08:00"}).status_code == 303
    bounds = bounds_of(world["erin"].id)
    assert (bounds.minutes, bounds.tags, bounds.quiet) == (60, {"diet", "betting"}, ((1200, 480),))
    theirs = erin.get(f"{HOME}/{link}").content.decode()
    assert "60 minutes a day" in theirs
    assert "Set by Bob" in theirs
    assert "What you set" not in theirs
    assert erin.post(f"{HOME}/{link}/end").status_code == 303
    assert {row[3] for row in rows()} == {"ended"}
    assert bob.get(f"{HOME}/{link}").status_code == 404


def test_a_teen_reads_who_set_a_limit_and_cannot_make_it_looser_on_any_page(world, page_of):
    erin = page_of(world["erin"])
    rules(world["bob"], linked(world["erin"], world["bob"]), minutes=60, is_kept_private=True, messages="nobody")
    time = erin.get("/settings/time").content.decode()
    assert "<bdi>Bob</bdi> set this for you." in time
    assert "60 minutes a day" in time
    assert "90 minutes a day" not in time
    for address, form in (
        ("/settings/time", {"minutes": "120"}),
        ("/settings/privacy", {}),
        ("/settings/messages", {"takes": "everyone"}),
    ):
        refused = erin.post(address, form)
        assert refused.status_code == 403, address
        assert "Bob set this for you. You can make it stricter, but not looser." in refused.content.decode(), address
        assert "Bob" in erin.get(address).content.decode(), address
    world["erin"].refresh_from_db()
    assert world["erin"].is_private
    assert preference(pseudonym(world["erin"].id)).minutes is None


@pytest.mark.parametrize("who", ["alice", "olga"])
def test_strangers_and_operators_get_nothing_of_a_link(world, client_of, who):
    link = linked(world["erin"], world["bob"])
    other = client_of(world[who])
    address = f"/api/v1/me/family/{link}"
    json = {"content_type": "application/json"}
    answers = [
        other.get(f"{HOME}/{link}"),
        other.post(f"{HOME}/{link}", {"minutes": "60", "messages": "everyone", "comments": "everyone"}),
        other.post(f"{HOME}/{link}/answer", {"answer": "yes"}),
        other.post(f"{HOME}/{link}/end"),
        other.get(address),
        other.put(f"{address}/rules", {"minutes": 60}, **json),
        other.put(f"{address}/answer", {"accepts": True}, **json),
        other.delete(address),
    ]
    for one in answers:
        assert one.status_code == 404
        assert one.json()["error"]["message"] == "This family link is not here any more."
    assert {row[3] for row in rows()} == {"linked"}
    assert not Rules.objects.exists()


def test_the_whole_way_by_the_api(world, client_of):
    erin, bob = client_of(world["erin"]), client_of(world["bob"])
    json = {"content_type": "application/json"}
    address = "/api/v1/me/family"
    code = erin.post(f"{address}/codes", {}, **json).json()["code"]
    made = bob.post(address, {"code": code}, **json)
    assert made.status_code == 201
    assert made.json()["state"] == "proposed"
    link = f"{address}/{made.json()['id']}"
    assert erin.put(f"{link}/answer", {"accepts": True}, **json).status_code == 204
    wish = {"minutes": 60, "quiet": {"start": 1200, "end": 480}, "tags": ["diet"], "comments": "followed"}
    put = bob.put(f"{link}/rules", wish, **json)
    assert put.status_code == 200
    seen = erin.get(link).json()
    assert seen["rules"] == {"break_after": None, "keep_private": False, "messages": "everyone", **wish}
    assert seen["log"][0]["by"]["handle"] == "bob"
    assert seen["log"][0]["sentences"][0] == "Daily limit: 60 minutes a day"
    assert {**seen, "role": "", "other": ""} == {**bob.get(link).json(), "role": "", "other": "", "asked": False}
    for refused in (
        erin.put(f"{link}/rules", {}, **json),
        erin.patch("/api/v1/feed/preferences", {"minutes": 120}, **json),
    ):
        assert refused.status_code == 403
    assert erin.get("/api/v1/feed/preferences").json()["minutes"] == 60
    for bad in ({}, {"code": "x", "handle": "bob"}):
        assert bob.post(address, bad, **json).status_code == 422
    for bad in ({"minutes": 3}, {"minutes": "60"}, {"break_after": 45}, {"tags": ["two words"]}, {"watches": True}):
        assert bob.put(f"{link}/rules", bad, **json).status_code == 422, bad
    assert bounds_of(world["erin"].id).minutes == 60
    assert [erin.delete(link).status_code, erin.delete(link).status_code] == [204, 204]
    assert bob.get(address).json()["items"] == []


def test_codes_cannot_be_guessed_quickly(world, client_of, settings):
    settings.PARVIS_RATE_LIMITS = True
    bob = client_of(world["bob"])
    answers = [bob.post(HOME, {"code": f"ZZZZ-ZZZ{number}"}).status_code for number in range(8)]
    assert answers == [422] * 6 + [429] * 2
    limited = bob.post("/api/v1/me/family", {"code": "ZZZZ-ZZZZ"}, content_type="application/json")
    assert limited.status_code == 429, "programs and pages count together"
    assert rows() == []


def test_visitors_are_sent_to_sign_in_and_refused(db, client_of):
    visitor = client_of(None)
    assert visitor.get(HOME)["Location"].startswith("/sign-in")
    refused = visitor.post(HOME, {"code": "ZZZZ-ZZZZ"})
    assert refused.status_code == 401
    assert rows() == []
