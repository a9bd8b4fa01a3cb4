"""What a person mutes, as the API tells of it."""

import uuid
from typing import Self

from ninja import Schema

from parvis.api.schemas.people import PersonRef
from parvis.api.schemas.words import Body, Word
from parvis.social.queries import OwnMute


class Mute(Schema):
    """Somebody, or some words, or a tag with its #."""

    id: uuid.UUID
    person: PersonRef | None
    text: str

    @classmethod
    def of(cls, one: OwnMute) -> Self:
        """Return a mute of the caller's list."""
        return cls(id=one.id, person=PersonRef.of(one.person) if one.person else None, text=one.text)


class Mutes(Schema):
    """All that the caller mutes."""

    items: list[Mute]


class MuteText(Body):
    """Words, or a tag with its #."""

    text: Word
