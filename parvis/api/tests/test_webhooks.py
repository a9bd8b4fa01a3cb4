"""Webhooks by the API."""

import re

from parvis.api.tests.conftest import Program
from parvis.webhooks.actions import endpoints
from parvis.webhooks.models import Delivery, Endpoint
from parvis.webhooks.tests.conftest import ADDRESS, receiver, send_all, viewer_of

__all__ = ["receiver"]

SECRET = re.compile(r"whsec_[\w+/=]{44}")


def test_a_program_does_all_of_it(world, receiver):
    alice = Program(world["alice"])
    names = [one["name"] for one in alice.send("get", "/me/webhooks/topics").json()["items"]]
    assert {"clip.liked", "decision.made"} <= set(names)
    made = alice.send("post", "/me/webhooks", {"address": ADDRESS, "topics": ["clip.liked"]})
    assert made.status_code == 201
    assert SECRET.fullmatch(made.json()["secret"])
    here = f"/me/webhooks/{made.json()['webhook']['id']}"
    assert alice.send("get", here).json() == made.json()["webhook"]
    assert made.json()["webhook"]["by_program"] is True
    ping = alice.send("post", f"{here}/pings")
    assert (ping.status_code, ping.json()["state"]) == (202, "waits")
    send_all()
    [call] = alice.send("get", f"{here}/calls").json()["items"]
    assert (call["state"], call["status"], call["tries"]) == ("arrived", 204, 1)
    assert alice.send("post", f"{here}/calls/{call['id']}/again").json()["state"] == "waits"
    changed = alice.send("patch", here, {"topics": ["follower.new"]}).json()
    assert changed["topics"] == ["follower.new"]
    assert alice.send("patch", here, {"topics": ["what"]}).status_code == 422
    assert alice.send("delete", f"{here}/pause").status_code == 200
    assert alice.send("post", f"{here}/secret").json()["secret"] != made.json()["secret"]
    assert Program(world["alice"]).send("get", here).status_code == 404, "another program of the same person"
    assert alice.send("delete", here).status_code == 204
    assert alice.send("get", here).json()["error"]["code"] == "no-such-webhook"
    assert not Endpoint.objects.exists()


def test_a_token_without_the_scope_is_refused(world):
    body = {"address": ADDRESS, "topics": ["clip.liked"]}
    assert Program(world["alice"], ("read",)).send("post", "/me/webhooks", body).status_code == 403
    assert Program(world["alice"], ("settings",)).send("post", "/me/webhooks", body).status_code == 403
    assert not Endpoint.objects.exists()


def test_there_is_a_pace(world, settings):
    settings.PARVIS_RATE_LIMITS = True
    alice = Program(world["alice"])
    row, _ = endpoints.register(viewer=viewer_of(world["alice"]), address=ADDRESS, topics=["clip.liked"])
    Endpoint.objects.update(token_id=alice.token.id)
    got = [alice.send("post", f"/me/webhooks/{row.id}/pings").status_code for _ in range(25)]
    assert got[-1] == 429
    assert Delivery.objects.count() == got.count(202) < 25
