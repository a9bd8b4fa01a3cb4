"""One's own time: how long a day, in one's own zone; and when a card reminds of a break."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from parvis.accounts.viewer import ADULT, COOKIE, TEEN, UNDER_16, UNKNOWN_AGE, encode
from parvis.feed import actions, queries
from parvis.feed.errors import BadChoice
from parvis.feed.minutes import break_after
from parvis.feed.models import Preference, Watch
from parvis.feed.tests.conftest import viewer_of
from parvis.inbox.actions.preferences import prefer
from parvis.kit.ids import uuid7

PAGE = {"Accept-Language": "en"}


def watched(viewer, at, milliseconds):
    Watch.objects.create(
        id=uuid7(), home=viewer.home, pseudonym=viewer.pseudonym, clip=uuid7(), kind="watch",
        watched_ms=milliseconds, at=at,
    )  # fmt: skip


def at_noon(monkeypatch, day):
    monkeypatch.setattr(queries, "now", lambda: datetime(2026, *day, 12, tzinfo=UTC))


@pytest.mark.parametrize(
    ("chosen", "band", "minutes"),
    [
        (None, UNDER_16, 30),
        (None, TEEN, 30),
        (None, ADULT, 0),
        (None, UNKNOWN_AGE, 0),
        (0, UNDER_16, 0),
        (45, ADULT, 45),
    ],
)
def test_minors_are_reminded_after_half_an_hour_unless_they_chose_and_others_if_they_chose(chosen, band, minutes):
    assert break_after(chosen, band) == minutes


def test_days_are_those_of_the_zone_also_where_clocks_change(bob, visitor, monkeypatch):
    at_noon(monkeypatch, (10, 26))
    paris = ZoneInfo("Europe/Paris")
    for moment, milliseconds in (
        (datetime(2026, 10, 23, 21, 59, tzinfo=UTC), 1),  # the 23rd, a minute before midnight
        (datetime(2026, 10, 23, 22, 1, tzinfo=UTC), 20),  # the 24th
        (datetime(2026, 10, 24, 22, 1, tzinfo=UTC), 300),  # the 25th, which has 25 hours
        (datetime(2026, 10, 25, 22, 59, tzinfo=UTC), 4_000),  # the 25th still
        (datetime(2026, 10, 25, 23, 1, tzinfo=UTC), 50_000),  # the 26th
    ):
        watched(bob, moment, milliseconds)
    watched(visitor, datetime(2026, 10, 26, tzinfo=UTC), 999)
    assert queries.watched_by_day(bob.pseudonym, paris, 3) == [
        (date(2026, 10, 24), 20),
        (date(2026, 10, 25), 4_300),
        (date(2026, 10, 26), 50_000),
    ]
    assert queries.watched_by_day(bob.pseudonym, ZoneInfo("UTC"), 1) == [(date(2026, 10, 26), 0)]


def test_the_page_tells_ones_own_time_in_ones_own_zone(client, world, live, monkeypatch):
    at_noon(monkeypatch, (6, 10))
    erin = replace(viewer_of(world["erin"]), age_band=UNDER_16)
    client.force_login(world["erin"], "allauth.account.auth_backends.AuthenticationBackend")
    client.cookies[COOKIE] = encode(erin)
    watched(erin, datetime(2026, 6, 10, 1, tzinfo=UTC), 90 * 60_000)
    watched(erin, datetime(2026, 6, 9, 12, tzinfo=UTC), 30 * 60_000)
    page = client.get("/settings/time", headers=PAGE)
    assert (page.context["zone"], page.context["today"]) == ("Sao Paulo", "0 s")
    prefer(viewer=erin, zone="Europe/Paris", quiet_from=0, quiet_until=0)
    page = client.get("/settings/time", headers=PAGE)
    assert page.context["zone"] == "Paris"
    assert [words for _day, words in page.context["rows"]] == ["1 h 30 min", "30 min"]
    assert (page.context["today"], page.context["average"]) == ("1 h 30 min", "1 h 0 min")
    assert len(page.context["bars"]) == 28
    assert (30, "30 minutes", True) in page.context["breaks"]
    told = client.get("/api/v1/feed/time").json()
    assert (told["zone"], told["days"][-1]) == ("Europe/Paris", {"day": "2026-06-10", "watched_ms": 5_400_000})


def test_one_says_when_to_be_reminded_and_the_player_knows(client, visitor, live):
    client.cookies[COOKIE] = encode(visitor)
    assert "break-dialog" not in client.get("/", headers=PAGE).content.decode()
    assert client.post("/settings/time", {"breaks": "45"}).status_code == 303
    assert client.post("/settings/time", {"minutes": "60"}).status_code == 303
    assert client.post("/feed-settings", {"reset": "1"}).status_code == 303
    kept = Preference.objects.get()
    assert (kept.break_after, kept.minutes) == (45, 60), "each stays when something else is changed"
    page = client.get("/", headers=PAGE).content.decode()
    assert 'data-break-after="45"' in page
    assert re.search(r"You have watched for 45 minutes", page)
    client.post("/settings/time", {"breaks": "0"})
    assert Preference.objects.get().break_after == 0
    assert "break-dialog" not in client.get("/", headers=PAGE).content.decode()


def test_who_is_young_has_the_card_without_choosing_and_may_do_without(client, world, live):
    erin = replace(viewer_of(world["erin"]), age_band=UNDER_16)
    client.cookies[COOKIE] = encode(erin)
    client.force_login(world["erin"], "allauth.account.auth_backends.AuthenticationBackend")
    assert 'data-break-after="30"' in client.get("/", headers=PAGE).content.decode()
    actions.remind(viewer=erin, minutes=0)
    assert 'data-break-after="0"' in client.get("/", headers=PAGE).content.decode()


@pytest.mark.parametrize("wrong", ["-1", "241", "soon", "", "9" * 40])
def test_a_reminder_that_is_none_is_refused_and_nothing_has_changed(client, visitor, wrong, live):
    client.cookies[COOKIE] = encode(visitor)
    client.post("/settings/time", {"breaks": "20"})
    answer = client.post("/settings/time", {"breaks": wrong}, headers={"Sec-Fetch-Mode": "cors"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad-choice")
    assert Preference.objects.get().break_after == 20
    for number in (-1, 241):
        with pytest.raises(BadChoice):
            actions.remind(viewer=visitor, minutes=number)


def test_a_program_sets_it_too(client, visitor, live):
    client.cookies[COOKIE] = encode(visitor)
    client.get("/")
    token = re.search(r'csrf-token" content="([^"]+)"', client.get("/").content.decode())
    headers = {"X-CSRFToken": token[1]}
    changed = client.patch("/api/v1/feed/preferences", {"break_after": 60}, "application/json", headers=headers)
    assert changed.json() == {"mode": "personal", "minutes": None, "break_after": 60}
    wrong = client.patch("/api/v1/feed/preferences", {"break_after": 241}, "application/json", headers=headers)
    assert wrong.status_code == 422
    assert Preference.objects.get().break_after == 60
