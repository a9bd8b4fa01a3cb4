"""The data map of what people do around clips; what else changes when a row goes; how one comes back."""

import uuid
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from parvis.accounts.errors import NoSuchPerson
from parvis.accounts.models import Person
from parvis.accounts.viewer import Viewer
from parvis.cells.datamap import Kind, Table, declare
from parvis.cells.errors import BadRow
from parvis.cells.models import PrivateModel
from parvis.cells.records import Owner, Row, hook
from parvis.cells.returning import ELSEWHERE, THERE
from parvis.clips.words import clean
from parvis.kit.clock import now
from parvis.kit.errors import ParvisError
from parvis.social import actions
from parvis.social.errors import CommentsClosed
from parvis.social.models import COMMENT_LONGEST, Comment, CommentLike, Follow, Follower, Like, Save, Share

declare(
    Table(
        "social_follow",
        Kind.PRIVATE,
        private="id home follower_id followed_id state created_at",
        person="follower_id",
        elsewhere="followed_id",
    ),
    Table(
        "social_follower",
        Kind.PRIVATE,
        private="id home person_id follower_id state created_at",
        person="person_id",
        elsewhere="follower_id",
        lost="Those who followed say so themselves.",
    ),
    Table(
        "social_like",
        Kind.PRIVATE,
        private="id home person_id clip_id created_at",
        person="person_id",
        elsewhere="clip_id",
    ),
    Table(
        "social_share",
        Kind.PRIVATE,
        private="id home person_id clip_id created_at",
        person="person_id",
        elsewhere="clip_id",
    ),
    Table(
        "social_comment",
        Kind.PRIVATE,
        public="id home author_id clip_id text parent_id likes replies pinned_at created_at",
        private="nonce withheld_by hidden_at",
        person="author_id",
        elsewhere="clip_id nonce parent_id",
    ),
    Table(
        "social_commentlike",
        Kind.PRIVATE,
        private="id home person_id comment_id created_at",
        person="person_id",
        elsewhere="comment_id",
    ),
    Table(
        "social_save",
        Kind.PRIVATE,
        private="id home person_id clip_id created_at",
        person="person_id",
        elsewhere="clip_id",
    ),
    Table(
        "social_mention",
        Kind.PRIVATE,
        private="id home person_id actor_id clip_id comment_id created_at",
        person="person_id",
        elsewhere="actor_id clip_id comment_id",
        lost="Whoever names a person says so themselves.",
    ),
    Table(
        "social_mute",
        Kind.PRIVATE,
        private="id home person_id kind muted_id created_at",
        sealed="text text_index",
        person="person_id",
        blind="text_index:text",
        lost="What is muted is muted where it was said; elsewhere it is said anew.",
    ),
    Table("social_clipcounts", Kind.PUBLIC, public="clip_id likes comments shares"),
    Table("social_personcounts", Kind.PUBLIC, public="person_id followers following"),
)


def _uncount(column: str) -> Callable[[Owner, Sequence[Any]], None]:
    def uncount(_owner: Owner, rows: Sequence[Any]) -> None:
        for clip in sorted(row.clip_id for row in rows):
            actions.count_clip(clip, column, -1)

    return uncount


def _uncount_comments(_owner: Owner, rows: Sequence[Comment]) -> None:
    actions.uncount_comments(rows)


def _uncount_comment_likes(_owner: Owner, rows: Sequence[CommentLike]) -> None:
    actions.uncount_likes(rows)


def _end_follows(_owner: Owner, rows: Sequence[Follow]) -> None:
    for row in sorted(rows, key=lambda row: row.followed_id):
        actions.end_both_copies(row.follower_id, row.followed_id, row.state)


def _end_followers(_owner: Owner, rows: Sequence[Follower]) -> None:
    for row in sorted(rows, key=lambda row: row.follower_id):
        actions.end_both_copies(row.follower_id, row.person_id, row.state)


def _returning(model: type[PrivateModel], act: Callable[[Viewer, Row], PrivateModel]) -> Callable[[Owner, Row], str]:
    """Return how a row comes back: its person does again what made it, where that is still allowed; the row then gets
    the id and the time that it had."""

    def take_up(owner: Owner, row: Row) -> str:
        known = model._base_manager.filter(id=row["id"]).first()
        if known is not None:
            if owner.person not in {getattr(known, name, None) for name in ("person_id", "author_id", "follower_id")}:
                raise BadRow
            return THERE
        viewer = Viewer(owner.pseudonym, owner.home, "en", person_id=owner.person)
        try:
            made = act(viewer, row)
        except BadRow:
            raise
        except ParvisError as error:
            return ELSEWHERE if error.status == 404 else error.code
        kept: Row = {"id": row["id"], "created_at": min(datetime.fromisoformat(row["created_at"]), now())}
        model._base_manager.filter(id=made.id).update(**kept)
        return ""

    return take_up


def _like(viewer: Viewer, row: Row) -> PrivateModel:
    actions.like(viewer=viewer, clip_id=uuid.UUID(row["clip_id"]))
    return Like.objects.get(person=viewer.person_id, clip_id=row["clip_id"])


def _share(viewer: Viewer, row: Row) -> PrivateModel:
    actions.share(viewer=viewer, clip_id=uuid.UUID(row["clip_id"]))
    return Share.objects.get(person=viewer.person_id, clip_id=row["clip_id"])


def _comment(viewer: Viewer, row: Row) -> PrivateModel:
    if row["withheld_by"]:  # what a moderator took away there does not come back here
        raise CommentsClosed
    text = clean(row["text"], COMMENT_LONGEST)
    if not text:
        raise BadRow
    nonce = uuid.UUID(row["nonce"])
    reply_to = uuid.UUID(row["parent_id"]) if row.get("parent_id") else None
    clip, mine = uuid.UUID(row["clip_id"]), uuid.UUID(row["id"])
    made, _clip = actions.comment(
        viewer=viewer, clip_id=clip, text=text, nonce=nonce, reply_to=reply_to, comment_id=mine
    )
    return made


def _like_comment(viewer: Viewer, row: Row) -> PrivateModel:
    actions.like_comment(viewer=viewer, comment_id=uuid.UUID(row["comment_id"]))
    return CommentLike.objects.get(person=viewer.person_id, comment_id=row["comment_id"])


def _save(viewer: Viewer, row: Row) -> PrivateModel:
    actions.save(viewer=viewer, clip_id=uuid.UUID(row["clip_id"]))
    return Save.objects.get(person=viewer.person_id, clip_id=row["clip_id"])


def _follow(viewer: Viewer, row: Row) -> PrivateModel:
    followed = Person.objects.filter(id=row["followed_id"], is_active=True).first()
    if followed is None:
        raise NoSuchPerson
    actions.follow(viewer=viewer, followed=followed)
    return Follow.objects.get(follower=viewer.person_id, followed=followed)


hook("social_like", title=_("What you like"), before_erase=_uncount("likes"), take_up=_returning(Like, _like))
hook("social_share", title=_("What you shared"), before_erase=_uncount("shares"), take_up=_returning(Share, _share))
hook("social_comment", title=_("Your comments"), before_erase=_uncount_comments, take_up=_returning(Comment, _comment))
hook(
    "social_commentlike",
    title=_("Comments that you like"),
    before_erase=_uncount_comment_likes,
    take_up=_returning(CommentLike, _like_comment),
)
hook("social_save", title=_("What you saved"), take_up=_returning(Save, _save))
hook("social_mention", title=_("Where you were named"))
hook("social_follow", title=_("Whom you follow"), before_erase=_end_follows, take_up=_returning(Follow, _follow))
hook("social_follower", title=_("Who follows you"), before_erase=_end_followers)
hook("social_mute", title=_("Whom and what you mute"))
