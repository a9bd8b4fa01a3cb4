"""Clips: what everybody may see, and what their creators do with them. Files arrive by tus at /uploads/."""

import uuid
from functools import partial
from typing import Any

from django.conf import settings
from ninja import Router, Status

from parvis.accounts import scopes
from parvis.accounts.limits import spend
from parvis.accounts.viewer import Request
from parvis.api.answers import operation
from parvis.api.schemas.clips import (
    CaptionsIn,
    Clip,
    ClipChange,
    OwnClipItem,
    OwnClipOut,
    OwnClips,
    Publication,
    UploadOut,
    Uploads,
)
from parvis.api.schemas.words import Cursor, Word
from parvis.api.views.paging import Limit, size_of
from parvis.clips import actions, queries, states
from parvis.clips.errors import BadCaptions, BadSchedule, BadWords, NoSuchClip, NotNow, UnknownLanguage
from parvis.clips.models import Clip as Row
from parvis.clips.queries import OwnClip
from parvis.social.queries import counts

router = Router(tags=["clips"])


def _me(request: Request) -> uuid.UUID:
    """Return who asks and spends one write, as on the pages."""
    assert request.viewer.person_id is not None, "the operation asks for a person"
    spend(f"clips:{request.viewer.person_id}", per_minute=60, burst=60)
    return request.viewer.person_id


def _own(request: Request, clip_id: uuid.UUID) -> OwnClipOut:
    clip = queries.for_viewer(request.viewer).own_one(clip_id)
    return OwnClipOut.of_own(OwnClip(clip), counts([clip_id])[clip_id])


@router.get("/clips/{clip_id}", **operation(Clip, scopes.READ, NoSuchClip, visitors=True, writes=False))
def get_clip(request: Request, clip_id: uuid.UUID) -> Any:
    """One clip."""
    door = queries.for_viewer(request.viewer)
    return Clip.of(door.card(door.one(clip_id)), counts([clip_id])[clip_id])


@router.get("/me/clips", **operation(OwnClips, scopes.READ, writes=False))
def list_own_clips(request: Request, after: Cursor = "", limit: Limit = 30) -> Any:
    """The caller's own clips in every state, the newest first."""
    own = queries.for_viewer(request.viewer).own()
    page = queries.page_by("created_at", own, after=after, size=size_of(limit))
    all_counts = counts([clip.id for clip in page.clips])
    items = [OwnClipItem.of_own(OwnClip(clip), all_counts[clip.id]) for clip in page.clips]
    return OwnClips(items=items, next=page.next or None)


@router.get("/me/clips/{clip_id}", **operation(OwnClipOut, scopes.READ, NoSuchClip, writes=False))
def get_own_clip(request: Request, clip_id: uuid.UUID) -> Any:
    """One of the caller's own clips: how far it is, and who may see it."""
    return _own(request, clip_id)


@router.patch(
    "/me/clips/{clip_id}", **operation(OwnClipOut, scopes.CLIPS, NoSuchClip, NotNow, BadWords, UnknownLanguage)
)
def change_clip(request: Request, clip_id: uuid.UUID, change: ClipChange) -> Any:
    """Change what a clip says and allows."""
    details = actions.Details(**change.model_dump())
    actions.describe(creator=_me(request), clip_id=clip_id, details=details)
    return _own(request, clip_id)


@router.delete("/me/clips/{clip_id}", **operation(None, scopes.CLIPS, NoSuchClip, status=204))
def delete_clip(request: Request, clip_id: uuid.UUID) -> Any:
    """Delete a clip for good."""
    actions.delete(creator=_me(request), clip_id=clip_id)
    return Status(204, None)


@router.put("/me/clips/{clip_id}/publication", **operation(OwnClipOut, scopes.CLIPS, NoSuchClip, NotNow, BadSchedule))
def move_clip(request: Request, clip_id: uuid.UUID, to: Publication) -> Any:
    """Publish, schedule, hide or show a clip, or make it a draft again."""
    me = _me(request)
    clip = queries.for_viewer(request.viewer).own_one(clip_id)
    if to.to == states.SCHEDULED:
        if to.at is None or to.at.tzinfo is None:
            raise BadSchedule
        actions.schedule(creator=me, clip_id=clip_id, at=to.at)
    elif to.to == states.DRAFT:
        actions.unschedule(creator=me, clip_id=clip_id)
    elif to.to == states.HIDDEN:
        actions.hide(by=me, clip_id=clip_id)
    elif clip.publication != states.PUBLISHED:  # the same wish twice is no error
        _publish(me, clip)
    return _own(request, clip_id)


def _publish(me: uuid.UUID, clip: Row) -> None:
    act = partial(actions.show, by=me) if clip.publication == states.HIDDEN else partial(actions.publish, creator=me)
    act(clip_id=clip.id)


@router.post("/me/clips/{clip_id}/attempts", **operation(OwnClipOut, scopes.CLIPS, NoSuchClip, NotNow))
def retry_clip(request: Request, clip_id: uuid.UUID) -> Any:
    """Try again to make a clip that failed, from where it stopped."""
    actions.retry(creator=_me(request), clip_id=clip_id)
    return _own(request, clip_id)


@router.put(
    "/me/clips/{clip_id}/captions/{language}",
    **operation(OwnClipOut, scopes.CLIPS, NoSuchClip, NotNow, BadCaptions, UnknownLanguage),
)
def put_captions(request: Request, clip_id: uuid.UUID, language: Word, captions: CaptionsIn) -> Any:
    """Give a clip captions in a language, instead of those it has."""
    data = captions.vtt.encode()
    actions.add_captions(creator=_me(request), clip_id=clip_id, language=language, data=data)
    return _own(request, clip_id)


@router.delete("/me/clips/{clip_id}/captions/{language}", **operation(OwnClipOut, scopes.CLIPS, NoSuchClip))
def delete_captions(request: Request, clip_id: uuid.UUID, language: Word) -> Any:
    """Take the captions of a language away. Twice is once."""
    actions.remove_captions(creator=_me(request), clip_id=clip_id, language=language)
    return _own(request, clip_id)


@router.get("/me/uploads", **operation(Uploads, scopes.READ, writes=False))
def list_uploads(request: Request) -> Any:
    """The caller's unfinished uploads, and where and within what limits to begin another (scope `clips`)."""
    items = [UploadOut.of(one) for one in queries.unfinished_uploads(request.viewer)]
    return Uploads(
        items=items, next=None, create="/uploads/", most_bytes=settings.PARVIS_UPLOAD_BYTES,
        most_seconds=settings.PARVIS_CLIP_SECONDS,
    )  # fmt: skip
