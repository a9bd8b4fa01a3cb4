"""News, messages and search, as programs have them; and what two who are apart have of each other."""

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from parvis.accounts.actions.tokens import end_token
from parvis.accounts.kinds import TOKEN_ENDED
from parvis.accounts.models import Token
from parvis.accounts.scopes import MESSAGES, READ
from parvis.api.tests.test_operations import code_of
from parvis.clips.actions import Details, describe
from parvis.events.models import Event
from parvis.inbox.models import Chat, Message, NoticeChoice, PushSubscription
from parvis.inbox.push.payload import b64encode
from parvis.inbox.subscribers import subscribers
from parvis.inbox.tests.browser import Browser
from parvis.inbox.tests.conftest import deliver, plain
from parvis.inbox.tests.test_messages import follow, picture
from parvis.kit.ids import uuid7
from parvis.search.actions import keep_clips, keep_people
from parvis.social import actions as social
from parvis.social.tests.conftest import make_clip, viewer_of


@pytest.fixture
def files(settings, tmp_path):
    folder = {"BACKEND": "parvis.clips.storage.FolderStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = settings.STORAGES | {"default": folder}
    return default_storage


@pytest.fixture
def three(world):
    """Alice, bob and carol follow one another."""
    people = [world[name] for name in ("alice", "bob", "carol")]
    for one in people:
        for other in people:
            if one != other:
                follow(one, other)
    return people


def block(one, other):
    social.block(viewer=viewer_of(one), person=other)


def begin(bob, text="Hello"):
    """Bob writes to alice; return the conversation."""
    sent = bob.send("post", "/people/alice/messages", {"text": text, "nonce": str(uuid7())})
    assert sent.status_code == 201
    return sent.json()["chat"]


def read(program, chat):
    items = program.send("get", f"/chats/{chat}/messages").json()["items"]
    return [plain(one["text"] or one["notice"]) for one in items]


def test_news_is_listed_counted_and_read(program, clip, world):
    social.like(viewer=viewer_of(world["bob"]), clip_id=clip.id)
    deliver()
    alice = program("alice")
    (notice,) = alice.send("get", "/notices").json()["items"]
    assert ([one["handle"] for one in notice["people"]], notice["read"]) == (["bob"], False)
    assert alice.send("get", "/notices/unread").json() == {"notices": 1, "chats": 0}
    assert code_of(program("carol").send("put", f"/notices/{notice['id']}/read")) == (404, "no-such-notice")
    assert alice.send("get", "/notices/unread").json()["notices"] == 1
    assert alice.send("put", f"/notices/{notice['id']}/read").status_code == 204
    assert alice.send("get", "/notices").json()["items"][0]["read"] is True
    assert alice.send("put", "/notices/read").status_code == 204


def test_how_one_is_told_is_chosen_by_kind(program, world):
    alice, here = program("alice"), "/me/notifications"
    kind = alice.send("get", here).json()["kinds"][0]["kind"]
    changed = alice.send("patch", here, {
        "kinds": {kind: {"in_app": True, "push": False}}, "quiet_from": 1320, "quiet_until": 420, "zone": "Asia/Tokyo",
    }).json()  # fmt: skip
    assert (changed["quiet_from"], changed["quiet_until"], changed["zone"]) == (1320, 420, "Asia/Tokyo")
    assert changed["kinds"][0]["push"] is False
    wrong = {"zone": "Nowhere/Here", "kinds": {kind: {"in_app": True, "push": True}}}
    assert code_of(alice.send("patch", here, wrong)) == (422, "bad-quiet-hours")
    unknown = {"zone": "Europe/Paris", "kinds": {"telepathy": {"in_app": True, "push": True}}}
    assert code_of(alice.send("patch", here, unknown)) == (422, "unknown-notice-kind")
    assert alice.send("get", here).json() == changed
    assert NoticeChoice.objects.get().person == world["alice"]


def test_a_change_of_the_zone_takes_no_night_from_the_young(program):
    erin = program("erin")
    changed = erin.send("patch", "/me/notifications", {"zone": "Asia/Tokyo"}).json()
    assert (changed["quiet_from"], changed["quiet_until"], changed["zone"]) == (22 * 60, 7 * 60, "Asia/Tokyo")
    assert erin.send("get", "/me/notifications").json() == changed


def test_letters_come_as_often_as_one_chooses(program, world):
    carol, here = program("carol"), "/me/notifications"
    assert carol.send("get", here).json()["digest"] == "never"
    assert carol.send("patch", here, {"digest": "weekly"}).json()["digest"] == "weekly"
    wrong = {"digest": "hourly", "zone": "Asia/Tokyo"}
    assert carol.send("patch", here, wrong).status_code == 422
    assert (carol.send("get", here).json()["digest"], carol.send("get", here).json()["zone"]) == ("weekly", "")
    kinds = {"liked": {"in_app": True, "push": True, "digest": False}}
    carol.send("patch", here, {"kinds": kinds})
    carol.send("patch", here, {"kinds": {"liked": {"in_app": True, "push": False}}})
    row = NoticeChoice.objects.get(person=world["carol"])
    assert (row.push, row.digest) == (False, False), "what is left out stays as it was"


def test_who_may_write_is_chosen(program):
    alice, here = program("alice"), "/me/messages"
    assert alice.send("get", here).json() == {"takes": "everyone"}
    assert alice.send("put", here, {"takes": "nobody"}).json() == {"takes": "nobody"}
    assert alice.send("put", here, {"takes": "friends"}).status_code == 422
    assert alice.send("get", here).json() == {"takes": "nobody"}


def test_a_message_and_a_tag_are_reported(program, world, three):
    alice, bob = program("alice"), program("bob")
    chat = begin(bob)
    found = alice.send("get", f"/chats/{chat}/messages").json()["items"][0]["id"]
    told = {"kind": "message", "id": found, "reason": "harassment"}
    assert code_of(program("dan").send("post", "/reports", told)) == (404, "nothing-to-report")
    assert alice.send("post", "/reports", told).status_code == 204
    assert [one["kind"] for one in alice.send("get", "/me/reports").json()["items"]] == ["message"]
    for wrong in ({"tag": "nobody-used-it"}, {}):
        assert code_of(alice.send("post", "/reports", {"kind": "tag", "reason": "hate", **wrong})) == (
            404,
            "nothing-to-report",
        )
    clip = make_clip(world["bob"])
    describe(creator=world["bob"].id, clip_id=clip.id, details=Details(caption="#Jazz"))
    assert alice.send("post", "/reports", {"kind": "tag", "tag": "#jazz", "reason": "hate"}).status_code == 204


def test_a_browser_is_called_and_called_no_longer(program):
    alice, phone = program("alice"), Browser()
    keys = {"p256dh": b64encode(phone.point), "auth": b64encode(phone.auth)}
    assert alice.send("put", "/me/browsers", {"endpoint": phone.endpoint, "keys": keys}).status_code == 204
    wrong = {"endpoint": "http://127.0.0.1/", "keys": keys}
    assert code_of(alice.send("put", "/me/browsers", wrong)) == (422, "bad-subscription")
    assert PushSubscription.objects.count() == 1
    assert program("bob").send("delete", "/me/browsers", {"endpoint": phone.endpoint}).status_code == 204
    assert PushSubscription.objects.count() == 1
    assert alice.send("delete", "/me/browsers", {"endpoint": phone.endpoint}).status_code == 204
    assert not PushSubscription.objects.exists()


def test_a_browser_is_called_no_longer_once_its_token_is_taken_back(program, world):
    phones = [Browser(), Browser()]
    for phone in phones:
        keys = {"p256dh": b64encode(phone.point), "auth": b64encode(phone.auth)}
        program("alice").send("put", "/me/browsers", {"endpoint": phone.endpoint, "keys": keys})
    first = Token.objects.order_by("id").first()
    end_token(person=world["alice"], token_id=first.id)
    for event in Event.objects.filter(kind=TOKEN_ENDED):
        for one in subscribers():
            if event.kind in one.kinds:
                one.handle(event)
    assert PushSubscription.objects.count() == 1


def test_messages_need_a_token_that_allows_them(program, three):
    reader = program("alice", READ)
    chat = begin(program("bob"))
    for method, where in (("get", "/chats"), ("get", f"/chats/{chat}/messages"), ("put", f"/chats/{chat}/read")):
        assert code_of(reader.send(method, where)) == (403, "scope-missing")
    assert read(program("alice", MESSAGES), chat) == ["Hello"]


def test_two_write_read_and_take_back(program, three):
    alice, bob = program("alice"), program("bob")
    chat, again = begin(bob), str(uuid7())
    assert alice.send("get", "/chats").json()["items"][0]["unread"] == 1
    assert alice.send("get", "/notices/unread").json() == {"notices": 0, "chats": 1}
    assert alice.send("put", f"/chats/{chat}/read").status_code == 204
    for _ in range(2):
        answer = alice.send("post", f"/chats/{chat}/messages", {"text": "Good morning", "nonce": again})
        assert answer.status_code == 201
    assert read(bob, chat) == ["Hello", "Good morning"]
    assert bob.send("get", f"/chats/{chat}/messages").json()["items"][0]["seen_by"] == ["alice"]
    theirs = bob.send("get", f"/chats/{chat}/messages").json()["items"][1]["id"]
    assert code_of(bob.send("delete", f"/messages/{theirs}?everybody=true")) == (403, "not-your-message")
    assert alice.send("delete", f"/messages/{answer.json()['message']}?everybody=true").status_code == 204
    assert read(bob, chat) == ["Hello", "Alice took a message back."]
    assert code_of(program("carol").send("get", f"/chats/{chat}/messages")) == (404, "no-such-chat")
    assert bob.send("get", "/people/alice/chat").json()["id"] == chat
    assert alice.send("delete", f"/chats/{chat}").status_code == 204
    assert code_of(alice.send("get", f"/chats/{chat}")) == (404, "no-such-chat")


@pytest.mark.parametrize("wrong", [{}, {"text": ""}, {"text": " \u2066 "}, {"text": "x" * 2001}, {"text": "a\x00"}])
def test_what_says_nothing_is_not_sent(wrong, program, three):
    bob = program("bob")
    chat = begin(bob)
    assert code_of(bob.send("post", f"/chats/{chat}/messages", wrong)) == (422, "invalid")
    assert Message.objects.count() == 2


def test_a_clip_and_a_picture_are_sent(program, three, clip, files):
    alice, bob = program("alice"), program("bob")
    chat = begin(bob)
    assert bob.send("post", f"/chats/{chat}/messages", {"clip": str(clip.id)}).status_code == 201
    file = SimpleUploadedFile("a.jpg", picture(), "image/jpeg")
    assert bob.post(f"/api/v1/chats/{chat}/pictures", {"picture": file, "text": "Look"}).status_code == 201
    _, shared, seen = alice.send("get", f"/chats/{chat}/messages").json()["items"]
    assert (shared["clip"], seen["text"]) == (str(clip.id), "Look")
    answer = alice.get(seen["picture"])
    assert (answer.headers["Content-Type"], answer.content[8:12]) == ("image/webp", b"WEBP")
    assert code_of(program("carol").get(seen["picture"])) == (404, "no-such-message")
    bad = SimpleUploadedFile("a.jpg", b"no picture", "image/jpeg")
    assert code_of(bob.post(f"/api/v1/chats/{chat}/pictures", {"picture": bad})) == (422, "not-a-picture")


def test_a_request_waits_and_is_answered(program, world):
    alice, bob = program("alice"), program("bob")
    chat = begin(bob)
    assert alice.send("get", "/chats").json() == {"items": [], "next": None, "requests": 1}
    assert alice.send("get", "/chats?requests=true").json()["items"][0]["request"] is True
    assert alice.send("put", f"/chats/{chat}/answer", {"accepts": True}).status_code == 204
    assert alice.send("get", "/chats").json()["items"][0]["id"] == chat
    assert code_of(bob.send("post", "/people/erin/messages", {"text": "Hello"})) == (403, "cannot-write")


def test_a_group_is_made_joined_muted_and_left(program, three, world):
    follow(world["dan"], world["alice"])
    alice, dan = program("alice"), program("dan")
    made = alice.send("post", "/chats", {"people": ["bob", "@carol"], "title": "Sunday"})
    assert (made.status_code, made.json()["name"], made.json()["group"]) == (201, "Sunday", True)
    chat = made.json()["id"]
    assert alice.send("put", f"/chats/{chat}/people/dan").status_code == 204
    assert read(dan, chat) == ["Alice added Dan."]
    assert dan.send("put", f"/chats/{chat}/mute").status_code == 204
    assert dan.send("get", f"/chats/{chat}").json()["muted"] is True
    assert dan.send("delete", f"/chats/{chat}/mute").status_code == 204
    assert dan.send("delete", f"/chats/{chat}").status_code == 204
    assert read(alice, chat)[-1] == "Dan left."
    assert code_of(alice.send("post", "/chats", {"people": ["bob"]})) == (422, "no-such-group")


@pytest.mark.parametrize("turned", [False, True])
def test_after_a_block_nothing_passes_between_two(turned, program, three, client_of):
    alice, bob, _ = three
    by_alice, by_bob = program("alice"), program("bob")
    chat = begin(by_bob)
    block(*((bob, alice) if turned else (alice, bob)))
    version = by_bob.send("get", f"/chats/{chat}").json()["version"]
    for one, other in ((by_alice, "bob"), (by_bob, "alice")):
        assert code_of(one.send("post", f"/chats/{chat}/messages", {"text": "No"})) == (403, "cannot-write")
        assert code_of(one.send("post", f"/people/{other}/messages", {"text": "No"})) == (404, "no-such-person")
        assert code_of(one.send("post", "/chats", {"people": [other, "carol"]})) == (404, "no-such-person")
    for person in (alice, bob):
        assert client_of(person).post(f"/messages/{chat}", {"text": "No", "nonce": str(uuid7())}).status_code == 403
    assert by_alice.send("put", f"/chats/{chat}/read").status_code == 204
    assert by_bob.send("get", f"/chats/{chat}/messages").json()["items"][0]["seen_by"] == []
    assert by_bob.send("get", f"/chats/{chat}").json()["version"] == version
    assert Message.objects.count() == 2


@pytest.mark.parametrize("turned", [False, True])
def test_after_a_block_two_in_a_group_see_nothing_new_of_each_other(turned, program, three, client_of):
    alice, bob, _ = three
    by_alice, by_bob, by_carol = (program(one.handle) for one in three)
    chat = by_carol.send("post", "/chats", {"people": ["alice", "bob"]}).json()["id"]
    by_alice.send("post", f"/chats/{chat}/messages", {"text": "Before"})
    block(*((bob, alice) if turned else (alice, bob)))
    by_bob.send("post", f"/chats/{chat}/messages", {"text": "From bob"})
    assert client_of(alice).post(f"/messages/{chat}", {"text": "By page", "nonce": str(uuid7())}).status_code == 201
    by_carol.send("post", f"/chats/{chat}/messages", {"text": "From carol"})
    assert read(by_alice, chat) == ["Before", "By page", "From carol"]
    assert read(by_bob, chat) == ["Before", "From bob", "From carol"]
    assert read(by_carol, chat) == ["Before", "From bob", "By page", "From carol"]
    assert "From bob" not in client_of(alice).get(f"/messages/{chat}").content.decode()
    assert {one["handle"] for one in by_bob.send("get", f"/chats/{chat}").json()["people"]} == {"carol"}
    assert by_alice.send("delete", f"/chats/{chat}").status_code == 204
    assert read(by_bob, chat)[-1] == "From carol"
    assert read(by_carol, chat)[-1] == "Alice left."
    by_carol.send("put", f"/chats/{chat}/people/alice")
    assert read(by_bob, chat)[-1] == "From carol"
    assert Chat.objects.count() == 3


def test_clips_people_and_tags_are_found(program, clip, world, client):
    keep_clips([clip.id])
    keep_people([person.id for person in world.values()])
    found = client.get("/api/v1/search?q=stones").json()
    assert [one["id"] for one in found["clips"]] == [str(clip.id)]
    assert [one["handle"] for one in client.get("/api/v1/search/people?q=alice").json()["items"]][:1] == ["alice"]
    assert client.get("/api/v1/search/clips?q=stones&limit=1").json()["next"] is None
    assert client.get("/api/v1/search/tags?q=nothing").json() == {"items": []}
    assert code_of(client.get("/api/v1/search")) == (422, "invalid")
    block(world["alice"], world["bob"])
    bob = program("bob")
    assert bob.send("get", "/search/clips?q=stones").json()["items"] == []
    assert bob.send("get", "/search/people?q=alice").json()["items"] == []
