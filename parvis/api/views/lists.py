"""Lists of people and clips: who likes a clip, who follows whom, what the caller keeps for later."""

import uuid
from typing import Any

from ninja import Router

from parvis.accounts import scopes
from parvis.accounts.errors import NoSuchPerson
from parvis.accounts.limits import spend_by
from parvis.accounts.queries import for_viewer as people_for
from parvis.accounts.viewer import Request
from parvis.api.answers import operation
from parvis.api.schemas.clips import Clip, Clips
from parvis.api.schemas.people import People, PersonRef
from parvis.api.schemas.talk import Saved
from parvis.api.schemas.words import Handle
from parvis.api.views.paging import Limit, size_of
from parvis.clips import queries as clips
from parvis.clips.errors import NoSuchClip
from parvis.social import actions, queries
from parvis.social.errors import ListClosed
from parvis.social.limits import TAP

router = Router(tags=["lists"])
OF_A_PERSON = operation(People, scopes.READ, NoSuchPerson, ListClosed, visitors=True, writes=False)


def _people(page: queries.PeoplePage) -> People:
    return People(items=[PersonRef.of(one) for one in page.people], next=str(page.next) if page.next else None)


@router.put("/clips/{clip_id}/save", **operation(Saved, scopes.SOCIAL, NoSuchClip))
def save(request: Request, clip_id: uuid.UUID) -> Any:
    """Keep a clip for later; nobody is told. Twice is once."""
    spend_by(request.viewer, "save", TAP)
    actions.save(viewer=request.viewer, clip_id=clip_id)
    return Saved(saved=True)


@router.delete("/clips/{clip_id}/save", **operation(Saved, scopes.SOCIAL))
def unsave(request: Request, clip_id: uuid.UUID) -> Any:
    """Keep a clip no longer. Twice is once."""
    spend_by(request.viewer, "save", TAP)
    actions.unsave(viewer=request.viewer, clip_id=clip_id)
    return Saved(saved=False)


@router.get("/me/saved", **operation(Clips, scopes.READ, writes=False))
def list_saved(request: Request, after: uuid.UUID | None = None, limit: Limit = 30) -> Any:
    """What the caller keeps, the latest first; left out is what can no longer be seen."""
    cards, following = queries.for_viewer(request.viewer).saved(after=after, limit=size_of(limit))
    counts = queries.counts([card.id for card in cards])
    items = [Clip.of(card, counts[card.id]) for card in cards]
    return Clips(items=items, next=str(following) if following else None)


@router.get("/clips/{clip_id}/likes", **operation(People, scopes.READ, NoSuchClip, ListClosed, writes=False))
def list_likers(request: Request, clip_id: uuid.UUID, after: uuid.UUID | None = None, limit: Limit = 20) -> Any:
    """Who likes a clip, the latest first: for its creator."""
    clip = clips.for_viewer(request.viewer).one(clip_id)
    return _people(queries.for_viewer(request.viewer).likers(clip, after=after, limit=size_of(limit)))


@router.get("/people/{handle}/followers", **OF_A_PERSON)
def list_followers(request: Request, handle: Handle, after: uuid.UUID | None = None, limit: Limit = 20) -> Any:
    """Who follows a person, the latest first. Of a private account for its followers only."""
    person = people_for(request.viewer).named(handle)
    return _people(queries.for_viewer(request.viewer).followers_of(person, after=after, limit=size_of(limit)))


@router.get("/people/{handle}/following", **OF_A_PERSON)
def list_following(request: Request, handle: Handle, after: uuid.UUID | None = None, limit: Limit = 20) -> Any:
    """Whom a person follows, the latest first. Of a private account for its followers only."""
    person = people_for(request.viewer).named(handle)
    return _people(queries.for_viewer(request.viewer).followed_by(person, after=after, limit=size_of(limit)))
