"""What a person keeps away: people they block or mute, words, sensitive clips, comments that wait."""

import uuid
from typing import Any

from ninja import Router, Status

from parvis.accounts import scopes
from parvis.accounts.errors import CannotBlockYourself, NoSuchPerson, TooManyBlocks
from parvis.accounts.queries import for_viewer as people_for
from parvis.accounts.viewer import Request
from parvis.api.answers import operation
from parvis.api.schemas.away import (
    Blocked,
    Muted,
    MuteIn,
    MuteOut,
    Mutes,
    Sensitive,
    WaitingComment,
    WaitingComments,
    WordsOfMine,
)
from parvis.api.schemas.people import People, PersonRef
from parvis.api.schemas.talk import CommentOut
from parvis.api.schemas.words import Handle
from parvis.safety import actions as safety
from parvis.safety import queries as safety_queries
from parvis.safety.errors import BadWord, OnlyAdults
from parvis.social import actions, queries
from parvis.social.errors import BadMute, CannotMuteYourself, NoSuchComment, TooManyMutes
from parvis.social.limits import TAP, WORDS, spend_by

router = Router(tags=["away"])


@router.get("/blocks", **operation(People, scopes.READ, writes=False))
def list_blocks(request: Request) -> Any:
    """Whom the caller blocks, the latest first."""
    return People(items=[PersonRef.of(row.blocked) for row in people_for(request.viewer).blocked()], next=None)


@router.put(
    "/people/{handle}/block", **operation(Blocked, scopes.SOCIAL, NoSuchPerson, CannotBlockYourself, TooManyBlocks)
)
def block(request: Request, handle: Handle) -> Any:
    """Block a person: neither sees anything of the other. Twice is once."""
    spend_by(request.viewer, "block", TAP)
    actions.block(viewer=request.viewer, person=people_for(request.viewer).named(handle))
    return Blocked(blocked=True)


@router.delete("/people/{handle}/block", **operation(Blocked, scopes.SOCIAL, NoSuchPerson))
def unblock(request: Request, handle: Handle) -> Any:
    """Block a person no longer; follows stay ended."""
    spend_by(request.viewer, "block", TAP)
    actions.unblock(viewer=request.viewer, person=people_for(request.viewer).blocked_named(handle))
    return Blocked(blocked=False)


@router.put("/people/{handle}/mute", **operation(Muted, scopes.SOCIAL, NoSuchPerson, CannotMuteYourself, TooManyMutes))
def mute_person(request: Request, handle: Handle) -> Any:
    """Mute a person; nobody is told. Twice is once."""
    spend_by(request.viewer, "mute", TAP)
    actions.mute_person(viewer=request.viewer, person=people_for(request.viewer).named(handle))
    return Muted(muted=True)


@router.delete("/people/{handle}/mute", **operation(Muted, scopes.SOCIAL, NoSuchPerson))
def unmute_person(request: Request, handle: Handle) -> Any:
    """Mute a person no longer."""
    spend_by(request.viewer, "mute", TAP)
    actions.unmute_person(viewer=request.viewer, person=people_for(request.viewer).named(handle))
    return Muted(muted=False)


@router.get("/mutes", **operation(Mutes, scopes.READ, writes=False))
def list_mutes(request: Request) -> Any:
    """Whom and what the caller mutes."""
    return Mutes(items=[MuteOut.of(one) for one in queries.own_mutes(request.viewer)], next=None)


@router.post("/mutes", **operation(Mutes, scopes.SOCIAL, BadMute, TooManyMutes, status=201))
def mute_text(request: Request, body: MuteIn) -> Any:
    """Mute a word or a tag; answers all mutes. Twice is once."""
    spend_by(request.viewer, "mute", TAP)
    actions.mute_text(viewer=request.viewer, text=body.text)
    return Status(201, list_mutes(request))


@router.delete("/mutes/{mute_id}", **operation(None, scopes.SOCIAL, status=204))
def unmute(request: Request, mute_id: uuid.UUID) -> Any:
    """Take a mute back; one that is gone stays gone."""
    spend_by(request.viewer, "mute", TAP)
    actions.unmute(viewer=request.viewer, mute_id=mute_id)
    return Status(204, None)


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
