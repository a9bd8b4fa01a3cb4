"""Everything that reads what people do around clips."""

import re
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from parvis.accounts.models import Person
from parvis.accounts.queries import apart_from
from parvis.accounts.viewer import Viewer
from parvis.cells.keys import unseal
from parvis.clips.models import Clip
from parvis.clips.words import tags_of
from parvis.kit.wordlist import finder, folded
from parvis.social.models import (
    ACCEPTED,
    MUTED_TEXT,
    REQUESTED,
    TAG,
    WORD,
    ClipCounts,
    Comment,
    Follow,
    Follower,
    Like,
    Mute,
    PersonCounts,
)
from parvis.social.policies import may_delete

PAGE = 20


@dataclass(frozen=True)
class Author:
    """Who said it, as everybody sees them."""

    handle: str
    display_name: str
    avatar_url: str | None


@dataclass(frozen=True)
class Shown:
    """A comment as one viewer sees it. `text` is plain text."""

    id: uuid.UUID
    author: Author
    text: str
    created_at: datetime
    can_delete: bool
    is_own: bool


@dataclass(frozen=True)
class CommentsPage:
    """A page of comments, newest first; `next` is the cursor of the following page, None on the last."""

    comments: list[Shown]
    next: uuid.UUID | None
    count: int


@dataclass(frozen=True)
class FollowState:
    """How a viewer stands to a person: following, or still asking; and how many follow that person."""

    following: bool
    requested: bool
    count: int


@dataclass(frozen=True)
class Social:
    """What one viewer may see."""

    viewer: Viewer

    def shown(self, comment: Comment, clip: Clip) -> Shown:
        """Return a comment of a clip that the viewer sees. `comment.author` is to be loaded."""
        author = Author(comment.author.handle, comment.author.name, _avatar(comment.author))
        return Shown(
            id=comment.id,
            author=author,
            text=comment.text,
            created_at=comment.created_at,
            can_delete=may_delete(self.viewer, comment, clip),
            is_own=comment.author_id == self.viewer.person_id,
        )

    def comments(self, clip: Clip, *, after: uuid.UUID | None = None, limit: int = PAGE) -> CommentsPage:
        """Return a page of the comments of a clip that the viewer sees, older than the cursor `after`."""
        muted = muted_by(self.viewer.person_id)
        found = Comment.objects.filter(clip=clip, author__is_active=True, withheld_by="").select_related("author")
        found = found.exclude(author_id__in=apart_from(self.viewer.person_id) | muted.people).order_by("-id")
        rows = list((found.filter(id__lt=after) if after else found)[: limit + 1])
        following = rows[limit - 1].id if len(rows) > limit else None
        shown = [self.shown(row, clip) for row in rows[:limit] if not muted.hides(row.text)]
        return CommentsPage(shown, following, counts([clip.id])[clip.id][1])

    def follow_of(self, person: Person) -> FollowState:
        """Return how the viewer stands to a person."""
        row = None
        if self.viewer.person_id is not None:
            row = Follow.objects.filter(follower_id=self.viewer.person_id, followed=person).first()
        return FollowState(
            row is not None and row.state == ACCEPTED, row is not None and row.state == REQUESTED, followers(person.id)
        )

    def requests(self) -> list[Person]:
        """Return who asks to follow the viewer, the longest waiting first."""
        if self.viewer.person_id is None:
            return []
        waiting = Follower.objects.filter(person_id=self.viewer.person_id, state=REQUESTED, follower__is_active=True)
        return [row.follower for row in waiting.select_related("follower").order_by("id")]


@dataclass(frozen=True)
class Muted:
    """What one person wants to see nothing of: people, tags as `clips.words.normal_tag` writes them, and a pattern over
    a text that was `folded`."""

    people: frozenset[uuid.UUID] = frozenset()
    tags: frozenset[str] = frozenset()
    words: re.Pattern[str] | None = None

    def __bool__(self) -> bool:
        return bool(self.people or self.tags or self.words)

    def hides(self, text: str) -> bool:
        """Whether a text says something that is muted."""
        if self.tags and not self.tags.isdisjoint(tags_of(text)):
            return True
        return self.words is not None and self.words.search(folded(text)) is not None


@dataclass(frozen=True)
class OwnMute:
    """A mute as its person's list shows it: a person, or the text with its # if it is a tag."""

    id: uuid.UUID
    person: Person | None
    text: str


def for_viewer(viewer: Viewer) -> Social:
    """Return what a viewer may see: the only door."""
    return Social(viewer)


def _avatar(person: Person) -> str | None:
    return f"/avatars/{person.avatar_key}" if person.avatar_key else None


def own_mutes(viewer: Viewer) -> list[OwnMute]:
    """Return what the viewer mutes, the latest first."""
    if viewer.person_id is None:
        return []
    rows = Mute.objects.filter(person_id=viewer.person_id).select_related("muted").order_by("-id")
    apart = apart_from(viewer.person_id)
    return [
        OwnMute(row.id, row.muted, "" if row.muted else _text_of(row))
        for row in rows
        if row.muted is None or (row.muted.is_active and row.muted_id not in apart)
    ]


def muted_by(person: uuid.UUID | None) -> Muted:
    """Return what a person mutes. One query."""
    if person is None:
        return Muted()
    rows = list(Mute.objects.filter(person_id=person))
    return Muted(
        frozenset(row.muted_id for row in rows if row.muted_id),
        frozenset(_text_of(row)[1:] for row in rows if row.kind == TAG),
        finder(_text_of(row) for row in rows if row.kind == WORD),
    )


def _text_of(row: Mute) -> str:
    text = unseal(row.person_id, MUTED_TEXT, bytes(row.text or b""))
    return f"#{text}" if row.kind == TAG else text


def counts(clips: Sequence[uuid.UUID]) -> dict[uuid.UUID, tuple[int, int, int]]:
    """Return likes, comments and shares of each clip asked for. One query."""
    rows = ClipCounts.objects.filter(clip_id__in=clips).values_list("clip_id", "likes", "comments", "shares")
    return dict.fromkeys(clips, (0, 0, 0)) | {clip: (likes, comments, shares) for clip, likes, comments, shares in rows}


def followers(person: uuid.UUID) -> int:
    """Return how many people follow a person."""
    return PersonCounts.objects.filter(person_id=person).values_list("followers", flat=True).first() or 0


def follow_counts(person: uuid.UUID) -> tuple[int, int]:
    """Return how many people follow a person, and how many the person follows."""
    return PersonCounts.objects.filter(person_id=person).values_list("followers", "following").first() or (0, 0)


def liked_by(person: uuid.UUID, *, home: str, limit: int = 2000) -> list[uuid.UUID]:
    """Return the clips that a person likes, the newest like first."""
    rows = Like.objects.filter(home=home, person_id=person).order_by("-id")
    return list(rows.values_list("clip_id", flat=True)[:limit])


def liked_among(*, person: uuid.UUID, home: str, clips: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Return those of `clips` that a person likes."""
    rows = Like.objects.filter(home=home, person_id=person, clip_id__in=list(clips))
    return set(rows.values_list("clip_id", flat=True))


def followed_by(person: uuid.UUID, *, home: str) -> list[uuid.UUID]:
    """Return whom a person follows, where a private account has accepted; the newest first."""
    rows = Follow.objects.filter(home=home, follower_id=person, state=ACCEPTED).order_by("-id")
    return list(rows.values_list("followed_id", flat=True))


def followed_among(*, person: uuid.UUID, home: str, creators: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Return those of `creators` whom a person follows, where a private account has accepted."""
    rows = Follow.objects.filter(home=home, follower_id=person, followed_id__in=list(creators), state=ACCEPTED)
    return set(rows.values_list("followed_id", flat=True))
