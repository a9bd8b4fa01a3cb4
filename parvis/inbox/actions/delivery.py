"""Bringing a message into everybody's copy of a conversation, in one transaction.

Copies are locked in the order of their people's ids, so that two who write at once do not wait for ever.
No event is recorded: who writes to whom, and when, is nobody's business but theirs.
"""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F

from parvis.accounts.models import Person
from parvis.cells.keys import seal
from parvis.inbox.actions.push import queue
from parvis.inbox.models import Chat, ChatMember, Message
from parvis.inbox.models.chats import CLIP, OPEN, PICTURE, TEXT
from parvis.inbox.models.push import CHAT
from parvis.inbox.pictures import Picture
from parvis.kit.clock import now
from parvis.kit.ids import uuid7

BODY = "inbox_message.body"
PICTURE_KEY = "inbox_message.picture_key"
TITLE = "inbox_chat.title"


@dataclass(frozen=True)
class Content:
    """What a message says: a text, which may stand under a clip or a picture."""

    text: str = ""
    clip: uuid.UUID | None = None
    picture: Picture | None = None
    kind: str = ""

    @property
    def sort(self) -> str:
        """The kind of message that it makes."""
        return self.kind or (PICTURE if self.picture else CLIP if self.clip else TEXT)


def copies_of(
    conversation: uuid.UUID,
    people: Sequence[Person],
    *,
    states: Mapping[uuid.UUID, str],
    is_group: bool,
    title: str,
    **columns: Any,
) -> dict[uuid.UUID, Chat]:
    """Return everybody's copy of a conversation, locked; one that is missing is made, in the state given, with other
    `columns` that all copies have alike."""
    Chat.objects.bulk_create(
        [
            Chat(
                home=one.home,
                person=one,
                conversation=conversation,
                is_group=is_group,
                title=seal(one.id, TITLE, title) if title else None,
                state=states[one.id],
                at=now(),
                **columns,
            )
            for one in people
        ],
        ignore_conflicts=True,
    )
    found = Chat.objects.select_for_update().filter(conversation=conversation, person__in=people)
    return {chat.person_id: chat for chat in found.order_by("person_id")}


def introduce(chats: Mapping[uuid.UUID, Chat], people: Collection[Person]) -> None:
    """Note in each copy who the others are."""
    ChatMember.objects.bulk_create(
        [
            ChatMember(home=chat.home, person_id=chat.person_id, chat=chat, member=one)
            for chat in chats.values()
            for one in people
            if one.id != chat.person_id
        ],
        ignore_conflicts=True,
    )


def deliver(
    chats: Collection[Chat], *, author: Person, content: Content, nonce: uuid.UUID | None, at: datetime
) -> Message:
    """Put a message into locked copies of a conversation, the author's among them; return the author's."""
    shared = uuid7()
    rows = [_copy(chat, author, content, shared, at) for chat in chats]
    own = next(row for row in rows if row.person_id == author.id)
    own.nonce = nonce
    Message.objects.bulk_create(rows)
    ids = [chat.id for chat in chats]
    Chat.objects.filter(id__in=ids).update(number=F("number") + 1, version=F("version") + 1, at=at)
    if content.kind == "":
        Chat.objects.filter(id__in=ids).exclude(person=author).update(unread=F("unread") + 1)
    called = [one.person_id for one in chats if one.state == OPEN and not one.is_muted and one.person_id != author.id]
    if content.kind == "":
        queue(CHAT, own.chat.conversation, called)
    return own


def _copy(chat: Chat, author: Person, content: Content, shared: uuid.UUID, at: datetime) -> Message:
    picture = content.picture
    return Message(
        home=chat.home,
        person_id=chat.person_id,
        chat=chat,
        message=shared,
        number=chat.number + 1,
        author=author,
        kind=content.sort,
        body=seal(chat.person_id, BODY, content.text) if content.text else None,
        clip=content.clip,
        picture=picture.names[chat.home] if picture else "",
        picture_key=seal(chat.person_id, PICTURE_KEY, picture.key.hex()) if picture else None,
        width=picture.width if picture else 0,
        height=picture.height if picture else 0,
        at=at,
    )


def touch(conversation: uuid.UUID, *, but: Collection[uuid.UUID] = ()) -> None:
    """Let every open page of a conversation know that something changed, `but` those of some people."""
    found = Chat.objects.select_for_update().filter(conversation=conversation).exclude(person__in=but)
    ids = found.order_by("person_id").values_list("id")
    Chat.objects.filter(id__in=[one for (one,) in ids]).update(version=F("version") + 1)
