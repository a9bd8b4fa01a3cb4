"""The pages of the inbox."""

import re

import pytest

from parvis.inbox.actions.notices import read_all
from parvis.inbox.limits import TAP
from parvis.inbox.models import Notice, NoticeChoice, Preferences
from parvis.inbox.tests.conftest import PAGE, deliver, viewer_of
from parvis.social import actions as social


@pytest.fixture
def liked(world, clip):
    social.like(viewer=viewer_of(world["bob"]), clip_id=clip.id)
    deliver()
    return Notice.objects.get()


def badge(html):
    return re.search(r'data-badge="inbox"[^>]*>', html)[0], re.search(r'data-badge="inbox"[^>]*>([^<]*)<', html)[1]


def test_the_page_shows_who_did_what_and_opening_marks_it(world, clip, liked, client_of):
    alice = client_of(world["alice"])
    html = alice.get("/inbox", headers=PAGE).content.decode()
    assert "likes your clip." in html
    assert f'href="/c/{clip.id}"' in html
    tag, number = badge(html)
    assert number == "1"
    assert "hidden" not in tag
    assert alice.get("/inbox/unread").json() == {"unread": 1}
    assert alice.put(f"/inbox/notices/{liked.id}/read").status_code == 204
    assert alice.get("/inbox/unread").json() == {"unread": 0}
    assert "hidden" in badge(alice.get("/inbox", headers=PAGE).content.decode())[0]


def test_all_is_marked_without_a_script(world, liked, client_of):
    alice = client_of(world["alice"])
    assert alice.post("/inbox/read", headers=PAGE).status_code == 302
    assert alice.get("/inbox/unread").json() == {"unread": 0}


def test_visitors_are_sent_to_sign_in_and_change_nothing(liked, client_of):
    visitor = client_of(None)
    assert visitor.get("/inbox", headers=PAGE).headers["Location"].startswith("/sign-in")
    assert visitor.get("/inbox/unread").json() == {"unread": 0}
    assert visitor.put(f"/inbox/notices/{liked.id}/read").status_code == 401
    assert visitor.post("/settings/notifications", {}).status_code == 401
    liked.refresh_from_db()
    assert liked.read_at is None


def test_choices_are_saved_and_shown(world, client_of):
    alice = client_of(world["alice"])
    sent = {"liked.push": "on", "commented.app": "on", "quiet_from": "22:30", "quiet_until": "06:15"}
    answer = alice.post("/settings/notifications", {**sent, "zone": "Europe/Paris"}, headers=PAGE)
    assert answer.status_code == 302
    row = NoticeChoice.objects.get(person=world["alice"], kind="liked")
    assert (row.home, row.in_app, row.push) == ("FR", False, True)
    kept = Preferences.objects.get(person=world["alice"])
    assert (kept.zone, kept.quiet_from, kept.quiet_until) == ("Europe/Paris", 22 * 60 + 30, 6 * 60 + 15)
    html = alice.get("/settings/notifications", headers=PAGE).content.decode()
    assert 'value="22:30"' in html
    assert re.search(r'name="liked.push"[^>]* checked', html)
    assert not re.search(r'name="liked.app"[^>]* checked', html)


@pytest.mark.parametrize(
    "wrong", [{"quiet_from": "25:00"}, {"quiet_until": ""}, {"zone": "Moon/Base"}, {"zone": "x" * 65}]
)
def test_wrong_hours_are_refused_in_words_and_change_nothing(wrong, world, client_of):
    sent = {"quiet_from": "22:30", "quiet_until": "06:15", "zone": "", "liked.app": "on", **wrong}
    answer = client_of(world["alice"]).post("/settings/notifications", sent, headers=PAGE)
    assert answer.status_code == 422
    assert "errorlist" in answer.content.decode() or "zone" in wrong
    assert not Preferences.objects.exists()
    assert not NoticeChoice.objects.exists()


def test_a_box_of_no_kind_is_refused_in_words_and_changes_nothing(world, client_of):
    sent = {"quiet_from": "22:30", "quiet_until": "06:15", "zone": "", "liked.app": "on", "telepathy.push": "on"}
    answer = client_of(world["alice"]).post("/settings/notifications", sent, headers=PAGE)
    assert answer.status_code == 422
    assert "There is no such kind of news here." in answer.content.decode()
    assert not Preferences.objects.exists()
    assert not NoticeChoice.objects.exists()


def test_too_many_marks_are_refused(world, liked, client_of, settings, monkeypatch):
    settings.PARVIS_RATE_LIMITS = True
    monkeypatch.setitem(TAP, "per_minute", 0.001)
    monkeypatch.setitem(TAP, "burst", 3)
    alice = client_of(world["alice"])
    answers = [alice.put(f"/inbox/notices/{liked.id}/read").status_code for _ in range(5)]
    assert answers == [204, 204, 204, 429, 429]


def test_the_number_costs_one_query(world, liked, django_assert_num_queries):
    from parvis.inbox.queries.unread import unread_notices

    with django_assert_num_queries(1):
        assert unread_notices(world["alice"].id, home="FR") == 1
    read_all(viewer=viewer_of(world["alice"]))
    assert unread_notices(world["alice"].id, home="FR") == 0


def test_the_page_without_network_is_the_same_for_everybody_and_each_page_names_the_app(world, client_of):
    alice, visitor = client_of(world["alice"]), client_of(None)
    same = {"Accept-Language": "en"}
    assert alice.get("/offline", headers=same).content == visitor.get("/offline", headers=same).content
    assert 'rel="manifest" href="/manifest.webmanifest"' in alice.get("/inbox", headers=PAGE).content.decode()
