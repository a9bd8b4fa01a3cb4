"""Around a clip: likes, shares, comments."""

import uuid
from typing import Any

from ninja import Router, Status

from parvis.accounts import scopes
from parvis.accounts.limits import spend_by
from parvis.accounts.viewer import Request
from parvis.api.answers import operation
from parvis.api.errors import Invalid
from parvis.api.schemas.talk import CommentIn, CommentOut, Comments, Liked, SharedOut
from parvis.api.views.paging import Limit, size_of
from parvis.clips import queries as clips
from parvis.clips.errors import NoSuchClip
from parvis.kit.ids import uuid7
from parvis.social import actions, queries
from parvis.social.errors import CommentsClosed, NoSuchComment, NotYourComment
from parvis.social.limits import TAP, WORDS
from parvis.social.words import plain

router = Router(tags=["talk"])


@router.put("/clips/{clip_id}/like", **operation(Liked, scopes.SOCIAL, NoSuchClip))
def like(request: Request, clip_id: uuid.UUID) -> Any:
    """Like a clip. Twice is once."""
    spend_by(request.viewer, "like", TAP)
    actions.like(viewer=request.viewer, clip_id=clip_id)
    return Liked(liked=True, likes=queries.counts([clip_id])[clip_id][0])


@router.delete("/clips/{clip_id}/like", **operation(Liked, scopes.SOCIAL))
def unlike(request: Request, clip_id: uuid.UUID) -> Any:
    """Take a like back. Twice is once."""
    spend_by(request.viewer, "like", TAP)
    actions.unlike(viewer=request.viewer, clip_id=clip_id)
    return Liked(liked=False, likes=queries.counts([clip_id])[clip_id][0])


@router.post("/clips/{clip_id}/shares", **operation(SharedOut, scopes.SOCIAL, NoSuchClip))
def share(request: Request, clip_id: uuid.UUID) -> Any:
    """Note that the caller has shared a clip; a person counts once."""
    spend_by(request.viewer, "share", TAP)
    actions.share(viewer=request.viewer, clip_id=clip_id)
    return SharedOut(counted=True, shares=queries.counts([clip_id])[clip_id][2])


@router.get("/clips/{clip_id}/comments", **operation(Comments, scopes.READ, NoSuchClip, visitors=True, writes=False))
def list_comments(request: Request, clip_id: uuid.UUID, after: uuid.UUID | None = None, limit: Limit = 20) -> Any:
    """The comments of a clip, the newest first."""
    clip = clips.for_viewer(request.viewer).one(clip_id)
    page = queries.for_viewer(request.viewer).comments(clip, after=after, limit=size_of(limit))
    items = [CommentOut.of(shown) for shown in page.comments]
    return Comments(items=items, next=str(page.next) if page.next else None, count=page.count)


@router.post(
    "/clips/{clip_id}/comments", **operation(CommentOut, scopes.SOCIAL, NoSuchClip, CommentsClosed, status=201)
)
def comment(request: Request, clip_id: uuid.UUID, said: CommentIn) -> Any:
    """Comment on a clip. The same `nonce` again gives the first comment."""
    spend_by(request.viewer, "comment", WORDS)
    text = plain(said.text)
    if not text:
        raise Invalid
    made, clip = actions.comment(viewer=request.viewer, clip_id=clip_id, text=text, nonce=said.nonce or uuid7())
    return Status(201, CommentOut.of(queries.for_viewer(request.viewer).shown(made, clip)))


@router.delete(
    "/comments/{comment_id}", **operation(None, scopes.SOCIAL, NoSuchComment, NotYourComment, NoSuchClip, status=204)
)
def delete_comment(request: Request, comment_id: uuid.UUID) -> Any:
    """Delete a comment: its author may, and the creator of the clip."""
    spend_by(request.viewer, "comment-delete", TAP)
    actions.delete_comment(viewer=request.viewer, comment_id=comment_id)
    return Status(204, None)
