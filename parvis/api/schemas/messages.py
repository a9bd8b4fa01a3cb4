"""Conversations and messages, as one of their people has them."""

import uuid
from datetime import datetime
from typing import Annotated, Self

from ninja import Field, Schema
from pydantic import StrictBool, StringConstraints

from parvis.api.answers import Page
from parvis.api.schemas.people import PersonRef
from parvis.api.schemas.words import NO_NUL, Body, Handle
from parvis.inbox.models.chats import MEMBERS_MOST, TEXT_LONGEST, TITLE_LONGEST
from parvis.inbox.queries.chats import ShownChat, ShownMessage

Words = Annotated[str, StringConstraints(pattern=NO_NUL, max_length=TEXT_LONGEST)]


class Chat(Schema):
    """A conversation: `people` are the others. `version` differs once anything in it has changed. A `request` waits for
    the caller's answer."""

    id: uuid.UUID
    name: str
    people: list[PersonRef]
    preview: str
    at: datetime
    unread: int
    group: bool
    request: bool
    muted: bool
    version: int

    @classmethod
    def of(cls, one: ShownChat) -> Self:
        """Return a conversation of the caller's."""
        return cls(
            id=one.id, name=one.name, people=[PersonRef.of(person) for person in one.people], preview=one.preview,
            at=one.at, unread=one.unread, group=one.is_group, request=one.is_request, muted=one.is_muted,
            version=one.version,
        )  # fmt: skip


class Chats(Page):
    """A page of conversations, the newest first; `requests`: how many wait for an answer, 100 at most."""

    items: list[Chat]
    requests: int


class Message(Schema):
    """A message. `notice` is a sentence that stands in place of one. `clip` is the id of one that the caller may see;
    `picture` where its picture (WebP) is got."""

    id: uuid.UUID
    number: int
    author: PersonRef | None
    own: bool
    text: str
    notice: str
    clip: uuid.UUID | None
    picture: str | None
    at: datetime
    can_unsend: bool
    seen_by: list[str]

    @classmethod
    def of(cls, one: ShownMessage) -> Self:
        """Return the caller's copy of a message."""
        return cls(
            id=one.id, number=one.number, author=PersonRef.of(one.author) if one.author else None, own=one.is_own,
            text=one.text, notice=one.notice, clip=one.clip.id if one.clip else None,
            picture=f"/api/v1/messages/{one.id}/picture" if one.picture else None, at=one.at,
            can_unsend=one.may_unsend, seen_by=[person.handle for person in one.seen_by],
        )  # fmt: skip


class Messages(Schema):
    """A page of messages, the oldest first; `before` goes on towards the past, null at the end."""

    items: list[Message]
    before: int | None


class Sent(Schema):
    """Where a message went: the conversation, and the caller's copy."""

    chat: uuid.UUID
    message: uuid.UUID


class MessageIn(Body):
    """A text, or a clip with or without one. The same `nonce` (any UUID) twice is one message."""

    text: Words = ""
    clip: uuid.UUID | None = None
    nonce: uuid.UUID | None = None


class GroupIn(Body):
    """Two people or more, by handle. The same `nonce` twice is one group."""

    people: list[Handle] = Field(max_length=MEMBERS_MOST)
    title: Annotated[str, StringConstraints(pattern=NO_NUL, max_length=TITLE_LONGEST)] = ""
    nonce: uuid.UUID | None = None


class Answer(Body):
    """Whether the caller takes a request."""

    accepts: StrictBool
