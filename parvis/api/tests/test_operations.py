"""The operations, one by one: what they do, and that a refusal changes nothing."""

import uuid

import pytest

from parvis.accounts.models import Person
from parvis.clips import states
from parvis.clips.models import Clip
from parvis.social.models import Comment, Follow, Like
from parvis.social.tests.conftest import make_clip


def code_of(answer):
    return answer.status_code, answer.json()["error"]["code"]


def test_following_a_person_and_ending_it(program):
    bob = program("bob")
    followed = bob.send("put", "/people/alice/follow").json()
    assert followed == {"following": True, "requested": False, "followers": 1}
    assert bob.send("put", "/people/@Alice/follow").json() == followed
    person = bob.send("get", "/people/alice").json()
    assert (person["following"], person["followers"], person["is_own"]) == (True, 1, False)
    assert bob.send("delete", "/people/alice/follow").json()["following"] is False
    assert not Follow.objects.exists()


def test_a_private_account_is_asked_and_answers(program, world):
    Person.objects.filter(handle="alice").update(is_private=True)
    alice, bob, carol = program("alice"), program("bob"), program("carol")
    clip = make_clip(world["alice"])
    assert bob.send("put", "/people/alice/follow").json()["requested"] is True
    assert code_of(bob.send("get", f"/clips/{clip.id}")) == (404, "no-such-clip")
    assert [one["handle"] for one in alice.send("get", "/follow-requests").json()["items"]] == ["bob"]
    assert alice.send("put", "/follow-requests/bob").status_code == 204
    assert bob.send("get", f"/clips/{clip.id}").status_code == 200
    assert bob.send("get", "/people/alice/clips").json()["items"][0]["id"] == str(clip.id)
    assert carol.send("get", "/people/alice/clips").json()["items"] == []
    assert alice.send("delete", "/follow-requests/bob").status_code == 204
    assert bob.send("get", f"/clips/{clip.id}").status_code == 404
    assert code_of(alice.send("put", "/follow-requests/bob")) == (404, "no-such-request")


def test_likes_shares_and_comments(program, clip):
    alice, bob = program("alice"), program("bob")
    here = f"/clips/{clip.id}"
    assert bob.send("put", f"{here}/like").json() == {"liked": True, "likes": 1}
    assert bob.send("put", f"{here}/like").json() == {"liked": True, "likes": 1}
    assert bob.send("post", f"{here}/shares").json() == {"counted": True, "shares": 1}
    nonce = str(uuid.uuid4())
    said = bob.send("post", f"{here}/comments", {"text": "  Lovely\x07 ", "nonce": nonce})
    again = bob.send("post", f"{here}/comments", {"text": "Lovely", "nonce": nonce})
    assert (said.status_code, said.json()["text"], again.json()["id"]) == (201, "Lovely", said.json()["id"])
    counts = bob.send("get", here).json()["counts"]
    assert counts == {"likes": 1, "comments": 1, "shares": 1}
    assert code_of(program("carol").send("delete", f"/comments/{said.json()['id']}")) == (403, "not-your-comment")
    assert alice.send("delete", f"/comments/{said.json()['id']}").status_code == 204
    assert bob.send("delete", f"{here}/like").json() == {"liked": False, "likes": 0}


@pytest.mark.parametrize(
    ("body", "kind", "told"),
    [
        ({"text": ""}, "application/json", (422, "invalid")),
        ({"text": " \u202e "}, "application/json", (422, "invalid")),
        ({"text": "a\x00b"}, "application/json", (422, "invalid")),
        ({"text": 7}, "application/json", (422, "invalid")),
        ({"text": "x" * 100_000}, "application/json", (422, "invalid")),
        ({"text": "hello", "extra": 1}, "application/json", (422, "invalid")),
        (b'{"text": "\\ud800"}', "application/json", (400, "unreadable")),
        (b"[" * 100_000, "application/json", (400, "unreadable")),
        (b'{"text": "\xff"}', "application/json", (400, "unreadable")),
        (b"", "application/json", (422, "invalid")),
        (b"text=hello", "application/x-www-form-urlencoded", (415, "wrong-type")),
        (b"x" * (3 * 1024 * 1024), "application/json", (413, "too-large")),
        (b'"' + b"x" * (1024 * 1024 + 1) + b'"', "application/json", (413, "too-large")),
    ],
)
def test_a_bad_body_is_refused_in_one_shape_and_changes_nothing(program, clip, body, kind, told):
    answer = program("bob").post(f"/api/v1/clips/{clip.id}/comments", data=body, content_type=kind)
    assert code_of(answer) == told
    assert set(answer.json()["error"]) == {"code", "message", "details"}
    assert not Comment.objects.exists()


def test_what_is_wrong_is_named_and_never_repeated(program, clip):
    answer = program("bob").send("post", f"/clips/{clip.id}/comments", {"text": "secret\x00", "nonce": "no"})
    wheres = {one["where"] for one in answer.json()["error"]["details"]}
    assert wheres == {"body.said.text", "body.said.nonce"}
    assert "secret" not in answer.content.decode()


def test_a_creator_changes_moves_and_deletes_a_clip(program, world):
    clip = make_clip(world["alice"], publication=states.DRAFT, published_at=None, title="", caption="")
    alice, here = program("alice"), f"/me/clips/{clip.id}"
    changed = alice.send("patch", here, {"title": "Stones", "caption": "On #stones", "audience": "followers"}).json()
    assert (changed["title"], changed["audience"], changed["publication"]) == ("Stones", "followers", "draft")
    assert alice.send("put", f"{here}/publication", {"to": "published"}).json()["publication"] == "published"
    assert alice.send("put", f"{here}/publication", {"to": "published"}).status_code == 200
    assert code_of(alice.send("put", f"{here}/publication", {"to": "scheduled"})) == (422, "bad-schedule")
    assert code_of(alice.send("put", f"{here}/publication", {"to": "draft"})) == (409, "not-now")
    assert alice.send("put", f"{here}/publication", {"to": "hidden"}).json()["publication"] == "hidden"
    assert alice.send("get", "/me/clips").json()["items"][0]["publication"] == "hidden"
    assert code_of(program("bob").send("patch", here, {"title": "Mine"})) == (404, "no-such-clip")
    assert code_of(alice.send("post", f"{here}/attempts")) == (409, "not-now")
    assert alice.send("delete", here).status_code == 204
    assert Clip.objects.get().publication == states.DELETED


def test_captions_come_and_go(program, world, settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "parvis.clips.storage.FolderStorage", "OPTIONS": {"location": str(tmp_path)}}
    }
    clip = make_clip(world["alice"])
    alice, here = program("alice"), f"/me/clips/{clip.id}/captions/fr"
    vtt = "WEBVTT\n\n00:00.000 --> 00:01.000\nBonjour\n"
    assert [one["language"] for one in alice.send("put", here, {"vtt": vtt}).json()["captions"]] == ["fr"]
    assert code_of(alice.send("put", here, {"vtt": "nothing of the kind"})) == (422, "bad-captions")
    assert alice.send("delete", here).json()["captions"] == []


def test_pages_follow_one_another_without_gap_or_repetition(program, world):
    made = [str(make_clip(world["alice"]).id) for _ in range(5)]
    bob, seen, after = program("bob"), [], ""
    for _ in range(3):
        page = bob.send("get", f"/people/alice/clips?limit=2&after={after}").json()
        seen += [one["id"] for one in page["items"]]
        after = page["next"] or ""
    assert (seen, after) == (made[::-1], "")


def test_profile_privacy_and_language(program, world):
    alice = program("alice")
    changed = alice.send("patch", "/me", {"display_name": " Alice B. ", "is_private": True, "language": "en"}).json()
    assert (changed["name"], changed["is_private"], changed["language"]) == ("Alice B.", True, "en")
    assert code_of(alice.send("patch", "/me", {"language": "tlh", "bio": "new"})) == (422, "unknown-language")
    assert Person.objects.get(handle="alice").bio == ""


def test_sessions_are_listed_and_ended(program, client, world, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    world["alice"].set_password("parvis-demo-square")
    world["alice"].save()
    client.post("/sign-in", {"handle": "alice", "password": "parvis-demo-square"})
    alice = program("alice")
    found = alice.send("get", "/me/sessions").json()["items"]
    assert len(found) == 1
    assert code_of(program("bob").send("delete", f"/me/sessions/{found[0]['name']}")) == (404, "not-found")
    assert alice.send("delete", f"/me/sessions/{found[0]['name']}").json() == {"ended": 1}
    assert client.get("/mine").status_code == 302


def test_visitors_read_what_is_public_and_write_nothing(client, clip):
    assert client.get(f"/api/v1/clips/{clip.id}").json()["title"] == "On old stones"
    assert client.get("/api/v1/people/alice").json()["following"] is False
    assert client.get(f"/api/v1/clips/{clip.id}/comments").json()["items"] == []
    assert code_of(client.put(f"/api/v1/clips/{clip.id}/like")) == (401, "sign-in-needed")
    assert code_of(client.get("/api/v1/me")) == (401, "sign-in-needed")
    assert not Like.objects.exists()


def test_addresses_and_methods_that_are_none_are_refused_in_json(client, db):
    assert code_of(client.get("/api/v1/nothing/here")) == (404, "not-found")
    assert code_of(client.post("/api/v1/")) == (404, "not-found")
    answer = client.post("/api/v1/me/clips")
    assert code_of(answer) == (405, "wrong-method")
    assert answer["Allow"] == "GET"


def test_calls_have_a_pace(program, monkeypatch):
    monkeypatch.setattr("parvis.api.auth.CALLS.burst", 3)
    monkeypatch.setattr("parvis.api.auth.CALLS.per_second", 0)
    bob = program("bob")
    answers = [bob.send("get", "/me") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert answers[-1]["Retry-After"] == "2"


def test_a_report_is_made_once_and_listed(program, clip):
    bob, told = program("bob"), {"kind": "clip", "id": str(clip.id), "reason": "harassment", "words": "Look"}
    assert bob.send("post", "/reports", told).status_code == 204
    assert bob.send("post", "/reports", told).status_code == 204
    assert [one["kind"] for one in bob.send("get", "/me/reports").json()["items"]] == ["clip"]
    assert code_of(bob.send("post", "/reports", told | {"reason": "boredom"})) == (422, "unknown-reason")
    assert code_of(program("alice").send("post", "/reports", told)) == (422, "own-thing")
    assert "harassment" in [one["code"] for one in bob.send("get", "/reports/reasons").json()["items"]]
    assert bob.send("get", "/me/decisions").json()["items"] == []
    assert code_of(bob.send("get", f"/me/decisions/{clip.id}")) == (404, "no-such-decision")
    assert code_of(bob.send("post", f"/me/decisions/{clip.id}/appeal", {"words": "No"})) == (404, "no-such-decision")


def test_blocking_and_muting(program, clip):
    alice, bob = program("alice"), program("bob")
    assert bob.send("put", "/people/alice/mute").status_code == 204
    assert bob.send("post", "/mutes", {"text": "#Rain"}).status_code == 204
    mutes = bob.send("get", "/mutes").json()["items"]
    assert [(one["text"], (one["person"] or {}).get("handle")) for one in mutes] == [("#rain", None), ("", "alice")]
    assert bob.send("delete", f"/mutes/{mutes[0]['id']}").status_code == 204
    assert bob.send("delete", "/people/alice/mute").status_code == 204
    assert bob.send("get", "/mutes").json() == {"items": []}
    assert bob.send("put", "/people/alice/block").status_code == 204
    assert [one["handle"] for one in bob.send("get", "/blocked").json()["items"]] == ["alice"]
    assert code_of(bob.send("get", "/people/alice")) == (404, "no-such-person")
    assert code_of(bob.send("get", f"/clips/{clip.id}")) == (404, "no-such-clip")
    assert code_of(alice.send("put", "/people/bob/follow")) == (404, "no-such-person")
    assert bob.send("delete", "/people/alice/block").status_code == 204
    assert bob.send("get", f"/clips/{clip.id}").status_code == 200
    assert code_of(bob.send("put", "/people/bob/block")) == (422, "cannot-block-yourself")
    assert code_of(bob.send("post", "/mutes", {"text": "#"})) == (422, "bad-mute")
