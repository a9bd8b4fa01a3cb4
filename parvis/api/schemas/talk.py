"""What is said and liked around a clip."""

import uuid
from datetime import datetime
from typing import Annotated, Self

from ninja import Schema
from pydantic import StringConstraints

from parvis.api.answers import Page
from parvis.api.schemas.people import PersonRef
from parvis.api.schemas.words import NO_NUL, Body
from parvis.social.models import COMMENT_LONGEST
from parvis.social.queries import Shown


class Liked(Schema):
    """Whether the caller likes the clip now, and how many do."""

    liked: bool
    likes: int


class SharedOut(Schema):
    """Whether the share was counted (those of visitors are not), and how many were."""

    counted: bool
    shares: int


class CommentOut(Schema):
    """A comment. `text` is plain text."""

    id: uuid.UUID
    author: PersonRef
    text: str
    at: datetime
    can_delete: bool

    @classmethod
    def of(cls, shown: Shown) -> Self:
        """Return a comment as its reader may see it."""
        who = shown.author
        author = PersonRef(handle=who.handle, name=who.display_name, avatar=who.avatar_url, url=f"/@{who.handle}")
        return cls(id=shown.id, author=author, text=shown.text, at=shown.created_at, can_delete=shown.can_delete)


class Comments(Page):
    """A page of comments, the newest first; `count` is of all."""

    items: list[CommentOut]
    count: int


class CommentIn(Body):
    """A comment. The same `nonce` (any UUID) twice is one comment: sending again after a lost answer is safe."""

    text: Annotated[str, StringConstraints(pattern=NO_NUL, min_length=1, max_length=COMMENT_LONGEST)]
    nonce: uuid.UUID | None = None
