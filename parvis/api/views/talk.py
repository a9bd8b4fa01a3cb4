"""Around a clip: likes, shares, comments."""

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

from ninja import Router, Status

from parvis.accounts import scopes
from parvis.accounts.limits import spend_by
from parvis.accounts.viewer import Request
from parvis.api.answers import operation
from parvis.api.errors import Invalid
from parvis.api.schemas.talk import CommentIn, CommentLiked, CommentOut, Comments, Liked, SharedOut
from parvis.api.views.paging import Limit, size_of
from parvis.clips import queries as clips
from parvis.clips.errors import NoSuchClip
from parvis.kit.ids import uuid7
from parvis.social import actions, queries
from parvis.social.errors import CommentsClosed, NoSuchComment, NotYourClip, NotYourComment, OnlyTopComments
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
    """The comments of a clip: the pinned one, then the newest first. Answers are at /comments/{id}/replies."""
    clip = clips.for_viewer(request.viewer).one(clip_id)
    return _page(queries.for_viewer(request.viewer).comments(clip, after=after, limit=size_of(limit)))


def _page(page: queries.CommentsPage) -> Comments:
    items = [CommentOut.of(shown) for shown in page.comments]
    return Comments(items=items, next=str(page.next) if page.next else None, count=page.count)


@router.post(
    "/clips/{clip_id}/comments",
    **operation(CommentOut, scopes.SOCIAL, NoSuchClip, NoSuchComment, CommentsClosed, status=201),
)
def comment(request: Request, clip_id: uuid.UUID, said: CommentIn) -> Any:
    """Comment on a clip, or answer a comment on it. The same `nonce` again gives the first comment."""
    spend_by(request.viewer, "comment", WORDS)
    text = plain(said.text)
    if not text:
        raise Invalid
    made, clip = actions.comment(
        viewer=request.viewer, clip_id=clip_id, text=text, nonce=said.nonce or uuid7(), reply_to=said.answers
    )
    return Status(201, CommentOut.of(queries.for_viewer(request.viewer).shown(made, clip)))


@router.delete(
    "/comments/{comment_id}", **operation(None, scopes.SOCIAL, NoSuchComment, NotYourComment, NoSuchClip, status=204)
)
def delete_comment(request: Request, comment_id: uuid.UUID) -> Any:
    """Delete a comment: its author may, and the creator of the clip."""
    spend_by(request.viewer, "comment-delete", TAP)
    actions.delete_comment(viewer=request.viewer, comment_id=comment_id)
    return Status(204, None)


@router.get(
    "/comments/{comment_id}/replies", **operation(Comments, scopes.READ, NoSuchComment, visitors=True, writes=False)
)
def list_replies(request: Request, comment_id: uuid.UUID, after: uuid.UUID | None = None, limit: Limit = 20) -> Any:
    """The answers to a comment, the oldest first."""
    _, page = queries.for_viewer(request.viewer).replies(comment_id, after=after, limit=size_of(limit))
    return _page(page)


@router.put("/comments/{comment_id}/like", **operation(CommentLiked, scopes.SOCIAL, NoSuchComment))
def like_comment(request: Request, comment_id: uuid.UUID) -> Any:
    """Like a comment. Twice is once."""
    spend_by(request.viewer, "comment-like", TAP)
    return CommentLiked(liked=True, likes=actions.like_comment(viewer=request.viewer, comment_id=comment_id))


@router.delete("/comments/{comment_id}/like", **operation(CommentLiked, scopes.SOCIAL, NoSuchComment))
def unlike_comment(request: Request, comment_id: uuid.UUID) -> Any:
    """Take a like of a comment back. Twice is once."""
    spend_by(request.viewer, "comment-like", TAP)
    return CommentLiked(liked=False, likes=actions.unlike_comment(viewer=request.viewer, comment_id=comment_id))


CURATED = operation(None, scopes.SOCIAL, NoSuchComment, NotYourClip, status=204)
PINNED = operation(None, scopes.SOCIAL, NoSuchComment, NotYourClip, OnlyTopComments, status=204)


@router.put("/comments/{comment_id}/pin", **PINNED)
def pin_comment(request: Request, comment_id: uuid.UUID) -> Any:
    """Put a comment on top of those on the caller's own clip, in the place of the one before."""
    return _curate(request, partial(actions.pin_comment, comment_id=comment_id, pinned=True))


@router.delete("/comments/{comment_id}/pin", **PINNED)
def unpin_comment(request: Request, comment_id: uuid.UUID) -> Any:
    """Let a pinned comment stand as any other."""
    return _curate(request, partial(actions.pin_comment, comment_id=comment_id, pinned=False))


@router.put("/comments/{comment_id}/hidden", **CURATED)
def hide_comment(request: Request, comment_id: uuid.UUID) -> Any:
    """Hide a comment on the caller's own clip from all but its author and the caller."""
    return _curate(request, partial(actions.hide_comment, comment_id=comment_id, hidden=True))


@router.delete("/comments/{comment_id}/hidden", **CURATED)
def unhide_comment(request: Request, comment_id: uuid.UUID) -> Any:
    """Show a hidden comment again."""
    return _curate(request, partial(actions.hide_comment, comment_id=comment_id, hidden=False))


def _curate(request: Request, act: Callable[..., None]) -> Any:
    spend_by(request.viewer, "comment-curate", TAP)
    act(viewer=request.viewer)
    return Status(204, None)
