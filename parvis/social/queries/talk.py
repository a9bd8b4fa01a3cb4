"""Comments as one viewer sees them."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from parvis.accounts.queries import apart_from
from parvis.accounts.queries import for_viewer as people_for
from parvis.accounts.viewer import Viewer
from parvis.clips.errors import NoSuchClip
from parvis.clips.models import Clip
from parvis.clips.queries import for_viewer as clips_for
from parvis.clips.words import mentions_of
from parvis.social.errors import NoSuchComment
from parvis.social.models import CREATOR, ClipCounts, Comment, CommentLike
from parvis.social.policies import may_comment, may_curate, may_delete, may_see_comment
from parvis.social.queries.mutes import Muted, muted_by


@dataclass(frozen=True)
class Author:
    """Who said it, as everybody sees them."""

    handle: str
    display_name: str
    avatar_url: str | None
    is_creator: bool = False


@dataclass(frozen=True)
class Shown:
    """A comment as one viewer sees it. `text` is plain text; `mentions` are handles in it that lead somewhere."""

    id: uuid.UUID
    parent: uuid.UUID | None
    author: Author
    text: str
    mentions: tuple[str, ...]
    created_at: datetime
    likes: int
    replies: int
    is_liked: bool
    is_pinned: bool
    is_hidden: bool
    is_own: bool
    can_answer: bool
    can_delete: bool
    can_curate: bool
    waits: bool


@dataclass(frozen=True)
class CommentsPage:
    """A page of comments; `next` is the cursor of the following page, None on the last. `count` is of the clip."""

    comments: list[Shown]
    next: uuid.UUID | None
    count: int


def comments(viewer: Viewer, clip: Clip, *, after: uuid.UUID | None, limit: int) -> CommentsPage:
    """Return a page of the comments on a clip that the viewer sees: the pinned one, then the newest first."""
    muted = muted_by(viewer.person_id)
    seen = _seen(viewer, clip, muted)
    found = seen.filter(parent__isnull=True, pinned_at__isnull=True).order_by("-id")
    found = (found.filter(id__lt=after) if after else found)[: limit + 1]
    rows = list(found if after else found.union(seen.filter(pinned_at__isnull=False), all=True))
    rows.sort(key=lambda row: (row.pinned_at is not None, row.id), reverse=True)
    pinned = [row for row in rows if row.pinned_at]
    return _page(viewer, clip, muted, pinned, rows[len(pinned) :], limit=limit)


def replies(viewer: Viewer, clip: Clip, top: Comment, *, after: uuid.UUID | None, limit: int) -> CommentsPage:
    """Return a page of the answers to a comment that the viewer sees, the oldest first."""
    muted = muted_by(viewer.person_id)
    found = _seen(viewer, clip, muted).filter(parent=top).order_by("id")
    rows = list((found.filter(id__gt=after) if after else found)[: limit + 1])
    return _page(viewer, clip, muted, [], rows, limit=limit)


def one(viewer: Viewer, comment_id: uuid.UUID) -> tuple[Comment, Clip]:
    """Return a comment that the viewer may see, and its clip. NoSuchComment for anything else."""
    known = Comment.objects.filter(Q(parent__isnull=True) | Q(parent__author__is_active=True), author__is_active=True)
    found = known.filter(id=comment_id).select_related("author", "parent").first()
    apart = apart_from(viewer.person_id)
    if found is None or found.author_id in apart or (found.parent and found.parent.author_id in apart):
        raise NoSuchComment
    try:
        clip = clips_for(viewer).one(found.clip_id)
    except NoSuchClip:
        raise NoSuchComment from None
    if not all(may_see_comment(viewer, row, clip) for row in (found, found.parent) if row is not None):
        raise NoSuchComment
    return found, clip


def waiting(viewer: Viewer, *, limit: int) -> list[tuple[Shown, Clip]]:
    """Return the comments that wait until the viewer lets them be seen, each with its clip, the oldest first."""
    if viewer.person_id is None:
        return []
    found = Comment.objects.filter(withheld_by=CREATOR, clip__creator_id=viewer.person_id, author__is_active=True)
    rows = list(found.select_related("author", "clip").order_by("id")[:limit])
    known = _known(viewer, rows)
    return [(_shown(viewer, row.clip, row, known), row.clip) for row in rows]


def shown(viewer: Viewer, clip: Clip, rows: Sequence[Comment]) -> list[Shown]:
    """Return comments of a clip as the viewer sees them. Two queries for any number."""
    known = _known(viewer, rows)
    return [_shown(viewer, clip, row, known) for row in rows]


@dataclass(frozen=True)
class _Known:
    """Of some comments: the handles named in them that lead somewhere, and which of them the viewer likes."""

    handles: frozenset[str]
    liked: frozenset[uuid.UUID]


def _known(viewer: Viewer, rows: Sequence[Comment]) -> _Known:
    named = {handle for row in rows for handle in mentions_of(row.text)}
    liked: Iterable[uuid.UUID] = ()
    if viewer.person_id is not None:
        rows_liked = CommentLike.objects.filter(person_id=viewer.person_id, comment__in=[row.id for row in rows])
        liked = rows_liked.values_list("comment_id", flat=True)
    return _Known(frozenset(people_for(viewer).handles_among(named)), frozenset(liked))


def _shown(viewer: Viewer, clip: Clip, row: Comment, known: _Known) -> Shown:
    return Shown(
        id=row.id,
        parent=row.parent_id,
        author=Author(
            row.author.handle, row.author.name, row.author.avatar_url, is_creator=row.author_id == clip.creator_id
        ),
        text=row.text,
        mentions=tuple(handle for handle in mentions_of(row.text) if handle in known.handles),
        created_at=row.created_at,
        likes=row.likes,
        replies=row.replies,
        is_liked=row.id in known.liked,
        is_pinned=row.pinned_at is not None,
        is_hidden=row.hidden_at is not None and may_curate(viewer, clip),
        is_own=viewer.person_id == row.author_id,
        can_answer=may_comment(viewer, clip) and row.is_open,
        can_delete=may_delete(viewer, row, clip),
        can_curate=may_curate(viewer, clip) and not row.withheld_by,
        waits=row.withheld_by == CREATOR,
    )


def _seen(viewer: Viewer, clip: Clip, muted: Muted) -> QuerySet[Comment]:
    mine = Q(author_id=viewer.person_id) if viewer.person_id else Q(pk__in=[])
    found = Comment.objects.filter(clip=clip, author__is_active=True).select_related("author")
    found = found.filter(Q(withheld_by="") | mine & Q(withheld_by=CREATOR))
    if not may_curate(viewer, clip):
        found = found.filter(mine | Q(hidden_at__isnull=True))
    return found.exclude(author_id__in=apart_from(viewer.person_id) | muted.people)


def _page(
    viewer: Viewer, clip: Clip, muted: Muted, pinned: list[Comment], rows: list[Comment], *, limit: int
) -> CommentsPage:
    following = rows[limit - 1].id if len(rows) > limit else None
    kept = [row for row in [*pinned, *rows[:limit]] if not muted.hides(row.text)]
    count = ClipCounts.objects.filter(clip_id=clip.id).values_list("comments", flat=True).first() or 0
    return CommentsPage(shown(viewer, clip, kept), following, count)
