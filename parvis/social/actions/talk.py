"""Comments: written, answered, liked, pinned, hidden, deleted; and telling those who are named."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from parvis.accounts import permits
from parvis.accounts.models import Person
from parvis.accounts.queries import are_apart, people_by_handles
from parvis.accounts.viewer import Viewer
from parvis.clips import queries as clips
from parvis.clips.models import Clip
from parvis.clips.words import mentions_of
from parvis.events.actions import record
from parvis.kit.clock import now
from parvis.social import kinds, queries
from parvis.social.actions.around import count_clip, person_of
from parvis.social.errors import CommentsClosed, NoSuchComment, NotYourClip, NotYourComment, OnlyTopComments
from parvis.social.models import CREATOR, Comment, CommentLike, Mention
from parvis.social.policies import may_comment, may_curate, may_delete


@transaction.atomic
def comment(
    *,
    viewer: Viewer,
    clip_id: uuid.UUID,
    text: str,
    nonce: uuid.UUID,
    reply_to: uuid.UUID | None = None,
    comment_id: uuid.UUID | None = None,
) -> tuple[Comment, Clip]:
    """Comment on a clip, or answer a comment; a `nonce` that the viewer has used before returns the first comment.
    Returns it and its clip. An answer to an answer stands under the same comment.

    `text` has 1 to COMMENT_LONGEST characters (`forms.CommentForm` cleans it). `comment_id` is for one that comes
    back. Raises SignInNeeded, NoSuchClip, CommentsClosed, NoSuchComment where there is nothing to answer, and what
    `permits.ask` raises.
    """
    person = person_of(viewer)
    clip = clips.for_viewer(viewer).one(clip_id)
    if not may_comment(viewer, clip):
        raise CommentsClosed
    known = Comment.objects.filter(author_id=person, clip=clip, nonce=nonce).first()
    if known is not None:
        return known, clip
    parent = _answered(viewer, clip, reply_to) if reply_to else None
    waits = permits.ask(permits.Act(person, permits.COMMENT, (text,), clip.creator_id))
    values = {"text": text, "home": viewer.home, "parent": parent, "withheld_by": CREATOR if waits else ""}
    made, is_new = Comment.objects.get_or_create(
        author_id=person,
        clip=clip,
        nonce=nonce,
        defaults={**values, "id": comment_id} if comment_id else values,
    )
    if is_new:
        _record(kinds.COMMENT_WAITS if waits else kinds.COMMENTED, made, actor=person)
    if is_new and not waits:
        if parent:
            Comment.objects.filter(id=parent.id).update(replies=F("replies") + 1)
        count_clip(clip_id, "comments", 1)
        tell_named(clip, actor=person, text=text, comment=made)
    return made, clip


def _record(kind: str, row: Comment, *, actor: uuid.UUID, home: str = "") -> None:
    data = {"comment": str(row.id), **({"parent": str(row.parent_id)} if row.parent_id else {})}
    record(kind, home=home or row.home, actor=actor, object=row.clip_id, data=data)


def _answered(viewer: Viewer, clip: Clip, comment_id: uuid.UUID) -> Comment:
    """Return the comment under which an answer goes, locked. NoSuchComment if the viewer does not see it, or it is
    hidden."""
    found, _ = queries.for_viewer(viewer).comment(comment_id)
    top = Comment.objects.select_for_update().filter(id=found.parent_id or found.id, clip=clip).first()
    if top is None or not top.is_open or not found.is_open:
        raise NoSuchComment
    return top


@transaction.atomic
def delete_comment(*, viewer: Viewer, comment_id: uuid.UUID) -> None:
    """Delete a comment with its answers. Raises SignInNeeded, NoSuchComment (gone, or on a clip that the viewer may not
    see), and NotYourComment for anybody but its author and the clip's creator."""
    person = person_of(viewer)
    found = Comment.objects.select_related("clip").filter(id=comment_id).first()
    if found is None:
        raise NoSuchComment
    if not may_delete(viewer, found, found.clip):
        queries.for_viewer(viewer).comment(comment_id)
        raise NotYourComment
    top, row = _locked(found)
    if row is None:
        return
    _uncount(row, top)
    _record(kinds.COMMENT_REMOVED, row, actor=person, home=viewer.home)
    _tell_unnamed(row)
    row.delete()


def _tell_unnamed(row: Comment) -> None:
    """Note whom a comment that goes, or an answer that goes with it, had named."""
    gone = Q(comment=row) | Q(comment__parent=row)
    for named in Mention.objects.filter(gone).order_by("id"):
        data = {"clip": str(named.clip_id), "comment": str(named.comment_id)}
        record(kinds.UNMENTIONED, home=named.home, object=named.person_id, data=data)


def _locked(found: Comment) -> tuple[Comment | None, Comment | None]:
    """Lock a comment, and first the one that it answers: returns that one and it, None for what there is not."""
    rows = Comment.objects.select_for_update()
    top = rows.filter(id=found.parent_id).first() if found.parent_id else None
    return top, rows.filter(id=found.id).first()


def _counted(row: Comment, top: Comment | None) -> int:
    """Return how many comments of the clip's count a locked comment is worth: itself and its answers, unless it or what
    it answers is hidden or withheld."""
    return 1 + row.replies if row.is_open and (top is None or top.is_open) else 0


def _uncount(row: Comment, top: Comment | None) -> None:
    """Count a locked comment no more, which is about to be deleted with its answers."""
    if top is not None and row.is_open:
        Comment.objects.filter(id=top.id).update(replies=F("replies") - 1)
    if counted := _counted(row, top):
        count_clip(row.clip_id, "comments", -counted)


def uncount_comments(rows: Sequence[Comment]) -> None:
    """Count comments no more, which the caller is about to delete in the same transaction. Answers go before what they
    answer, so that none counts twice."""
    for row in sorted(rows, key=lambda row: (row.parent_id is None, row.clip_id, row.id)):
        top, held = _locked(row)
        if held is not None:
            _uncount(held, top)


def uncount_likes(rows: Sequence[CommentLike]) -> None:
    """Count likes of comments no more, which the caller is about to delete in the same transaction."""
    for row in sorted(rows, key=lambda row: row.comment_id):
        Comment.objects.filter(id=row.comment_id).update(likes=F("likes") - 1)


@transaction.atomic
def like_comment(*, viewer: Viewer, comment_id: uuid.UUID) -> int:
    """Like a comment; returns how many do. Raises SignInNeeded, NoSuchComment."""
    person = person_of(viewer)
    found, _ = queries.for_viewer(viewer).comment(comment_id)
    _, is_new = CommentLike.objects.get_or_create(person_id=person, comment=found, defaults={"home": viewer.home})
    return _count_like(viewer, found, kinds.COMMENT_LIKED, 1 if is_new else 0)


@transaction.atomic
def unlike_comment(*, viewer: Viewer, comment_id: uuid.UUID) -> int:
    """Take a like of a comment back; returns how many like it. Raises SignInNeeded, NoSuchComment."""
    person = person_of(viewer)
    found, _ = queries.for_viewer(viewer).comment(comment_id)
    removed, _ = CommentLike.objects.filter(person_id=person, comment=found).delete()
    return _count_like(viewer, found, kinds.COMMENT_UNLIKED, -removed)


def _count_like(viewer: Viewer, found: Comment, kind: str, by: int) -> int:
    if by:
        Comment.objects.filter(id=found.id).update(likes=F("likes") + by)
        data = {"clip": str(found.clip_id)}
        record(kind, home=viewer.home, actor=viewer.person_id, object=found.id, data=data)
    return int(Comment.objects.values_list("likes", flat=True).get(id=found.id))


@transaction.atomic
def pin_comment(*, viewer: Viewer, comment_id: uuid.UUID, pinned: bool) -> None:
    """Put a comment on top of its clip's comments in the place of the one before, or let it stand as any other. For
    the clip's creator. Raises SignInNeeded, NoSuchComment, NotYourClip, OnlyTopComments."""
    found, clip = _curated(viewer, comment_id)
    if found.parent_id is not None or not found.is_open:
        raise OnlyTopComments
    if pinned == (found.pinned_at is not None):
        return
    Comment.objects.filter(clip=clip, pinned_at__isnull=False).update(pinned_at=None)
    if pinned:
        Comment.objects.filter(id=found.id).update(pinned_at=now())
    _tell_change(viewer, found, "pinned" if pinned else "unpinned")


@transaction.atomic
def hide_comment(*, viewer: Viewer, comment_id: uuid.UUID, hidden: bool) -> None:
    """Hide a comment from all but its author and the clip's creator, or show it again. For the clip's creator; the
    author is not told. Raises SignInNeeded, NoSuchComment, NotYourClip."""
    found, _ = _curated(viewer, comment_id)
    top, row = _locked(found)
    if row is None or hidden == (row.hidden_at is not None):
        return
    _change_sight(row, top, hidden_at=now() if hidden else None, pinned_at=None)
    _tell_change(viewer, row, "hidden" if hidden else "shown")


@transaction.atomic
def withhold_comment(*, comment_id: uuid.UUID, by: str) -> None:
    """Let nobody see a comment, `by` a moderator ("operator"), or let it be seen again (an empty text). Its count
    follows. One that is gone stays gone."""
    found = Comment.objects.filter(id=comment_id).first()
    top, row = _locked(found) if found else (None, None)
    if row is None or row.withheld_by == by:
        return
    was_withheld = bool(row.withheld_by)
    _change_sight(row, top, withheld_by=by)
    if was_withheld != bool(by):
        _record(kinds.COMMENT_WITHHELD if by else kinds.COMMENT_SHOWN, row, actor=row.author_id)
    if not by:
        tell_named(row.clip, actor=row.author_id, text=row.text, comment=row)


@transaction.atomic
def show_comment(*, viewer: Viewer, comment_id: uuid.UUID) -> None:
    """Let a comment be seen that waits for the viewer, the creator of its clip. SignInNeeded, NoSuchComment."""
    waiting = Comment.objects.filter(id=comment_id, withheld_by=CREATOR, clip__creator_id=person_of(viewer))
    if not waiting.exists():
        raise NoSuchComment
    withhold_comment(comment_id=comment_id, by="")


def _change_sight(row: Comment, top: Comment | None, **columns: Any) -> None:
    """Change who sees a locked comment; the counts of its clip and of what it answers follow."""
    before, was_open = _counted(row, top), row.is_open
    for name, value in columns.items():
        setattr(row, name, value)
    row.save(update_fields=list(columns))
    if top is not None:
        Comment.objects.filter(id=top.id).update(replies=F("replies") + int(row.is_open) - int(was_open))
    if by := _counted(row, top) - before:
        count_clip(row.clip_id, "comments", by)


def _curated(viewer: Viewer, comment_id: uuid.UUID) -> tuple[Comment, Clip]:
    """Return a comment on the viewer's own clip, and the clip, which is locked: one change at a time."""
    person_of(viewer)
    found, clip = queries.for_viewer(viewer).comment(comment_id)
    if not may_curate(viewer, clip):
        raise NotYourClip
    clips.hold(clip.id)
    found.refresh_from_db()
    return found, clip


def _tell_change(viewer: Viewer, found: Comment, what: str) -> None:
    data = {"clip": str(found.clip_id), "now": what}
    record(kinds.COMMENT_CHANGED, home=viewer.home, actor=viewer.person_id, object=found.id, data=data)


@transaction.atomic
def tell_named(clip: Clip, *, actor: uuid.UUID, text: str = "", comment: Comment | None = None) -> None:
    """Note whom a text names that they may see: each is told once. Without `comment` those whom the clip's words
    name."""
    for person in _named(clip, mentions_of(text) if comment else clip.mentions, actor):
        _, is_new = Mention.objects.get_or_create(
            person=person, clip=clip, comment=comment, defaults={"home": person.home, "actor_id": actor}
        )
        if is_new:
            data = {"clip": str(clip.id), **({"comment": str(comment.id)} if comment else {})}
            record(kinds.MENTIONED, home=person.home, actor=actor, object=person.id, data=data)


def _named(clip: Clip, handles: Iterable[str], actor: uuid.UUID) -> list[Person]:
    people = people_by_handles(handles)
    others = [one for one in people if one.id != actor and not are_apart(actor, one.id)]
    return clips.those_who_may_see(clip, others)
