"""Blocking and muting."""

import uuid
from typing import Any

from ninja import Router, Status

from parvis.accounts import scopes
from parvis.accounts.errors import CannotBlockYourself, NoSuchPerson, TooManyBlocks
from parvis.accounts.limits import spend_by
from parvis.accounts.queries import for_viewer as people_for
from parvis.accounts.viewer import Request
from parvis.api.answers import operation
from parvis.api.schemas.away import Mute, Mutes, MuteText
from parvis.api.schemas.people import People, PersonRef
from parvis.api.schemas.words import Handle
from parvis.social import actions, queries
from parvis.social.errors import BadMute, CannotMuteYourself, TooManyMutes
from parvis.social.limits import TAP

router = Router(tags=["people"])


@router.get("/blocked", **operation(People, scopes.READ, writes=False))
def list_blocked(request: Request) -> Any:
    """Whom the caller blocks, the latest first. Their pictures and pages do not open."""
    rows = people_for(request.viewer).blocked()
    items = [PersonRef.of(row.blocked).model_copy(update={"avatar": None}) for row in rows]
    return People(items=items, next=None)


@router.put(
    "/people/{handle}/block",
    **operation(None, scopes.SOCIAL, NoSuchPerson, CannotBlockYourself, TooManyBlocks, status=204),
)
def block(request: Request, handle: Handle) -> Any:
    """Block a person: neither sees anything of the other, and follows end. They are not told."""
    spend_by(request.viewer, "block", TAP)
    actions.block(viewer=request.viewer, person=people_for(request.viewer).named(handle))
    return Status(204, None)


@router.delete("/people/{handle}/block", **operation(None, scopes.SOCIAL, NoSuchPerson, status=204))
def unblock(request: Request, handle: Handle) -> Any:
    """Block a person no longer. Follows stay ended."""
    spend_by(request.viewer, "block", TAP)
    actions.unblock(viewer=request.viewer, person=people_for(request.viewer).blocked_named(handle))
    return Status(204, None)


@router.put(
    "/people/{handle}/mute",
    **operation(None, scopes.SOCIAL, NoSuchPerson, CannotMuteYourself, TooManyMutes, status=204),
)
def mute(request: Request, handle: Handle) -> Any:
    """Keep a person's clips out of the feeds, and their comments out of sight. Nobody is told."""
    spend_by(request.viewer, "mute", TAP)
    actions.mute_person(viewer=request.viewer, person=people_for(request.viewer).named(handle))
    return Status(204, None)


@router.delete("/people/{handle}/mute", **operation(None, scopes.SOCIAL, NoSuchPerson, status=204))
def unmute(request: Request, handle: Handle) -> Any:
    """Mute a person no longer."""
    spend_by(request.viewer, "mute", TAP)
    actions.unmute_person(viewer=request.viewer, person=people_for(request.viewer).named(handle))
    return Status(204, None)


@router.get("/mutes", **operation(Mutes, scopes.READ, writes=False))
def list_mutes(request: Request) -> Any:
    """Whom and what the caller mutes, the latest first."""
    return Mutes(items=[Mute.of(one) for one in queries.own_mutes(request.viewer)])


@router.post("/mutes", **operation(None, scopes.SOCIAL, BadMute, TooManyMutes, status=204))
def mute_text(request: Request, body: MuteText) -> Any:
    """Mute a word or a few, or a tag with its #. Twice is once."""
    spend_by(request.viewer, "mute", TAP)
    actions.mute_text(viewer=request.viewer, text=body.text)
    return Status(204, None)


@router.delete("/mutes/{mute_id}", **operation(None, scopes.SOCIAL, status=204))
def take_mute_back(request: Request, mute_id: uuid.UUID) -> Any:
    """Take one of the caller's mutes back. One that is gone stays gone."""
    spend_by(request.viewer, "mute", TAP)
    actions.unmute(viewer=request.viewer, mute_id=mute_id)
    return Status(204, None)
