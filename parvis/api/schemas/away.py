"""Whom and what a person keeps away, as the API tells of it."""

import uuid
from typing import Self

from ninja import Schema
from pydantic import Field

from parvis.api.answers import Page
from parvis.api.schemas.people import PersonRef
from parvis.api.schemas.talk import CommentOut
from parvis.api.schemas.words import Body, Word
from parvis.social.queries import OwnMute


class Blocked(Schema):
    """Whether a person is blocked by the caller."""

    blocked: bool


class Muted(Schema):
    """Whether a person is muted by the caller."""

    muted: bool


class MuteIn(Body):
    """What to mute: a word or a few, or with a # before it a tag."""

    text: Word


class MuteOut(Schema):
    """A mute: of a person, or of a `text`."""

    id: uuid.UUID
    person: PersonRef | None
    text: str

    @classmethod
    def of(cls, mute: OwnMute) -> Self:
        """Return a mute as its person sees it."""
        return cls(id=mute.id, person=PersonRef.of(mute.person) if mute.person else None, text=mute.text)


class Mutes(Page):
    """All mutes of the caller."""

    items: list[MuteOut]


class WordsOfMine(Body):
    """Words of a creator: comments that say one wait for them."""

    words: list[Word] = Field(max_length=1000)


class Sensitive(Body):
    """Whether sensitive clips play uncovered for the caller. Adults only."""

    shows: bool


class WaitingComment(Schema):
    """A comment that waits for the creator of its clip."""

    clip: uuid.UUID
    comment: CommentOut


class WaitingComments(Page):
    """Comments that wait, the oldest first."""

    items: list[WaitingComment]
