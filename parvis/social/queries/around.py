"""What people do around clips, and the door to it."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from parvis.accounts.models import Person
from parvis.accounts.viewer import Viewer
from parvis.clips.cards import Card
from parvis.clips.models import Clip
from parvis.social.models import ACCEPTED, REQUESTED, ClipCounts, Comment, Follow, Follower, Like, PersonCounts, Save
from parvis.social.queries import lists, talk
from parvis.social.queries.lists import GRID, PAGE, PeoplePage
from parvis.social.queries.talk import CommentsPage, Shown

REQUESTS = 100  # to follow somebody, shown at a time


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
        return talk.shown(self.viewer, clip, [comment])[0]

    def comments(self, clip: Clip, *, after: uuid.UUID | None = None, limit: int = PAGE) -> CommentsPage:
        """Return a page of the comments of a clip that the viewer sees: first the pinned one, then the newest; those
        after the cursor `after`."""
        return talk.comments(self.viewer, clip, after=after, limit=limit)

    def replies(
        self, comment_id: uuid.UUID, *, after: uuid.UUID | None = None, limit: int = PAGE
    ) -> tuple[Clip, CommentsPage]:
        """Return a page of the answers to a comment, the oldest first, and the clip. NoSuchComment."""
        top, clip = self.comment(comment_id)
        return clip, talk.replies(self.viewer, clip, top, after=after, limit=limit)

    def waiting_comments(self) -> list[tuple[Shown, Clip]]:
        """Return the comments that wait until the viewer lets them be seen, each with its clip, the oldest first."""
        return talk.waiting(self.viewer, limit=PAGE)

    def comment(self, comment_id: uuid.UUID) -> tuple[Comment, Clip]:
        """Return a comment that the viewer may see, and its clip. NoSuchComment for anything else."""
        return talk.one(self.viewer, comment_id)

    def saved(self, *, after: uuid.UUID | None = None, limit: int = GRID) -> tuple[list[Card], uuid.UUID | None]:
        """Return a page of the clips that the viewer keeps, the latest first, as far as they can still be seen, and the
        cursor of the following page, None on the last."""
        return lists.saved(self.viewer, after=after, limit=limit)

    def has_saved(self, clip_id: uuid.UUID) -> bool:
        """Whether the viewer keeps a clip."""
        person = self.viewer.person_id
        return person is not None and Save.objects.filter(person_id=person, clip_id=clip_id).exists()

    def likers(self, clip: Clip, *, after: uuid.UUID | None = None, limit: int = PAGE) -> PeoplePage:
        """Return a page of those who like a clip, the latest first: for its creator. ListClosed for anybody else."""
        return lists.likers(self.viewer, clip, after=after, limit=limit)

    def followers_of(self, person: Person, *, after: uuid.UUID | None = None, limit: int = PAGE) -> PeoplePage:
        """Return a page of those who follow a person, the latest first. ListClosed where the account is private and
        the viewer does not follow it."""
        return lists.followers(self.viewer, person, after=after, limit=limit)

    def followed_by(self, person: Person, *, after: uuid.UUID | None = None, limit: int = PAGE) -> PeoplePage:
        """Return a page of those whom a person follows, the latest first. ListClosed as `followers_of`."""
        return lists.following(self.viewer, person, after=after, limit=limit)

    def may_read_lists_of(self, person: Person) -> bool:
        """Whether the viewer may read whom a person follows and who follows them."""
        return lists.may_read(self.viewer, person)

    def follow_of(self, person: Person) -> FollowState:
        """Return how the viewer stands to a person."""
        row = None
        if self.viewer.person_id is not None:
            row = Follow.objects.filter(follower_id=self.viewer.person_id, followed=person).first()
        return FollowState(
            row is not None and row.state == ACCEPTED, row is not None and row.state == REQUESTED, followers(person.id)
        )

    def requests(self) -> list[Person]:
        """Return who asks to follow the viewer, the longest waiting first: REQUESTS at most, since the others move up
        as these are answered."""
        if self.viewer.person_id is None:
            return []
        waiting = Follower.objects.filter(person_id=self.viewer.person_id, state=REQUESTED, follower__is_active=True)
        return [row.follower for row in waiting.select_related("follower").order_by("id")[:REQUESTS]]


def for_viewer(viewer: Viewer) -> Social:
    """Return what a viewer may see: the only door."""
    return Social(viewer)


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
