"""Everything that reads what people do around clips."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from parvis.accounts.models import Person
from parvis.accounts.queries import person_by_handle
from parvis.accounts.viewer import Viewer
from parvis.clips.models import Clip
from parvis.social.errors import NoSuchPerson
from parvis.social.models import ACCEPTED, REQUESTED, ClipCounts, Comment, Follow, Follower, Like, PersonCounts
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
        found = (
            Comment.objects.filter(clip=clip, author__is_active=True, withheld_by="")
            .select_related("author")
            .order_by("-id")
        )
        rows = list((found.filter(id__lt=after) if after else found)[: limit + 1])
        following = rows[limit - 1].id if len(rows) > limit else None
        return CommentsPage([self.shown(row, clip) for row in rows[:limit]], following, counts([clip.id])[clip.id][1])

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


def for_viewer(viewer: Viewer) -> Social:
    """Return what a viewer may see: the only door."""
    return Social(viewer)


def _avatar(person: Person) -> str | None:
    return f"/avatars/{person.avatar_key}" if person.avatar_key else None


def person_named(handle: str) -> Person:
    """Return the active person of a handle. NoSuchPerson if there is none."""
    person = person_by_handle(handle)
    if person is None:
        raise NoSuchPerson
    return person


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
