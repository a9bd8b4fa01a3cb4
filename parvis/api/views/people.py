"""People, and who follows whom."""

from typing import Any

from ninja import Router, Status

from parvis.accounts import scopes
from parvis.accounts.errors import NoSuchPerson
from parvis.accounts.limits import spend_by
from parvis.accounts.queries import for_viewer as people_for
from parvis.accounts.queries import profile
from parvis.accounts.viewer import Request
from parvis.api.answers import operation
from parvis.api.schemas.clips import Clip, Clips
from parvis.api.schemas.people import Follow, People, PersonOut, PersonRef
from parvis.api.schemas.words import Cursor, Handle
from parvis.api.views.paging import Limit, size_of
from parvis.clips import queries as clips
from parvis.social import actions, queries
from parvis.social.errors import NoSuchRequest, NotYourself
from parvis.social.limits import TAP

router = Router(tags=["people"])


@router.get("/people/{handle}", **operation(PersonOut, scopes.READ, NoSuchPerson, visitors=True, writes=False))
def get_person(request: Request, handle: Handle) -> Any:
    """One person. Name, words and picture are public, also of a private account."""
    person = people_for(request.viewer).named(handle)
    followers, follows = queries.follow_counts(person.id)
    now = queries.for_viewer(request.viewer).follow_of(person)
    return PersonOut(
        **PersonRef.of(person).model_dump(), bio=person.bio, is_private=person.is_private,
        is_own=profile(person, request.viewer).is_own, followers=followers, follows=follows,
        following=now.following, requested=now.requested,
    )  # fmt: skip


@router.get("/people/{handle}/clips", **operation(Clips, scopes.READ, NoSuchPerson, visitors=True, writes=False))
def list_clips_of_person(request: Request, handle: Handle, after: Cursor = "", limit: Limit = 30) -> Any:
    """The clips of a person that the caller may see, the newest first."""
    person = people_for(request.viewer).named(handle)
    door = clips.for_viewer(request.viewer)
    page = clips.page_by("published_at", door.by(person), after=after, size=size_of(limit))
    counts = queries.counts([clip.id for clip in page.clips])
    items = [Clip.of(door.card(clip), counts[clip.id]) for clip in page.clips]
    return Clips(items=items, next=page.next or None)


@router.get("/people/{handle}/follow", **operation(Follow, scopes.READ, NoSuchPerson, writes=False))
def get_follow(request: Request, handle: Handle) -> Any:
    """How the caller stands to a person."""
    return Follow.of(queries.for_viewer(request.viewer).follow_of(people_for(request.viewer).named(handle)))


@router.put("/people/{handle}/follow", **operation(Follow, scopes.SOCIAL, NoSuchPerson, NotYourself))
def follow(request: Request, handle: Handle) -> Any:
    """Follow a person, or ask to where the account is private. Twice is once."""
    person = people_for(request.viewer).named(handle)
    spend_by(request.viewer, "follow", TAP)
    actions.follow(viewer=request.viewer, followed=person)
    return Follow.of(queries.for_viewer(request.viewer).follow_of(person))


@router.delete("/people/{handle}/follow", **operation(Follow, scopes.SOCIAL, NoSuchPerson))
def unfollow(request: Request, handle: Handle) -> Any:
    """Follow a person no longer, or take the request back. Twice is once."""
    person = people_for(request.viewer).named(handle)
    spend_by(request.viewer, "follow", TAP)
    actions.unfollow(viewer=request.viewer, followed=person)
    return Follow.of(queries.for_viewer(request.viewer).follow_of(person))


@router.get("/follow-requests", **operation(People, scopes.READ, writes=False))
def list_follow_requests(request: Request) -> Any:
    """Who asks to follow the caller, the longest waiting first: at most 100, more come as these are answered."""
    waiting = queries.for_viewer(request.viewer).requests()
    return People(items=[PersonRef.of(person) for person in waiting], next=None)


@router.put("/follow-requests/{handle}", **operation(None, scopes.SOCIAL, NoSuchPerson, NoSuchRequest, status=204))
def accept_follow_request(request: Request, handle: Handle) -> Any:
    """Let a person follow who has asked to."""
    spend_by(request.viewer, "follow", TAP)
    actions.accept(viewer=request.viewer, follower=people_for(request.viewer).named(handle))
    return Status(204, None)


@router.delete("/follow-requests/{handle}", **operation(None, scopes.SOCIAL, NoSuchPerson, status=204))
def decline_follow_request(request: Request, handle: Handle) -> Any:
    """Refuse a person who asks to follow, or follows already; they are not told."""
    spend_by(request.viewer, "follow", TAP)
    actions.decline(viewer=request.viewer, follower=people_for(request.viewer).named(handle))
    return Status(204, None)
