"""Of what happens around clips, who is told, and in which words."""

import uuid
from collections.abc import Collection, Iterator

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from parvis.accounts.models import Person
from parvis.accounts.notices import NoticeKind, Telling, Told, declare, isolated
from parvis.accounts.queries import apart_from
from parvis.accounts.viewer import Viewer
from parvis.clips.models import Clip
from parvis.events.models import Event
from parvis.social import kinds
from parvis.social.models import Comment


def _creator_of(clip: uuid.UUID | None) -> uuid.UUID | None:
    return Clip.objects.filter(id=clip).values_list("creator_id", flat=True).first() if clip else None


def _tell_creator(event: Event) -> Iterator[Telling]:
    """Likes and comments: the creator of the clip is told, and what was taken back is told no longer."""
    creator = _creator_of(event.object)
    if creator is None:
        return
    detail = uuid.UUID(event.data["comment"]) if "comment" in event.data else None
    withdrawn = event.kind in {kinds.UNLIKED, kinds.COMMENT_REMOVED}
    # A comment may be removed by somebody else than who wrote it.
    by = None if event.kind == kinds.COMMENT_REMOVED else event.actor
    yield Telling(creator, about=event.object, by=by, detail=detail, withdrawn=withdrawn)


def _tell_answered(event: Event) -> Iterator[Telling]:
    """Answers: whoever is answered is told; the creator of the clip is told of every comment already."""
    if "parent" not in event.data:
        return
    answered = Comment.objects.filter(id=event.data["parent"]).values_list("author_id", flat=True).first()
    if answered is None or answered == _creator_of(event.object):
        return
    withdrawn = event.kind == kinds.COMMENT_REMOVED
    detail = uuid.UUID(event.data["comment"])
    yield Telling(
        answered, about=event.object, by=None if withdrawn else event.actor, detail=detail, withdrawn=withdrawn
    )


def _tell_liked_author(event: Event) -> Iterator[Telling]:
    liked = (
        Comment.objects.filter(id=event.object).values_list("author_id", "clip_id").first() if event.object else None
    )
    if liked is not None:
        author, clip = liked
        withdrawn = event.kind == kinds.COMMENT_UNLIKED
        yield Telling(author, about=clip, by=event.actor, detail=event.object, withdrawn=withdrawn)


def _tell_named(event: Event) -> Iterator[Telling]:
    """Mentions: whoever is named is told, but for the creator of the clip, who is told of every comment already."""
    if event.object is None:
        return
    clip, detail = uuid.UUID(event.data["clip"]), event.data.get("comment")
    if event.kind == kinds.UNMENTIONED:
        yield Telling(event.object, about=clip, detail=uuid.UUID(event.data["comment"]), withdrawn=True)
    elif detail is None or event.object != _creator_of(clip):
        yield Telling(event.object, about=clip, by=event.actor, detail=uuid.UUID(detail) if detail else None)


def _tell_followed(event: Event) -> Iterator[Telling]:
    if event.object is not None:
        yield Telling(event.object, by=event.actor, withdrawn=event.kind == kinds.UNFOLLOWED)


def _tell_asked(event: Event) -> Iterator[Telling]:
    """A request that was accepted waits no longer."""
    if event.object is not None:
        yield Telling(event.object, by=event.actor, withdrawn=event.kind == kinds.FOLLOWED)


def _tell_accepted(event: Event) -> Iterator[Telling]:
    """Whoever follows a private account from now on has been accepted by it."""
    if event.actor is None or not Person.objects.filter(id=event.object, is_private=True).exists():
        return
    yield Telling(event.actor, by=event.object, withdrawn=event.kind == kinds.UNFOLLOWED)


def _comments(viewer: Viewer, details: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    found = Comment.objects.filter(id__in=list(details), withheld_by="", author__is_active=True)
    mine = Q(author_id=viewer.person_id) | Q(clip__creator_id=viewer.person_id)
    found = found.filter(Q(hidden_at__isnull=True) | mine).exclude(author_id__in=apart_from(viewer.person_id))
    return dict(found.values_list("id", "text"))


def _say_liked(told: Told) -> str:
    if told.count > 1:
        return ngettext(
            "%(name)s and %(count)d other like your clip.",
            "%(name)s and %(count)d others like your clip.",
            told.count - 1,
        ) % {"name": isolated(told.names[0]), "count": told.count - 1}
    return _("%(name)s likes your clip.") % {"name": isolated(told.names[0])}


def _say_commented(told: Told) -> str:
    if told.count > 1:
        return ngettext(
            "%(name)s and %(count)d other commented on your clip.",
            "%(name)s and %(count)d others commented on your clip.",
            told.count - 1,
        ) % {"name": isolated(told.names[0]), "count": told.count - 1}
    return _("%(name)s commented on your clip.") % {"name": isolated(told.names[0])}


def _say_answered(told: Told) -> str:
    if told.count > 1:
        return ngettext(
            "%(name)s and %(count)d other answered your comment.",
            "%(name)s and %(count)d others answered your comment.",
            told.count - 1,
        ) % {"name": isolated(told.names[0]), "count": told.count - 1}
    return _("%(name)s answered your comment.") % {"name": isolated(told.names[0])}


def _say_liked_comment(told: Told) -> str:
    if told.count > 1:
        return ngettext(
            "%(name)s and %(count)d other like your comment.",
            "%(name)s and %(count)d others like your comment.",
            told.count - 1,
        ) % {"name": isolated(told.names[0]), "count": told.count - 1}
    return _("%(name)s likes your comment.") % {"name": isolated(told.names[0])}


def _say_named(told: Told) -> str:
    if told.count > 1:
        return ngettext(
            "%(name)s and %(count)d other named you.", "%(name)s and %(count)d others named you.", told.count - 1
        ) % {"name": isolated(told.names[0]), "count": told.count - 1}
    if told.detail is not None:
        return _("%(name)s named you in a comment.") % {"name": isolated(told.names[0])}
    return _("%(name)s named you in a clip.") % {"name": isolated(told.names[0])}


def _talk(told: Told) -> str:
    return f"/c/{told.about}#comments"


def _say_followed(told: Told) -> str:
    if told.count > 1:
        return ngettext(
            "%(name)s and %(count)d other follow you.", "%(name)s and %(count)d others follow you.", told.count - 1
        ) % {"name": isolated(told.names[0]), "count": told.count - 1}
    return _("%(name)s follows you.") % {"name": isolated(told.names[0])}


def _say_asked(told: Told) -> str:
    if told.count > 1:
        return ngettext(
            "%(name)s and %(count)d other ask to follow you.",
            "%(name)s and %(count)d others ask to follow you.",
            told.count - 1,
        ) % {"name": isolated(told.names[0]), "count": told.count - 1}
    return _("%(name)s asks to follow you.") % {"name": isolated(told.names[0])}


def _say_accepted(told: Told) -> str:
    if told.count > 1:
        return ngettext(
            "%(name)s and %(count)d other let you see their clips.",
            "%(name)s and %(count)d others let you see their clips.",
            told.count - 1,
        ) % {"name": isolated(told.names[0]), "count": told.count - 1}
    return _("%(name)s lets you see their clips.") % {"name": isolated(told.names[0])}


declare(
    NoticeKind(
        "liked", gettext_lazy("Likes"), "heart", frozenset({kinds.LIKED, kinds.UNLIKED}), _tell_creator,
        _say_liked, lambda told: f"/c/{told.about}", shows_clip=True,
    ),
    NoticeKind(
        "commented", gettext_lazy("Comments"), "message-circle", frozenset({kinds.COMMENTED, kinds.COMMENT_REMOVED}),
        _tell_creator, _say_commented, _talk, quotes=_comments, shows_clip=True,
    ),
    NoticeKind(
        "answered", gettext_lazy("Answers to your comments"), "message-circle",
        frozenset({kinds.COMMENTED, kinds.COMMENT_SHOWN, kinds.COMMENT_REMOVED}), _tell_answered, _say_answered,
        _talk, quotes=_comments, shows_clip=True,
    ),
    NoticeKind(
        "comment-liked", gettext_lazy("Likes of your comments"), "heart",
        frozenset({kinds.COMMENT_LIKED, kinds.COMMENT_UNLIKED}), _tell_liked_author, _say_liked_comment, _talk,
        quotes=_comments, shows_clip=True, pushes=False,
    ),
    NoticeKind(
        "named", gettext_lazy("Who names you"), "at-sign", frozenset({kinds.MENTIONED, kinds.UNMENTIONED}), _tell_named,
        _say_named, lambda told: _talk(told) if told.detail else f"/c/{told.about}", quotes=_comments, shows_clip=True,
        needs_detail=True,
    ),
    NoticeKind(
        "followed", gettext_lazy("New followers"), "user-plus", frozenset({kinds.FOLLOWED, kinds.UNFOLLOWED}),
        _tell_followed, _say_followed, lambda told: f"/@{told.handle}",
    ),
    NoticeKind(
        "follow-requested", gettext_lazy("Follow requests"), "user-check",
        frozenset({kinds.FOLLOW_REQUESTED, kinds.FOLLOWED}), _tell_asked, _say_asked, lambda _told: "/follow-requests",
    ),
    NoticeKind(
        "follow-accepted", gettext_lazy("Requests of yours that are accepted"), "circle-check",
        frozenset({kinds.FOLLOWED, kinds.UNFOLLOWED}), _tell_accepted, _say_accepted, lambda told: f"/@{told.handle}",
    ),
)  # fmt: skip
