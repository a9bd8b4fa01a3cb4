"""What a person does not want to see, or not at once: words in comments, sensitive clips, comments that wait."""

import uuid
from typing import Any

from ninja import Router, Status

from parvis.accounts import scopes
from parvis.accounts.limits import spend_by
from parvis.accounts.viewer import Request
from parvis.api.answers import operation
from parvis.api.schemas.careful import Sensitive, WaitingComment, WaitingComments, WordsOfMine
from parvis.api.schemas.talk import CommentOut
from parvis.safety import actions as safety
from parvis.safety import queries as safety_queries
from parvis.safety.errors import BadWord, OnlyAdults
from parvis.social import actions, queries
from parvis.social.errors import NoSuchComment
from parvis.social.limits import WORDS

router = Router(tags=["careful"])


@router.get("/me/words", **operation(WordsOfMine, scopes.READ, writes=False))
def get_words(request: Request) -> Any:
    """The caller's own blocked words."""
    return WordsOfMine(words=safety_queries.own_words(request.viewer).splitlines())


@router.put("/me/words", **operation(WordsOfMine, scopes.SETTINGS, BadWord))
def set_words(request: Request, body: WordsOfMine) -> Any:
    """Set the caller's own blocked words."""
    spend_by(request.viewer, "words", WORDS)
    safety.set_words(viewer=request.viewer, words=body.words)
    return get_words(request)


@router.get("/me/waiting-comments", **operation(WaitingComments, scopes.READ, writes=False))
def list_waiting_comments(request: Request) -> Any:
    """Comments that wait for the caller because of a word, the oldest first. Delete one as any other comment."""
    waiting = queries.for_viewer(request.viewer).waiting_comments()
    items = [WaitingComment(clip=clip.id, comment=CommentOut.of(shown)) for shown, clip in waiting]
    return WaitingComments(items=items, next=None)


@router.put("/me/waiting-comments/{comment_id}", **operation(None, scopes.SOCIAL, NoSuchComment, status=204))
def show_comment(request: Request, comment_id: uuid.UUID) -> Any:
    """Let a waiting comment be seen."""
    spend_by(request.viewer, "words", WORDS)
    actions.show_comment(viewer=request.viewer, comment_id=comment_id)
    return Status(204, None)


@router.get("/me/sensitive", **operation(Sensitive, scopes.READ, writes=False))
def get_sensitive(request: Request) -> Any:
    """Whether sensitive clips play uncovered for the caller."""
    return Sensitive(shows=safety_queries.shows_sensitive(request.viewer))


@router.put("/me/sensitive", **operation(Sensitive, scopes.SETTINGS, OnlyAdults))
def set_sensitive(request: Request, body: Sensitive) -> Any:
    """Uncover sensitive clips, or cover them again."""
    spend_by(request.viewer, "sensitive", WORDS)
    safety.show_sensitive(viewer=request.viewer, shows=body.shows)
    return get_sensitive(request)
