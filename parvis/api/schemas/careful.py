"""What a person does not want to see, or not at once, as the API tells of it."""

import uuid

from ninja import Schema
from pydantic import Field

from parvis.api.answers import Page
from parvis.api.schemas.talk import CommentOut
from parvis.api.schemas.words import Body, Word


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
