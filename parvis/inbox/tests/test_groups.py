"""Small groups: who may be in one, and what each of them has."""

import pytest

from parvis.inbox.actions import chats, messages
from parvis.inbox.actions.messages import Draft
from parvis.inbox.errors import CannotBeAGroup, CannotWrite, NoSuchChat
from parvis.inbox.models import Chat, ChatMember, Message
from parvis.inbox.models.chats import OPEN, REQUEST
from parvis.inbox.queries.chats import for_viewer
from parvis.inbox.tests.conftest import plain, viewer_of
from parvis.kit.ids import uuid7
from parvis.social import actions as social


def everybody_follows(*people):
    for one in people:
        for other in people:
            if one != other:
                social.follow(viewer=viewer_of(one), followed=other)


def group(creator, *others, title="Sunday", nonce=None):
    return chats.start_group(viewer=viewer_of(creator), others=others, title=title, nonce=nonce or uuid7())


def write(one, chat, text):
    return messages.write(viewer=viewer_of(one), conversation=chat.conversation, draft=Draft(nonce=uuid7(), text=text))


def read(person, chat):
    door = for_viewer(viewer_of(person))
    return [plain(one.text or one.notice) for one in door.messages(door.one(chat.conversation)).messages]


@pytest.fixture
def three(world):
    people = world["alice"], world["bob"], world["carol"]
    everybody_follows(*people)
    return people


def test_each_has_a_whole_copy(three):
    _, bob, carol = three
    chat = group(*three)
    write(bob, chat, "Who brings bread?")
    for person in three:
        assert read(person, chat) == ["Who brings bread?"]
        shown = for_viewer(viewer_of(person)).one(chat.conversation)
        assert shown.name == "Sunday"
        assert {one.id for one in shown.people} == {one.id for one in three} - {person.id}
    assert {row.home for row in Message.objects.all()} == {"FR", "US", "DE"}
    assert ChatMember.objects.count() == 6
    assert unread(carol) == 1
    assert unread(bob) == 0


def unread(person):
    return Chat.objects.get(person=person).unread


def test_making_it_again_makes_it_once(three):
    nonce = uuid7()
    assert group(*three, nonce=nonce).id == group(*three, nonce=nonce).id
    assert Chat.objects.count() == 3


def test_whoever_does_not_follow_is_asked_first(world, three):
    alice, bob, _ = three
    chat = group(alice, bob, world["dan"])
    write(alice, chat, "Dan, join us")
    states = dict(Chat.objects.values_list("person__handle", "state"))
    assert states == {"alice": OPEN, "bob": OPEN, "dan": REQUEST}
    with pytest.raises(NoSuchChat):
        write(world["dan"], chat, "Before accepting")
    chats.answer(viewer=viewer_of(world["dan"]), conversation=chat.conversation, accepts=True)
    write(world["dan"], chat, "Here I am")
    assert read(bob, chat) == ["Dan, join us", "Here I am"]


def test_too_few_too_many_and_the_young_among_strangers_are_refused(world, three):
    alice, bob, carol = three
    before = Chat.objects.count()
    with pytest.raises(CannotBeAGroup):
        group(alice, bob)
    everybody_follows(alice, world["erin"])
    social.accept(viewer=viewer_of(world["erin"]), follower=alice)
    with pytest.raises(CannotBeAGroup):
        group(alice, bob, world["erin"])
    with pytest.raises(CannotWrite):
        group(bob, carol, world["erin"])
    assert Chat.objects.count() == before


def test_thirty_two_are_the_most(world, three, monkeypatch):
    monkeypatch.setattr("parvis.inbox.policies.MEMBERS_MOST", 3)
    alice, bob, carol = three
    with pytest.raises(CannotBeAGroup):
        group(alice, bob, carol, world["dan"])
    chat = group(*three)
    with pytest.raises(CannotBeAGroup):
        chats.add(viewer=viewer_of(alice), conversation=chat.conversation, other=world["dan"])
    assert Chat.objects.count() == 3


def test_who_is_added_sees_what_comes_and_who_left_sees_nothing(world, three):
    alice, bob, carol = three
    dan = world["dan"]
    social.follow(viewer=viewer_of(dan), followed=alice)
    chat = group(*three)
    write(alice, chat, "Before")
    chats.add(viewer=viewer_of(alice), conversation=chat.conversation, other=dan)
    chats.add(viewer=viewer_of(alice), conversation=chat.conversation, other=dan)
    write(bob, chat, "After")
    assert read(dan, chat) == ["Alice added Dan.", "After"]
    assert read(bob, chat) == ["Before", "Alice added Dan.", "After"]
    chats.leave(viewer=viewer_of(carol), conversation=chat.conversation)
    write(dan, chat, "Who left?")
    assert not Message.objects.filter(person=carol).exists()
    assert read(bob, chat)[-2:] == ["Carol left.", "Who left?"]
    with pytest.raises(NoSuchChat):
        write(carol, chat, "I am gone")
    assert {one.handle for one in for_viewer(viewer_of(bob)).one(chat.conversation).people} == {"alice", "dan"}


def test_who_left_can_be_added_again(three):
    alice, bob, carol = three
    chat = group(*three)
    chats.leave(viewer=viewer_of(carol), conversation=chat.conversation)
    chats.add(viewer=viewer_of(bob), conversation=chat.conversation, other=carol)
    write(alice, chat, "Welcome back")
    assert read(carol, chat) == ["Bob added Carol.", "Welcome back"]


def test_strangers_know_nothing_of_a_group(world, three):
    chat = group(*three)
    dan = viewer_of(world["dan"])
    for act in (
        lambda: for_viewer(dan).one(chat.conversation),
        lambda: chats.add(viewer=dan, conversation=chat.conversation, other=world["olga"]),
        lambda: chats.leave(viewer=dan, conversation=chat.conversation),
        lambda: chats.answer(viewer=dan, conversation=chat.conversation, accepts=True),
        lambda: chats.mute(viewer=dan, conversation=chat.conversation, is_muted=True),
        lambda: messages.read(viewer=dan, conversation=chat.conversation),
        lambda: write(world["dan"], chat, "Hello?"),
    ):
        with pytest.raises(NoSuchChat):
            act()
    assert Chat.objects.count() == 3
    assert not Message.objects.exists()


def test_the_list_takes_few_queries(three, django_assert_max_num_queries):
    for _ in range(12):
        write(three[0], group(*three), "x")
    with django_assert_max_num_queries(4):
        assert len(for_viewer(viewer_of(three[1])).chats().chats) == 12
