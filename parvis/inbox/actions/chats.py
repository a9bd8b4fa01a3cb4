"""Conversations: making groups, answering requests, leaving."""

import uuid
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import F

from parvis.accounts.models import Person
from parvis.accounts.queries import apart_from
from parvis.accounts.viewer import Viewer
from parvis.cells.keys import unseal
from parvis.inbox.actions.delivery import TITLE, Content, copies_of, deliver, introduce
from parvis.inbox.actions.messages import me_of
from parvis.inbox.errors import CannotBeAGroup, CannotWrite, NoSuchChat
from parvis.inbox.models import Chat, ChatMember, Message
from parvis.inbox.models.chats import ADDED, GONE, LEFT, OPEN, REFUSED, REQUEST
from parvis.inbox.policies import Standing
from parvis.inbox.queries.standing import group_of, may_be_a_group, standings
from parvis.kit.clock import now


@transaction.atomic
def start_group(*, viewer: Viewer, others: Sequence[Person], title: str, nonce: uuid.UUID) -> Chat:
    """Make a group of the viewer and at least two others; the same `nonce` makes it once. Returns the viewer's copy.

    Whoever would only take a request from the viewer is asked first. Raises SignInNeeded, CannotWrite (one of them
    takes no messages from the viewer), CannotBeAGroup.
    """
    me = me_of(viewer)
    conversation = group_of(me.id, nonce)
    if (before := Chat.objects.filter(person=me, conversation=conversation).first()) is not None:
        return before
    people = {one.id: one for one in others if one.id != me.id}
    if len(people) < 2:
        raise CannotBeAGroup
    states = _asked(me, list(people.values()))
    everybody = [me, *people.values()]
    if not may_be_a_group(everybody):
        raise CannotBeAGroup
    asked = {**states, me.id: OPEN}
    chats = copies_of(conversation, everybody, states=asked, is_group=True, title=title, starter_id=me.id)
    introduce(chats, everybody)
    return chats[me.id]


def _asked(me: Person, people: Sequence[Person]) -> dict[uuid.UUID, str]:
    """Return in which state each gets a group that `me` makes. CannotWrite if one of them would not take it."""
    found = standings(me, people)
    if Standing.REFUSED in found.values():
        raise CannotWrite
    return {person: OPEN if how == Standing.OPEN else REQUEST for person, how in found.items()}


@transaction.atomic
def add(*, viewer: Viewer, conversation: uuid.UUID, other: Person) -> None:
    """Bring somebody into a group; they see what is written from now on. Twice is once.

    Raises SignInNeeded, NoSuchChat, CannotWrite, CannotBeAGroup.
    """
    me = me_of(viewer)
    mine = Chat.objects.filter(person=me, conversation=conversation, is_group=True, state=OPEN).first()
    if mine is None:
        raise NoSuchChat
    people = [row.member for row in ChatMember.objects.filter(chat=mine).select_related("member")]
    if other.id == me.id or other.id in {one.id for one in people}:
        return
    states = _asked(me, [other])
    everybody = [me, *people, other]
    if not may_be_a_group(everybody):
        raise CannotBeAGroup
    title = unseal(me.id, TITLE, mine.title) if mine.title else ""
    every = {one.id: states.get(one.id, OPEN) for one in everybody}
    chats = copies_of(
        conversation, everybody, states=every, is_group=True, title=title, starter_id=mine.starter_id,
        is_title_withheld=mine.is_title_withheld,
    )  # fmt: skip
    # Who left comes back when asked; who refused is not asked again.
    if Chat.objects.filter(id=chats[other.id].id, state=LEFT).update(state=states[other.id]):
        chats[other.id].state = states[other.id]
    inside = {person: chat for person, chat in chats.items() if chat.state in {OPEN, REQUEST}}
    introduce(inside, [one for one in everybody if one.id in inside])
    told = _told(inside.values(), me, other)
    deliver(told, author=me, content=Content(text=other.name, kind=ADDED), nonce=None, at=now())


def _told(chats: Iterable[Chat], *who: Person) -> list[Chat]:
    """Return the copies of a group whose people are apart from none of `who`: the others are told nothing of them."""
    apart = frozenset[uuid.UUID]().union(*(apart_from(one.id) for one in who))
    return [chat for chat in chats if chat.person_id not in apart]


@transaction.atomic
def answer(*, viewer: Viewer, conversation: uuid.UUID, accepts: bool) -> None:
    """Accept or refuse a request; who asked is not told of a refusal. Raises SignInNeeded, NoSuchChat."""
    me = me_of(viewer)
    mine = Chat.objects.select_for_update().filter(person=me, conversation=conversation).first()
    if mine is None or (mine.state != REQUEST and not (accepts and mine.state == OPEN)):
        raise NoSuchChat
    if mine.state == OPEN:
        return
    Chat.objects.filter(id=mine.id).update(
        state=OPEN if accepts else REFUSED, version=F("version") + 1, unread=F("unread") if accepts else 0
    )
    if not accepts:
        Message.objects.filter(chat=mine).delete()
        if mine.is_group:
            ChatMember.objects.filter(chat__conversation=conversation, member=me).delete()


@transaction.atomic
def leave(*, viewer: Viewer, conversation: uuid.UUID) -> None:
    """Delete the viewer's copy of a conversation with all its messages; a group goes on without them, and is told.

    Raises SignInNeeded, NoSuchChat. The others' copies stay theirs.
    """
    me = me_of(viewer)
    mine = Chat.objects.filter(person=me, conversation=conversation, state=OPEN).first()
    if mine is None:
        raise NoSuchChat
    copies = Chat.objects.select_for_update().filter(conversation=conversation, state__in=[OPEN, REQUEST])
    chats = list(copies.order_by("person_id"))
    if mine.is_group:
        deliver(_told(chats, me), author=me, content=Content(text=me.name, kind=GONE), nonce=None, at=now())
        ChatMember.objects.filter(chat__conversation=conversation, member=me).delete()
        ChatMember.objects.filter(chat=mine).delete()
    Chat.objects.filter(id=mine.id).update(state=LEFT, unread=0, version=F("version") + 1)
    Message.objects.filter(chat=mine).delete()


def mute(*, viewer: Viewer, conversation: uuid.UUID, is_muted: bool) -> None:
    """Let a conversation push no notifications, or let it again. Raises SignInNeeded, NoSuchChat."""
    me = me_of(viewer)
    if not Chat.objects.filter(person=me, conversation=conversation).update(is_muted=is_muted):
        raise NoSuchChat
