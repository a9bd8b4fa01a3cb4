"""Everything that changes what people do around clips. Twice is once: each action may be repeated after a lost answer.

Rows, counts and event change in one transaction. Counts change by conditional update, persons in the order of their
ids, so that two people who follow each other at the same moment do not wait for one another for ever.
"""

import uuid

from django.db import connection, transaction
from django.db.models import F, Q

from parvis.accounts import permits
from parvis.accounts.errors import NoSuchPerson, SignInNeeded
from parvis.accounts.models import Person
from parvis.accounts.queries import are_apart
from parvis.accounts.viewer import Viewer
from parvis.clips import queries as clips
from parvis.events.actions import record
from parvis.social import kinds
from parvis.social.errors import NoSuchRequest, NotYourself
from parvis.social.models import (
    ACCEPTED,
    REQUESTED,
    ClipCounts,
    Comment,
    Follow,
    Follower,
    Like,
    Mention,
    PersonCounts,
    Save,
    Share,
)
from parvis.social.policies import first_state


def person_of(viewer: Viewer) -> uuid.UUID:
    """Return who acts. SignInNeeded for a visitor."""
    if viewer.person_id is None:
        raise SignInNeeded
    return viewer.person_id


def count_clip(clip: uuid.UUID, column: str, by: int) -> None:
    """Change a count of a clip, in the caller's transaction, which changes the rows counted."""
    ClipCounts.objects.bulk_create([ClipCounts(clip_id=clip)], ignore_conflicts=True)
    ClipCounts.objects.filter(clip_id=clip).update(**{column: F(column) + by})


def _count_follow(follower: uuid.UUID, followed: uuid.UUID, by: int) -> None:
    for person, column in sorted([(follower, "following"), (followed, "followers")]):
        PersonCounts.objects.bulk_create([PersonCounts(person_id=person)], ignore_conflicts=True)
        PersonCounts.objects.filter(person_id=person).update(**{column: F(column) + by})


@transaction.atomic
def like(*, viewer: Viewer, clip_id: uuid.UUID) -> None:
    """Like a clip. Raises SignInNeeded, and NoSuchClip where the viewer may not see it."""
    person = person_of(viewer)
    clip = clips.for_viewer(viewer).one(clip_id)
    _, is_new = Like.objects.get_or_create(person_id=person, clip=clip, defaults={"home": viewer.home})
    if is_new:
        count_clip(clip_id, "likes", 1)
        record(kinds.LIKED, home=viewer.home, actor=person, object=clip_id)


@transaction.atomic
def unlike(*, viewer: Viewer, clip_id: uuid.UUID) -> None:
    """Take a like back, also of a clip that can no longer be seen. Raises SignInNeeded."""
    person = person_of(viewer)
    removed, _ = Like.objects.filter(person_id=person, clip_id=clip_id).delete()
    if removed:
        count_clip(clip_id, "likes", -1)
        record(kinds.UNLIKED, home=viewer.home, actor=person, object=clip_id)


@transaction.atomic
def share(*, viewer: Viewer, clip_id: uuid.UUID) -> None:
    """Note that the viewer has shared a clip; a person counts once. Raises SignInNeeded, NoSuchClip."""
    person = person_of(viewer)
    clip = clips.for_viewer(viewer).one(clip_id)
    _, is_new = Share.objects.get_or_create(person_id=person, clip=clip, defaults={"home": viewer.home})
    if is_new:
        count_clip(clip_id, "shares", 1)
        record(kinds.SHARED, home=viewer.home, actor=person, object=clip_id)


@transaction.atomic
def save(*, viewer: Viewer, clip_id: uuid.UUID) -> None:
    """Keep a clip for later. Raises SignInNeeded, NoSuchClip."""
    person = person_of(viewer)
    clip = clips.for_viewer(viewer).one(clip_id)
    _, is_new = Save.objects.get_or_create(person_id=person, clip=clip, defaults={"home": viewer.home})
    if is_new:
        record(kinds.SAVED, home=viewer.home, actor=person, object=clip_id)


@transaction.atomic
def unsave(*, viewer: Viewer, clip_id: uuid.UUID) -> None:
    """Keep a clip no longer, also one that can no longer be seen. Raises SignInNeeded."""
    person = person_of(viewer)
    if Save.objects.filter(person_id=person, clip_id=clip_id).delete()[0]:
        record(kinds.UNSAVED, home=viewer.home, actor=person, object=clip_id)


@transaction.atomic
def follow(*, viewer: Viewer, followed: Person) -> None:
    """Follow a person, or ask to where the account is private. Raises SignInNeeded, NotYourself, and NoSuchPerson where
    either has blocked the other."""
    person = person_of(viewer)
    if person == followed.id:
        raise NotYourself
    hold_pair(person, followed.id)
    if are_apart(person, followed.id):
        raise NoSuchPerson
    state = first_state(followed)
    if not Follow.objects.filter(follower_id=person, followed=followed).exists():
        permits.ask(permits.Act(person, permits.FOLLOW, to=followed.id))
    mine, is_new = Follow.objects.get_or_create(
        follower_id=person, followed=followed, defaults={"home": viewer.home, "state": state}
    )
    if is_new:
        Follower.objects.create(home=followed.home, person=followed, follower_id=person, state=state)
        if state == REQUESTED:
            record(kinds.FOLLOW_REQUESTED, home=viewer.home, actor=person, object=followed.id)
        else:
            _followed(mine)
    elif mine.state == REQUESTED and state == ACCEPTED:
        _accept(mine)


def hold_pair(one: uuid.UUID, other: uuid.UUID) -> None:
    """Let nothing else change between two people until the transaction ends: of a block and a follow at the same
    moment the second sees the first."""
    pair = "".join(sorted([str(one), str(other)]))
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [pair])


@transaction.atomic
def unfollow(*, viewer: Viewer, followed: Person) -> None:
    """Follow a person no longer, or take the request back. Raises SignInNeeded."""
    mine = Follow.objects.select_for_update().filter(follower_id=person_of(viewer), followed=followed).first()
    if mine is not None:
        _end(mine)


@transaction.atomic
def accept(*, viewer: Viewer, follower: Person) -> None:
    """Let a person follow the viewer who has asked to. Raises SignInNeeded, NoSuchRequest."""
    asked = Follow.objects.select_for_update().filter(follower=follower, followed_id=person_of(viewer)).first()
    if asked is None:
        raise NoSuchRequest
    _accept(asked)


@transaction.atomic
def decline(*, viewer: Viewer, follower: Person) -> None:
    """Refuse a person who asks to follow the viewer, or who follows already; they are not told. Raises SignInNeeded."""
    asked = Follow.objects.select_for_update().filter(follower=follower, followed_id=person_of(viewer)).first()
    if asked is not None:
        _end(asked)


@transaction.atomic
def accept_all(person: Person) -> None:
    """Let everybody follow who has asked to: the account is no longer private."""
    waiting = list(Follow.objects.select_for_update().filter(followed=person, state=REQUESTED).order_by("follower_id"))
    everybody = sorted([person.id, *(asked.follower_id for asked in waiting)])
    PersonCounts.objects.bulk_create([PersonCounts(person_id=one) for one in everybody], ignore_conflicts=True)
    # All counts are locked first, in the one order, since `_accept` would take this person's before the others'.
    list(PersonCounts.objects.select_for_update().filter(person_id__in=everybody).order_by("person_id"))
    for asked in waiting:
        _accept(asked)


@transaction.atomic
def forget_clip(clip_id: uuid.UUID) -> None:
    """Remove what was said and liked of a clip that is deleted."""
    for model in (Like, Share, Save, Mention, Comment, ClipCounts):
        model.objects.filter(clip_id=clip_id).delete()


def _accept(asked: Follow) -> None:
    pair = {"follower_id": asked.follower_id, "state": REQUESTED}
    if Follow.objects.filter(followed_id=asked.followed_id, **pair).update(state=ACCEPTED):
        Follower.objects.filter(person_id=asked.followed_id, **pair).update(state=ACCEPTED)
        _followed(asked)


def _followed(row: Follow) -> None:
    _count_follow(row.follower_id, row.followed_id, 1)
    record(kinds.FOLLOWED, home=row.home, actor=row.follower_id, object=row.followed_id)


def end_follows(one: uuid.UUID, other: uuid.UUID) -> None:
    """End whatever follow or request there is between two people, both ways."""
    pair = Q(follower_id=one, followed_id=other) | Q(follower_id=other, followed_id=one)
    rows = list(Follow.objects.select_for_update().filter(pair).order_by("follower_id"))
    # Both counts are locked first, in the one order.
    list(PersonCounts.objects.select_for_update().filter(person_id__in=[one, other]).order_by("person_id"))
    for row in rows:
        _end(row)


def _end(row: Follow) -> None:
    """Remove both copies of a follow whose row is locked."""
    end_both_copies(row.follower_id, row.followed_id, row.state)
    if row.state == ACCEPTED:
        record(kinds.UNFOLLOWED, home=row.home, actor=row.follower_id, object=row.followed_id)


def end_both_copies(follower: uuid.UUID, followed: uuid.UUID, state: str) -> None:
    """Remove both copies of a follow in this state, and count it no more; nobody is told."""
    Follow.objects.filter(follower_id=follower, followed_id=followed).delete()
    Follower.objects.filter(person_id=followed, follower_id=follower).delete()
    if state == ACCEPTED:
        _count_follow(follower, followed, -1)
