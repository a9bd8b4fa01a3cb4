"""Writing, reading and taking back messages. Writing the same (`nonce`) twice writes once."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F

from parvis.accounts.errors import SignInNeeded
from parvis.accounts.models import Person
from parvis.accounts.queries import apart_from
from parvis.accounts.viewer import Viewer
from parvis.clips import queries as clips
from parvis.inbox import pictures
from parvis.inbox.actions.delivery import Content, copies_of, deliver, introduce, touch
from parvis.inbox.errors import CannotWrite, NoSuchChat, NoSuchMessage, NotYourMessage, NotYourself, Unanswered
from parvis.inbox.models import Chat, ChatMember, Message
from parvis.inbox.models.chats import LEFT, OPEN, REFUSED, REQUEST, UNSENT
from parvis.inbox.policies import REQUEST_MESSAGES, Standing
from parvis.inbox.queries.standing import conversation_of, may_hear, standings
from parvis.kit.clock import now


@dataclass(frozen=True)
class Draft:
    """What somebody wants to send: a text of 1 to TEXT_LONGEST characters (`forms.MessageForm` cleans it), or a clip or
    the bytes of a picture, with or without one. `nonce` is the page's own for this message."""

    nonce: uuid.UUID
    text: str = ""
    clip: uuid.UUID | None = None
    picture: bytes | None = None


def me_of(viewer: Viewer) -> Person:
    """Return the person who acts. SignInNeeded for a visitor."""
    person: Person | None = Person.objects.filter(id=viewer.person_id, is_active=True).first()
    if viewer.person_id is None or person is None:
        raise SignInNeeded
    return person


def write_to(*, viewer: Viewer, other: Person, draft: Draft) -> Message:
    """Write to one person. Returns the writer's copy.

    Raises SignInNeeded, NotYourself, CannotWrite, Unanswered (the other has not answered a request yet), NoSuchClip and
    NotAPicture; nothing has changed then.
    """
    me = me_of(viewer)
    if me.id == other.id:
        raise NotYourself
    if (before := _sent_before(me, draft)) is not None:
        return before
    arrives = standings(me, [other])[other.id]
    if arrives == Standing.REFUSED:
        raise CannotWrite
    content = _content(viewer, draft, [me, other])
    with transaction.atomic():
        return _write_to(me, other, arrives, content, draft.nonce)


def _write_to(me: Person, other: Person, arrives: Standing, content: Content, nonce: uuid.UUID) -> Message:
    states = {me.id: OPEN, other.id: OPEN if arrives == Standing.OPEN else REQUEST}
    chats = copies_of(conversation_of(me.id, other.id), [me, other], states=states, is_group=False, title="")
    introduce(chats, [me, other])
    if (before := Message.objects.filter(person=me, nonce=nonce).first()) is not None:
        return before  # the same was sent twice at once
    mine, theirs = chats[me.id], chats[other.id]
    _enter(mine, OPEN)
    if theirs.state == REFUSED:
        return deliver([mine], author=me, content=content, nonce=nonce, at=now())
    if theirs.state == LEFT or (theirs.state == REQUEST and arrives == Standing.OPEN):
        _enter(theirs, states[other.id])
    if theirs.state == REQUEST:
        _check_request(theirs, me, content)
    return deliver([mine, theirs], author=me, content=content, nonce=nonce, at=now())


def _enter(chat: Chat, state: str) -> None:
    if chat.state != state:
        chat.state = state
        Chat.objects.filter(id=chat.id).update(state=state)


def _check_request(theirs: Chat, me: Person, content: Content) -> None:
    """Before an answer come a few words, and no pictures."""
    if content.picture is not None or Message.objects.filter(chat=theirs, author=me)[:REQUEST_MESSAGES].count() == (
        REQUEST_MESSAGES
    ):
        raise Unanswered


def write(*, viewer: Viewer, conversation: uuid.UUID, draft: Draft) -> Message:
    """Write into a conversation that the viewer has. Raises what `write_to` does, and NoSuchChat."""
    me = me_of(viewer)
    chat = Chat.objects.filter(person=me, conversation=conversation).first()
    if chat is None or (chat.is_group and chat.state != OPEN):
        raise NoSuchChat
    others = [row.member for row in ChatMember.objects.filter(chat=chat).select_related("member")]
    if not chat.is_group:
        if not others or not others[0].is_active:
            raise CannotWrite
        return write_to(viewer=viewer, other=others[0], draft=draft)
    if (before := _sent_before(me, draft)) is not None:
        return before
    return _write_to_group(viewer, me, chat, [one for one in others if one.is_active], draft)


def _write_to_group(viewer: Viewer, me: Person, chat: Chat, others: Sequence[Person], draft: Draft) -> Message:
    heard = may_hear(me, others)
    content = _content(viewer, draft, [me, *others])
    with transaction.atomic():
        copies = Chat.objects.select_for_update().filter(
            conversation=chat.conversation, person_id__in=[me.id, *heard], state__in=[OPEN, REQUEST]
        )
        locked = list(copies.order_by("person_id"))
        if (before := Message.objects.filter(person=me, nonce=draft.nonce).first()) is not None:
            return before
        if me.id not in {one.person_id for one in locked}:
            raise NoSuchChat
        return deliver(locked, author=me, content=content, nonce=draft.nonce, at=now())


def _sent_before(me: Person, draft: Draft) -> Message | None:
    return Message.objects.filter(person=me, nonce=draft.nonce).first()


def _content(viewer: Viewer, draft: Draft, people: Sequence[Person]) -> Content:
    if draft.clip is not None:
        clips.for_viewer(viewer).one(draft.clip)
    picture = None
    if draft.picture is not None:
        picture = pictures.store(draft.picture, {one.home for one in people})
    return Content(text=draft.text, clip=draft.clip, picture=picture)


@transaction.atomic
def unsend(*, viewer: Viewer, message_id: uuid.UUID) -> None:
    """Take an own message back from everybody; what remains says that there was one. `message_id` is of the viewer's
    copy. Raises SignInNeeded, NoSuchMessage, NotYourMessage."""
    mine = own_message(viewer, message_id)
    if mine.author_id != viewer.person_id or mine.nonce is None:
        raise NotYourMessage
    touch(mine.chat.conversation)
    Message.objects.filter(message=mine.message).exclude(kind=UNSENT).update(
        kind=UNSENT, body=None, clip=None, picture="", picture_key=None, width=0, height=0
    )


@transaction.atomic
def forget(*, viewer: Viewer, message_id: uuid.UUID) -> None:
    """Delete the viewer's own copy of a message; the others keep theirs. Raises SignInNeeded; twice is once."""
    me = me_of(viewer)
    mine = Message.objects.filter(id=message_id, person=me).first()
    if mine is not None:
        Chat.objects.filter(id=mine.chat_id).update(version=F("version") + 1)
        mine.delete()


def own_message(viewer: Viewer, message_id: uuid.UUID) -> Message:
    """Return the viewer's copy of a message. SignInNeeded, NoSuchMessage."""
    if viewer.person_id is None:
        raise SignInNeeded
    mine = Message.objects.select_related("chat").filter(id=message_id, person_id=viewer.person_id).first()
    if mine is None:
        raise NoSuchMessage
    return mine


@transaction.atomic
def read(*, viewer: Viewer, conversation: uuid.UUID) -> None:
    """Note that the viewer has seen all of a conversation; the others are told, unless it is a request still, or they
    are apart from the viewer.

    Raises SignInNeeded, NoSuchChat.
    """
    me = me_of(viewer)
    mine = Chat.objects.filter(person=me, conversation=conversation).first()
    if mine is None:
        raise NoSuchChat
    if not mine.unread:
        return
    if mine.state != OPEN:
        Chat.objects.filter(id=mine.id).update(unread=0)
        return
    apart = apart_from(me.id)
    touch(conversation, but=apart)
    Chat.objects.filter(id=mine.id).update(unread=0)
    told = ChatMember.objects.filter(chat__conversation=conversation, member=me).exclude(person__in=apart)
    told.update(read_at=now())
