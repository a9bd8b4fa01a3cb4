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
    """A comment. `text` is plain text; `mentions` are the handles in it that lead to somebody. `answers` is the comment
    under which an answer stands. `hidden` is told to the clip's creator only, who `can_curate`: pin and hide."""

    id: uuid.UUID
    answers: uuid.UUID | None
    author: PersonRef
    text: str
    mentions: list[str]
    at: datetime
    likes: int
    replies: int
    liked: bool
    pinned: bool
    hidden: bool
    can_answer: bool
    can_delete: bool
    can_curate: bool

    @classmethod
    def of(cls, shown: Shown) -> Self:
        """Return a comment as its reader may see it."""
        who = shown.author
        author = PersonRef(handle=who.handle, name=who.display_name, avatar=who.avatar_url, url=f"/@{who.handle}")
        return cls(
            id=shown.id, answers=shown.parent, author=author, text=shown.text, mentions=list(shown.mentions),
            at=shown.created_at, likes=shown.likes, replies=shown.replies, liked=shown.is_liked,
            pinned=shown.is_pinned, hidden=shown.is_hidden, can_answer=shown.can_answer,
            can_delete=shown.can_delete, can_curate=shown.can_curate,
        )  # fmt: skip


class Comments(Page):
    """A page of comments: the pinned one, then the newest first; answers the oldest first. `count` is of the clip."""

    items: list[CommentOut]
    count: int


class CommentIn(Body):
    """A comment, or with `answers` an answer to one. The same `nonce` (any UUID) twice is one comment: sending again
    after a lost answer is safe."""

    text: Annotated[str, StringConstraints(pattern=NO_NUL, min_length=1, max_length=COMMENT_LONGEST)]
    nonce: uuid.UUID | None = None
    answers: uuid.UUID | None = None


class CommentLiked(Schema):
    """Whether the caller likes the comment now, and how many do."""

    liked: bool
    likes: int


class Saved(Schema):
    """Whether the caller keeps the clip for later now."""

    saved: bool
