"""Messages between two people: how they arrive, what a repeat does, and who may not."""

import io
import uuid

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from PIL import Image

from parvis.accounts.errors import SignInNeeded
from parvis.accounts.viewer import anonymous
from parvis.cells.errors import Damaged
from parvis.cells.keys import destroy_person_key, unseal
from parvis.clips.errors import NoSuchClip
from parvis.inbox import pictures
from parvis.inbox.actions import chats, messages
from parvis.inbox.actions.messages import Draft
from parvis.inbox.errors import (
    CannotWrite,
    NoSuchChat,
    NoSuchMessage,
    NotAPicture,
    NotYourMessage,
    NotYourself,
    Unanswered,
)
from parvis.inbox.models import Chat, ChatMember, Message
from parvis.inbox.models.chats import LEFT, OPEN, REFUSED, REQUEST
from parvis.inbox.queries.chats import for_viewer
from parvis.inbox.queries.standing import conversation_of
from parvis.inbox.queries.unread import unread_chats
from parvis.inbox.tests.conftest import make_clip, viewer_of
from parvis.kit.ids import uuid7
from parvis.social import actions as social


def picture(size=(80, 60)) -> bytes:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "a camera"
    Image.new("RGB", size, "red").save(out, "JPEG", exif=exif)
    return out.getvalue()


def write(one, other, text="Hello", **more):
    return messages.write_to(viewer=viewer_of(one), other=other, draft=Draft(nonce=uuid7(), text=text, **more))


def follow(one, other):
    social.follow(viewer=viewer_of(one), followed=other)


def texts(person, other):
    door = for_viewer(viewer_of(person))
    chat = door.one(conversation_of(person.id, other.id))
    return [one.text or one.notice for one in door.messages(chat).messages]


def state(person, other):
    return Chat.objects.get(person=person, conversation=conversation_of(person.id, other.id)).state


def rows():
    return Chat.objects.count(), ChatMember.objects.count(), Message.objects.count()


@pytest.fixture
def friends(world):
    """Alice and Bob follow each other."""
    follow(world["alice"], world["bob"])
    follow(world["bob"], world["alice"])
    return world["alice"], world["bob"]


def test_each_has_a_copy_in_their_own_home_sealed_with_their_own_key(friends):
    alice, bob = friends
    write(alice, bob, "See you at seven")
    copies = {row.person_id: row for row in Message.objects.all()}
    assert {row.home for row in copies.values()} == {"FR", "US"}
    for person in (alice, bob):
        body = copies[person.id].body
        assert b"seven" not in bytes(body)
        assert unseal(person.id, "inbox_message.body", body) == "See you at seven"
    with pytest.raises(Damaged):
        unseal(alice.id, "inbox_message.body", copies[bob.id].body)
    destroy_person_key(alice.id)
    assert texts(bob, alice) == ["See you at seven"], "the other's copy needs no key of hers"


def test_writing_the_same_again_writes_once(friends):
    alice, bob = friends
    draft = Draft(nonce=uuid7(), text="Once")
    first = messages.write_to(viewer=viewer_of(alice), other=bob, draft=draft)
    again = messages.write_to(viewer=viewer_of(alice), other=bob, draft=draft)
    assert first.id == again.id
    assert texts(bob, alice) == ["Once"]
    assert unread_chats(bob.id, home=bob.home) == 1


def test_a_strangers_first_words_wait_apart_and_a_few_are_enough(world):
    bob, carol = world["bob"], world["carol"]
    for number in range(3):
        write(bob, carol, f"{number}")
    with pytest.raises(Unanswered):
        write(bob, carol, "3")
    assert state(carol, bob) == REQUEST
    assert for_viewer(viewer_of(carol)).chats().chats == []
    assert len(for_viewer(viewer_of(carol)).chats(requests=True).chats) == 1
    assert unread_chats(carol.id, home=carol.home) == 0, "a request disturbs nobody"
    assert texts(carol, bob) == ["0", "1", "2"]


def test_a_request_carries_no_picture(world):
    before = rows()
    with pytest.raises(Unanswered):
        write(world["bob"], world["carol"], "", picture=picture())
    assert rows() == before


def test_accepting_opens_it_for_both(world):
    bob, carol = world["bob"], world["carol"]
    write(bob, carol, "May I?")
    chats.answer(viewer=viewer_of(carol), conversation=conversation_of(bob.id, carol.id), accepts=True)
    for number in range(4):
        write(bob, carol, f"{number}")
    write(carol, bob, "Yes")
    assert state(carol, bob) == state(bob, carol) == OPEN


def test_answering_by_writing_accepts(world):
    bob, carol = world["bob"], world["carol"]
    write(bob, carol, "May I?")
    write(carol, bob, "Yes")
    assert state(carol, bob) == OPEN


def test_a_refused_request_is_gone_and_the_other_is_not_told(world):
    bob, carol = world["bob"], world["carol"]
    write(bob, carol, "Buy this")
    chats.answer(viewer=viewer_of(carol), conversation=conversation_of(bob.id, carol.id), accepts=False)
    write(bob, carol, "Still there?")
    assert state(carol, bob) == REFUSED
    assert not Message.objects.filter(person=carol).exists()
    assert texts(bob, carol) == ["Buy this", "Still there?"]
    with pytest.raises(NoSuchChat):
        for_viewer(viewer_of(carol)).one(conversation_of(bob.id, carol.id))


def test_nobody_under_sixteen_is_written_to_by_whom_they_do_not_know(world):
    bob, erin = world["bob"], world["erin"]
    follow(erin, bob)
    before = rows()
    for one, other in ((bob, erin), (erin, bob)):
        with pytest.raises(CannotWrite):
            write(one, other)
    assert rows() == before
    follow(bob, erin)
    social.accept(viewer=viewer_of(erin), follower=bob)
    write(bob, erin, "Well played")
    assert texts(erin, bob) == ["Well played"]
    social.unfollow(viewer=viewer_of(erin), followed=bob)
    with pytest.raises(CannotWrite):
        write(bob, erin, "Again?")
    assert texts(erin, bob) == ["Well played"]


@pytest.mark.parametrize("who", ["visitor", "oneself"])
def test_who_cannot_write_at_all(who, world):
    before = rows()
    if who == "visitor":
        with pytest.raises(SignInNeeded):
            messages.write_to(
                viewer=anonymous("FR", "en"), other=world["bob"], draft=Draft(nonce=uuid7(), text="Hello")
            )
    else:
        with pytest.raises(NotYourself):
            write(world["bob"], world["bob"])
    assert rows() == before


def test_a_clip_is_sent_by_who_may_see_it_and_shown_to_who_may(friends):
    alice, bob = friends
    private = make_clip(alice, audience="me", title="")
    before = rows()
    with pytest.raises(NoSuchClip):
        write(bob, alice, "", clip=private.id)
    assert rows() == before
    write(alice, bob, "", clip=private.id)
    door = for_viewer(viewer_of(bob))
    (shown,) = door.messages(door.one(conversation_of(alice.id, bob.id))).messages
    assert shown.is_clip
    assert shown.clip is None, "sending a clip opens it to nobody"


def test_a_picture_is_written_anew_and_lies_encrypted(friends):
    alice, bob = friends
    write(alice, bob, "Look", picture=picture())
    names = {row.home: row.picture for row in Message.objects.all()}
    assert {name.split("/")[1] for name in names.values()} == {"FR", "US"}
    for person in (alice, bob):
        row = Message.objects.get(person=person)
        with default_storage.open(row.picture) as file:
            assert b"WEBP" not in file.read()
        name, key = for_viewer(viewer_of(person)).picture(row.id)
        made = Image.open(io.BytesIO(pictures.read(name, key)))
        assert (made.format, made.size, dict(made.getexif())) == ("WEBP", (80, 60), {})
    with pytest.raises(NoSuchMessage):
        for_viewer(viewer_of(bob)).picture(Message.objects.get(person=alice).id)


@pytest.mark.parametrize("data", [b"", b"no picture", b"\x89PNG\r\n\x1a\n", b"x" * (12 * 1024 * 1024 + 1)])
def test_what_is_no_picture_is_refused_and_nothing_changes(data, friends):
    before = rows()
    with pytest.raises(NotAPicture):
        write(*friends, "", picture=data)
    assert rows() == before


def test_reading_is_told_to_the_other_and_counted_once(friends):
    alice, bob = friends
    write(alice, bob, "One")
    write(alice, bob, "Two")
    conversation = conversation_of(alice.id, bob.id)
    messages.read(viewer=viewer_of(bob), conversation=conversation)
    assert unread_chats(bob.id, home=bob.home) == 0
    door = for_viewer(viewer_of(alice))
    shown = door.messages(door.one(conversation)).messages
    assert [[one.handle for one in message.seen_by] for message in shown] == [[], ["bob"]]
    version = door.version(conversation)
    messages.read(viewer=viewer_of(bob), conversation=conversation)
    assert door.version(conversation) == version, "reading again changes nothing"


def test_a_request_that_is_read_tells_nobody(world):
    bob, carol = world["bob"], world["carol"]
    write(bob, carol)
    messages.read(viewer=viewer_of(carol), conversation=conversation_of(bob.id, carol.id))
    assert not ChatMember.objects.filter(read_at__isnull=False).exists()


def test_taking_back_empties_every_copy_and_only_the_author_may(friends):
    alice, bob = friends
    write(alice, bob, "Oops", picture=picture())
    theirs = Message.objects.get(person=bob)
    with pytest.raises(NotYourMessage):
        messages.unsend(viewer=viewer_of(bob), message_id=theirs.id)
    with pytest.raises(NoSuchMessage):
        messages.unsend(viewer=viewer_of(alice), message_id=theirs.id)
    assert Message.objects.filter(body__isnull=False).count() == 2
    messages.unsend(viewer=viewer_of(alice), message_id=Message.objects.get(person=alice).id)
    assert not Message.objects.exclude(body__isnull=True, picture="", picture_key__isnull=True).exists()
    assert texts(bob, alice)[0].endswith("took a message back.")


def test_deleting_for_oneself_leaves_the_others_copy(friends):
    alice, bob = friends
    write(alice, bob, "Keep")
    messages.forget(viewer=viewer_of(bob), message_id=Message.objects.get(person=alice).id)
    assert Message.objects.count() == 2, "only one's own"
    messages.forget(viewer=viewer_of(bob), message_id=Message.objects.get(person=bob).id)
    assert texts(bob, alice) == []
    assert texts(alice, bob) == ["Keep"]


def test_a_deleted_conversation_comes_back_empty_with_the_next_message(friends):
    alice, bob = friends
    write(alice, bob, "Old")
    conversation = conversation_of(alice.id, bob.id)
    chats.leave(viewer=viewer_of(bob), conversation=conversation)
    assert state(bob, alice) == LEFT
    assert texts(alice, bob) == ["Old"]
    write(alice, bob, "New")
    assert texts(bob, alice) == ["New"]


def test_a_page_of_messages_goes_on_towards_the_past(friends):
    alice, bob = friends
    for number in range(7):
        write(alice, bob, str(number))
    door = for_viewer(viewer_of(bob))
    chat = door.one(conversation_of(alice.id, bob.id))
    page = door.messages(chat, limit=3)
    assert [one.text for one in page.messages] == ["4", "5", "6"]
    page = door.messages(chat, limit=3, before=page.before)
    assert [one.text for one in page.messages] == ["1", "2", "3"]
    page = door.messages(chat, limit=3, before=page.before)
    assert ([one.text for one in page.messages], page.before) == (["0"], None)


def test_asking_whether_anything_changed_is_one_query(friends, django_assert_num_queries):
    alice, bob = friends
    write(alice, bob)
    door = for_viewer(viewer_of(bob))
    with django_assert_num_queries(1):
        door.version(conversation_of(alice.id, bob.id))
    with pytest.raises(NoSuchChat):
        door.version(uuid.UUID(int=1))


def test_no_event_tells_who_writes_to_whom(friends):
    write(*friends)
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from events_event where kind like '%message%' or kind like '%chat%'")
        assert cursor.fetchone() == (0,)
