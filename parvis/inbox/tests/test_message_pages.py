"""The pages of messages."""

import re
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from parvis.inbox.actions import messages
from parvis.inbox.limits import WORDS
from parvis.inbox.models import Chat, Message
from parvis.inbox.queries.standing import conversation_of
from parvis.inbox.reconcilers import sweep_pictures
from parvis.inbox.tests.conftest import PAGE, viewer_of
from parvis.inbox.tests.test_messages import follow, friends, picture, write
from parvis.kit.ids import uuid7

__all__ = ["friends"]


@pytest.fixture
def chat(friends):
    alice, bob = friends
    write(alice, bob, "See <you> at seven")
    return conversation_of(alice.id, bob.id)


def shown(client, address):
    return client.get(address, headers=PAGE).content.decode()


def test_the_list_and_the_conversation_show_what_was_said(chat, friends, client_of):
    bob = client_of(friends[1])
    html = shown(bob, "/messages")
    assert f'href="/messages/{chat}"' in html
    assert "1 new message" in html
    html = shown(bob, f"/messages/{chat}")
    assert "See &lt;you&gt; at seven" in html
    assert bob.put(f"/messages/{chat}/read").status_code == 204
    assert bob.get("/inbox/unread").json() == {"unread": 0}


def test_an_open_page_asks_cheaply_and_gets_what_is_new(chat, friends, client_of):
    alice, bob = friends
    client = client_of(bob)
    html = client.get(f"/messages/{chat}/log").content.decode()
    version = re.search(r'data-version="(\d+)"', html)[1]
    assert client.get(f"/messages/{chat}/log?version={version}").status_code == 204
    write(alice, bob, "And bring bread")
    answer = client.get(f"/messages/{chat}/log?version={version}")
    assert "And bring bread" in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"] or "no-cache" in answer.headers["Cache-Control"]


def test_sending_by_script_answers_with_the_newest_and_a_repeat_is_harmless(chat, friends, client_of):
    bob, nonce = client_of(friends[1]), uuid7()
    for _ in range(2):
        answer = bob.post(f"/messages/{chat}", {"text": "Yes", "nonce": str(nonce)})
        assert answer.status_code == 201
        assert answer.content.decode().count(">Yes</p>") == 1
    assert Message.objects.filter(nonce=nonce).count() == 1


def test_a_picture_is_sent_and_seen_by_the_two_alone(world, chat, friends, client_of):
    alice, bob = friends
    file = SimpleUploadedFile("a.jpg", picture(), "image/jpeg")
    sent = client_of(alice).post(f"/messages/{chat}", {"picture": file, "nonce": str(uuid7())})
    assert sent.status_code == 201
    theirs = Message.objects.get(person=bob, kind="picture")
    answer = client_of(bob).get(f"/messages/pictures/{theirs.id}")
    assert answer.headers["Content-Type"] == "image/webp"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.content[8:12] == b"WEBP"
    for client in (client_of(alice), client_of(world["carol"])):
        assert client.get(f"/messages/pictures/{theirs.id}").status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": ""},
        {"text": " \u200e\n \x00"[1:]},
        {"text": "x" * 2001},
        {"text": "a", "clip": "no"},
        {"text": "a", "nonce": "no"},
    ],
)
def test_what_cannot_be_sent_is_refused_in_words_and_changes_nothing(wrong, chat, friends, client_of):
    before = Message.objects.count()
    answer = client_of(friends[0]).post(f"/messages/{chat}", wrong)
    assert answer.status_code == 422
    assert "data-error" in answer.content.decode()
    assert Message.objects.count() == before


def test_without_a_script_a_refusal_is_said_on_the_page(chat, friends, client_of):
    alice = client_of(friends[0])
    answer = alice.post(f"/messages/{chat}", {"text": "", "plain": "1"}, headers=PAGE)
    assert answer.status_code == 303
    assert "Please write something first." in shown(alice, f"/messages/{chat}")


def test_a_stranger_begins_with_a_request_that_is_accepted_on_the_page(world, client_of):
    bob, carol = client_of(world["bob"]), client_of(world["carol"])
    assert "begins the conversation" in shown(bob, "/messages/with/carol")
    sent = bob.post("/messages/with/carol", {"text": "May I use your loop?"}, headers=PAGE)
    where = sent.headers["Location"]
    assert shown(bob, "/messages/with/carol") == "", "it leads to the conversation now"
    html = shown(carol, "/messages")
    assert "Requests" in html
    assert where not in html
    assert "May I use your loop?" in shown(carol, "/messages?requests=1")
    assert "wants to write to you" in shown(carol, where)
    assert carol.post(f"{where}/answer", {"answer": "accept"}, headers=PAGE).status_code == 303
    assert "wants to write to you" not in shown(carol, where)


def test_a_refusal_says_why_and_keeps_what_was_written(world, client_of):
    answer = client_of(world["bob"]).post("/messages/with/erin", {"text": "Hello there"}, headers=PAGE)
    assert answer.status_code == 403
    html = answer.content.decode()
    assert "You cannot write to this person." in html
    assert "Hello there</textarea>" in html
    assert not Chat.objects.exists()


def test_a_group_is_made_and_left_on_the_pages(world, friends, client_of):
    follow(world["carol"], friends[0])
    alice = client_of(friends[0])
    made = alice.post("/messages/new", {"people": "@bob, carol", "title": "Sunday"}, headers=PAGE)
    assert made.status_code == 303
    where = made.headers["Location"]
    assert "Sunday" in shown(client_of(world["carol"]), where)
    assert alice.post(f"{where}/people", {"handle": "nobody_here"}, headers=PAGE).status_code == 303
    assert "Nobody here has this handle." in shown(alice, where)
    assert alice.post(f"{where}/leave", headers=PAGE).status_code == 303
    assert alice.get(where).status_code == 404


@pytest.mark.parametrize(("people", "status"), [("", 422), ("bob nobody_here", 404), ("erin carol", 403), ("bob", 303)])
def test_who_cannot_be_a_group(people, status, friends, client_of):
    answer = client_of(friends[0]).post("/messages/new", {"people": people}, headers=PAGE)
    assert answer.status_code == status
    assert not Chat.objects.exists()


def test_a_clip_is_sent_from_its_page(clip, chat, friends, client_of):
    alice, bob = (client_of(one) for one in friends)
    assert f"/messages/share/{clip.id}" in shown(alice, f"/c/{clip.id}")
    assert str(chat) in shown(alice, f"/messages/share/{clip.id}")
    assert alice.post(f"/messages/share/{clip.id}", {"to": str(chat)}, headers=PAGE).status_code == 303
    assert f'href="/c/{clip.id}"' in shown(bob, f"/messages/{chat}")
    assert alice.post(f"/messages/share/{clip.id}", {"to": "nonsense"}, headers=PAGE).status_code == 404
    assert alice.post(f"/messages/share/{clip.id}", {"handle": "carol"}, headers=PAGE).status_code == 303


def test_a_message_is_taken_back_by_script(chat, friends, client_of):
    alice, bob = friends
    mine, theirs = Message.objects.get(person=alice), Message.objects.get(person=bob)
    assert client_of(bob).delete(f"/messages/items/{theirs.id}?from=everybody").status_code == 403
    assert client_of(bob).delete(f"/messages/items/{mine.id}?from=everybody").status_code == 404
    assert client_of(alice).delete(f"/messages/items/{mine.id}?from=everybody").status_code == 204
    assert "took a message back" in shown(client_of(bob), f"/messages/{chat}")


def test_nobody_else_gets_in_by_any_address(world, chat, client_of):
    carol, visitor = client_of(world["carol"]), client_of(None)
    before = Message.objects.count()
    for method, tail in (("get", ""), ("get", "/log"), ("post", ""), ("put", "/read"), ("post", "/answer"),
                         ("post", "/leave"), ("post", "/mute")):  # fmt: skip
        data = {"text": "Hello"} if method == "post" else {}
        assert getattr(carol, method)(f"/messages/{chat}{tail}", data).status_code == 404, tail
        assert getattr(visitor, method)(f"/messages/{chat}{tail}", data).status_code in {302, 401}, tail
    assert Message.objects.count() == before


def test_the_profile_leads_to_a_conversation(world, client_of):
    assert 'href="/messages/with/alice"' in shown(client_of(world["bob"]), "/@alice")
    assert 'href="/messages/with/alice"' not in shown(client_of(world["alice"]), "/@alice")
    assert 'href="/messages/with/alice"' not in shown(client_of(None), "/@alice")


def test_many_messages_at_once_are_too_many(chat, friends, client_of, settings, monkeypatch):
    settings.PARVIS_RATE_LIMITS = True
    monkeypatch.setitem(WORDS, "per_minute", 0.001)
    alice = client_of(friends[0])
    answers = [alice.post(f"/messages/{chat}", {"text": "x", "nonce": str(uuid7())}).status_code for _ in range(25)]
    assert answers.count(201) == 20
    assert set(answers) == {201, 429}
    assert Message.objects.filter(person=friends[0]).count() == 21


def test_a_muted_conversation_counts_nowhere(chat, friends, client_of):
    bob = client_of(friends[1])
    assert bob.post(f"/messages/{chat}/mute", {"muted": "yes"}, headers=PAGE).status_code == 303
    assert bob.get("/inbox/unread").json() == {"unread": 0}


def test_pictures_that_no_message_names_are_swept_when_they_are_old(friends, monkeypatch):
    alice, bob = friends
    write(alice, bob, "", picture=picture())
    orphan = default_storage.save("chats/FR/orphan", ContentFile(b"x"))
    sweep_pictures()
    assert default_storage.exists(orphan), "it may be about to get its row"
    monkeypatch.setattr("parvis.inbox.pictures.YOUNG", timedelta(seconds=-60))
    sweep_pictures()
    assert not default_storage.exists(orphan)
    assert all(default_storage.exists(row.picture) for row in Message.objects.all())
    messages.unsend(viewer=viewer_of(alice), message_id=Message.objects.get(person=alice).id)
    names = [row.picture for row in Message.objects.all()]
    sweep_pictures()
    assert names == ["", ""]
    assert default_storage.listdir("chats/FR")[1] == []
