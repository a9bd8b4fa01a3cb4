"""The pages about webhooks, and the same by the API."""

import re

import pytest
from django.test import Client

from parvis.accounts.world import PASSWORD
from parvis.webhooks.models import Delivery, Endpoint
from parvis.webhooks.tests.conftest import ADDRESS, let_in, send_all, viewer_of

SAID = {"address": ADDRESS, "whom": "me", "topics": ["clip.liked", "comment.created"]}
SECRET = re.compile(r"whsec_[\w+/=]{44}")


@pytest.fixture
def owner(world, tab, settings) -> Client:
    """Bob, who has just shown that it is he."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    world["bob"].set_password(PASSWORD)
    world["bob"].save()
    browser = tab("bob")
    assert browser.post("/settings/confirm", {"password": PASSWORD}).status_code == 302
    return browser


def test_an_address_is_added_and_its_secret_shown_this_once(owner, world):
    page = owner.post("/settings/webhooks/new", SAID).content.decode()
    row = Endpoint.objects.get()
    found = SECRET.search(page)
    assert found
    assert (row.topics, row.app, row.person) == (SAID["topics"], None, world["bob"])
    for address in ("/settings/webhooks", f"/settings/webhooks/{row.id}"):
        shown = owner.get(address).content.decode()
        assert "bot.example.org" in shown
        assert found[0] not in shown
    another = SECRET.search(owner.post(f"/settings/webhooks/{row.id}/secret").content.decode())
    assert another
    assert another[0] != found[0]


def test_who_has_not_shown_that_it_is_they_adds_nothing(tab):
    assert tab("bob").post("/settings/webhooks/new", SAID)["Location"].startswith("/settings/confirm")
    assert not Endpoint.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [{"address": "http://bot.example.org/"}, {"topics": []}, {"topics": ["what"]}, {"whom": "x"}, {"address": ""}],
)
def test_what_is_filled_in_wrongly_is_refused_and_nothing_is_kept(owner, app, wrong):
    assert owner.post("/settings/webhooks/new", SAID | wrong).status_code == 422
    assert not Endpoint.objects.exists()


def test_an_address_of_an_app_is_told_of_its_people_and_shows_not_whom(owner, world, clip, app, receiver):
    assert str(app.id) in owner.get(f"/settings/webhooks/new?app={app.id}").content.decode()
    owner.post("/settings/webhooks/new", SAID | {"whom": str(app.id)})
    row = Endpoint.objects.get()
    assert row.app == app
    let_in(world["alice"], app, "read")
    from parvis.social import actions as social

    social.like(viewer=viewer_of(world["carol"]), clip_id=clip.id)
    send_all()
    page = owner.get(f"/settings/webhooks/{row.id}").content.decode()
    assert "Arrived" in page
    assert "204" in page
    assert "alice" not in page
    assert "carol" not in page
    owner.defaults["HTTP_SEC_FETCH_MODE"] = "cors"
    assert owner.get("/api/v1/me/webhooks").json()["items"] == []
    assert owner.get(f"/api/v1/me/webhooks/{row.id}").status_code == 404


def test_calls_are_tried_sent_again_and_an_address_removed(owner, world, receiver):
    owner.post("/settings/webhooks/new", SAID)
    here = f"/settings/webhooks/{Endpoint.objects.get().id}"
    assert owner.post(f"{here}/ping").status_code == 302
    receiver.status = 500
    send_all()
    assert "Is tried again" in owner.get(here).content.decode()
    job = Delivery.objects.get()
    receiver.status = 204
    assert owner.post(f"{here}/calls/{job.id}/again").status_code == 302
    send_all()
    assert len(receiver.received) == 2
    owner.post(here, {"topics": ["follower.new"]})
    assert Endpoint.objects.get().topics == ["follower.new"]
    assert owner.post(here, {"topics": []}).status_code == 422
    assert Endpoint.objects.get().topics == ["follower.new"]
    assert owner.post(f"{here}/remove").status_code == 302
    assert not Endpoint.objects.exists()


@pytest.mark.parametrize("why", ["silent", "gone", "inner", "stopped"])
def test_a_paused_address_says_why(owner, why, world):
    from parvis.kit.clock import now

    owner.post("/settings/webhooks/new", SAID)
    Endpoint.objects.update(paused_at=now(), paused_why=why)
    here = f"/settings/webhooks/{Endpoint.objects.get().id}"
    page = owner.get(here).content.decode()
    assert "banner-danger" in page
    assert ("Tell it again" in page) is (why != "stopped")
    assert owner.post(f"{here}/resume").status_code == (403 if why == "stopped" else 302)
    assert (Endpoint.objects.get().paused_at is None) is (why != "stopped")


def test_others_see_nothing_of_it(tab, told, world):
    for what in ("", "/ping", "/resume", "/remove"):
        here = f"/settings/webhooks/{told[0].id}{what}"
        assert tab("bob").post(here).status_code == 404
    assert Endpoint.objects.count() == 1
    assert "bot.example.org" not in tab("bob").get("/settings/webhooks").content.decode()
