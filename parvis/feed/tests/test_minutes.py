"""A viewer's own cap on time: after it every feed ends for the day, in words."""

import time

import pytest

from parvis.accounts.viewer import COOKIE, encode
from parvis.feed import actions, company, minutes
from parvis.feed.errors import BadChoice
from parvis.feed.models import Preference, Slate
from parvis.feed.tests.conftest import watched
from parvis.feed.tests.test_watches import other_process
from parvis.kit.clock import ms

DAY_MS = 86_400_000


@pytest.fixture(autouse=True)
def _long_day(monkeypatch) -> None:
    """A watch just now is of today, at whatever hour the test runs: the day began an hour ago."""
    began = time.time() - 3600

    def start(now: float) -> float:
        return began + (now - began) // minutes.DAY_S * minutes.DAY_S

    for module in (minutes, company):
        monkeypatch.setattr(module, "day_start", start)


def watch(clip, seconds: int, **more) -> dict:
    return watched(clip.id, watched_ms=seconds * 1000, **more)


def is_over(answer) -> bool:
    assert (answer.json.get("end") == "time") == (answer.json["clips"] == [])
    return answer.json.get("end") == "time"


def test_after_the_minutes_every_feed_ends_here_and_in_every_other_process(ask, report, bob, clips, live) -> None:
    actions.cap_minutes(viewer=bob, minutes=2)
    assert not is_over(ask(bob))
    report(bob, [watch(clips[0], 60), watch(clips[1], 59)])
    assert not is_over(ask(bob))
    other = other_process()
    try:
        assert not other.company.get(bob, time.time()).today.is_over(time.time())
        report(bob, [watch(clips[2], 1)])
        other.look()
        assert other.company.get(bob, time.time()).today.is_over(time.time())
    finally:
        other.stop()
    kept = Slate.objects.count()
    for feed in ("for-you", "following", "tag:jazz", "by:alice", f"clip:{clips[0].id}"):
        answer = ask(bob, f"feed={feed}")
        assert is_over(answer), feed
        assert (answer.status, answer.json["next"]) == (200, None)
    assert Slate.objects.count() == kept, "nothing was shown"


def test_a_process_that_starts_later_knows_what_was_watched_today(ask, report, bob, clips, live) -> None:
    report(bob, [watch(clips[0], 50), watch(clips[1], 20, kind="skip")])
    actions.cap_minutes(viewer=bob, minutes=1)
    other = other_process()
    try:
        assert other.company.get(bob, time.time()).today.watched_s == 70
        assert other.company.get(bob, time.time()).today.is_over(time.time())
    finally:
        other.stop()


def test_what_was_watched_yesterday_does_not_count(report, ask, bob, clips, live) -> None:
    actions.cap_minutes(viewer=bob, minutes=1)
    ask(bob)
    report(bob, [watch(clips[0], 300, at_ms=ms() - 2 * DAY_MS)])
    assert not is_over(ask(bob))
    live.company.forget(bob.pseudonym)
    assert not is_over(ask(bob))


def test_a_new_day_begins_with_nothing() -> None:
    today = minutes.Today(minutes=1)
    today.begin(time.time(), 100.0)
    assert today.is_over(time.time())
    assert not today.is_over(time.time() + 86_400)
    assert today.watched_s == 0


def test_in_order_of_time_it_holds_by_what_this_process_saw_alone(ask, report, bob, clips, live) -> None:
    report(bob, [watch(clips[0], 300)])
    actions.choose_mode(viewer=bob, mode="newest")
    actions.cap_minutes(viewer=bob, minutes=1)
    live.company.forget(bob.pseudonym)
    assert not is_over(ask(bob))
    report(bob, [watch(clips[0], 61)])
    assert is_over(ask(bob))


def test_one_sets_and_lifts_it_on_the_settings_page(client, ask, report, visitor, clips, live) -> None:
    client.cookies[COOKIE] = encode(visitor)
    assert client.post("/feed-settings", {"minutes": "15"}).status_code == 303
    assert Preference.objects.get().minutes == 15
    client.post("/feed-settings", {"reset": "1"})
    client.post("/feed-settings", {"mode": "personal"})
    assert Preference.objects.get().minutes == 15, "it stays when something else is changed"
    page = client.get("/feed-settings", headers={"Accept-Language": "en"})
    assert (15, "15 minutes a day", True) in page.context["durations"]
    report(visitor, [watch(clips[0], 901)])
    assert is_over(ask(visitor))
    assert client.get("/").context["first_slate"]["end"] == "time"
    client.post("/feed-settings", {"minutes": "0"})
    assert Preference.objects.get().minutes is None
    assert not is_over(ask(visitor))


@pytest.mark.parametrize("wrong", ["-1", "1441", "ten", "", "99999999999999"])
def test_a_time_that_is_none_is_refused_and_nothing_has_changed(client, visitor, wrong, live) -> None:
    client.cookies[COOKIE] = encode(visitor)
    client.post("/feed-settings", {"minutes": "30"})
    answer = client.post("/feed-settings", {"minutes": wrong}, headers={"Sec-Fetch-Mode": "cors"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad-choice")
    assert Preference.objects.get().minutes == 30


def test_more_than_a_day_is_refused(bob, transactional_db) -> None:
    for wrong in (-1, 1441):
        with pytest.raises(BadChoice):
            actions.cap_minutes(viewer=bob, minutes=wrong)
    assert not Preference.objects.exists()
