"""Everything that changes how a viewer wants the feed. (What is shown and watched is kept by `writer`, in groups.)"""

import uuid
from typing import Any

from django.db import connection, transaction

from parvis.accounts.bounds import bounds_of
from parvis.accounts.limits import spend
from parvis.accounts.viewer import Viewer
from parvis.clips.words import normal_tag, tags_of
from parvis.feed.errors import BadChoice, BadFeed, TooManyChoices
from parvis.feed.models import CREATOR, NEWEST, PERSONAL, SAYS, SOUND, TAG, Choice
from parvis.feed.queries import creator_named
from parvis.kit.clock import now
from parvis.kit.ids import uuid7_ms
from parvis.recommender.viewers import COUNTED, MORE, MOST

# `xid` tells the other processes that the row is new.
KEEP = """
insert into feed_preference as p (id, home, mode, minutes, break_after, reset_at)
values (%(id)s, %(home)s, coalesce(%(mode)s, 'personal'), nullif(%(minutes)s::smallint, 0),
  %(break_after)s::smallint, case when %(reset)s then now() end)
on conflict (id) do update set mode = coalesce(%(mode)s, p.mode),
  minutes = nullif(coalesce(%(minutes)s::smallint, p.minutes), 0),
  break_after = coalesce(%(break_after)s::smallint, p.break_after),
  reset_at = case when %(reset)s then now() else p.reset_at end, changed_at = now(), xid = pg_current_xact_id()
"""
# The row becomes news to the other processes. The partial index on refusals finds it.
TAKE_BACK = """
update feed_watch set kind = 'taken-back', xid = pg_current_xact_id()
where pseudonym = %s and clip = %s and kind = 'not-interested' and id between %s and %s
"""
MOST_MINUTES, MOST_BREAK_AFTER, MOST_CHOICES, MOST_OF_SLATE, MOST_OF_DAY = 1440, 240, 100, 20, 1440
TAKEN_BACK_MS = 3_600_000  # within this time a refusal can be taken back


def take_back(*, viewer: Viewer, clip_id: uuid.UUID, undo: uuid.UUID) -> int:
    """Take the viewer's "not interested" in a clip back, if it was said in the hour before `undo`, a UUIDv7 of the same
    device. Returns how many rows that were; twice is once."""
    earliest = uuid.UUID(int=max(uuid7_ms(undo) - TAKEN_BACK_MS, 0) << 80)
    with connection.cursor() as cursor:
        cursor.execute(TAKE_BACK, [viewer.pseudonym, clip_id, earliest, undo])
        return int(cursor.rowcount)


def choose_mode(*, viewer: Viewer, mode: str) -> None:
    """Make the feed personal, or chronological without looking at what the viewer did. BadFeed for any other mode."""
    if mode not in {PERSONAL, NEWEST}:
        raise BadFeed
    _spend(viewer)
    _keep(viewer, mode=mode)


def reset(*, viewer: Viewer) -> None:
    """Forget what the feed learned of the viewer: what was watched so far counts no more. What was said stays."""
    _spend(viewer)
    _keep(viewer, reset=True)


def cap_minutes(*, viewer: Viewer, minutes: int) -> None:
    """End the feed after so many minutes a day; 0 for no end. BadChoice beyond a day; SetByAnother for what is
    looser than a guardian set."""
    if not 0 <= minutes <= MOST_MINUTES:
        raise BadChoice
    bounds = bounds_of(viewer.person_id, viewer.age_band)
    bounds.check("minutes", holds=bounds.minutes is None or 0 < minutes <= bounds.minutes)
    _spend(viewer)
    _keep(viewer, minutes=minutes)


def remind(*, viewer: Viewer, minutes: int) -> None:
    """Remind the viewer of a break after so many minutes in one go; 0 for never. BadChoice beyond four hours;
    SetByAnother for what is looser than a guardian set."""
    if not 0 <= minutes <= MOST_BREAK_AFTER:
        raise BadChoice
    bounds = bounds_of(viewer.person_id, viewer.age_band)
    bounds.check("break_after", holds=bounds.break_after is None or 0 < minutes <= bounds.break_after)
    _spend(viewer)
    _keep(viewer, break_after=minutes)


def choose(*, viewer: Viewer, topic: str, value: str, says: str, most: int | None = None) -> None:
    """Remember what the viewer says of a tag, a creator or a sound (by handle and id); a second word replaces the
    first. BadChoice for what is none, NoSuchCreator, TooManyChoices; then nothing has changed."""
    is_counted = most is not None and 1 <= most <= (MOST_OF_SLATE if says == MOST else MOST_OF_DAY)
    if says not in SAYS or (not is_counted if says in COUNTED else most is not None):
        raise BadChoice
    value = _value(topic, value, viewer)
    _spend(viewer)
    _choose(viewer, topic, value, says=says, most=most)


def bring_tag(*, viewer: Viewer, tag: str) -> bool:
    """Show more of a tag that the viewer kept elsewhere, unless the viewer has said something of it here: then False.
    BadChoice, TooManyChoices."""
    value = _value(TAG, tag, viewer)
    if Choice.objects.filter(pseudonym=viewer.pseudonym, topic=TAG, value=value).exists():
        return False
    _choose(viewer, TAG, value, says=MORE, most=None)
    return True


def _choose(viewer: Viewer, topic: str, value: str, *, says: str, most: int | None) -> None:
    with transaction.atomic():
        _keep(viewer)  # its row is locked: of two that choose at once the second counts what the first chose
        mine = Choice.objects.filter(pseudonym=viewer.pseudonym)
        changed = {"says": says, "most": most, "changed_at": now()}
        if not mine.filter(topic=topic, value=value).update(**changed):
            if mine.count() >= MOST_CHOICES:
                raise TooManyChoices
            Choice.objects.create(home=viewer.home, pseudonym=viewer.pseudonym, topic=topic, value=value, **changed)


def unchoose(*, viewer: Viewer, topic: str, value: str) -> None:
    """Forget what the viewer said of a topic; nothing happens where nothing was said."""
    value = _value(topic, value, viewer)
    _spend(viewer)
    with transaction.atomic():
        _keep(viewer)
        Choice.objects.filter(pseudonym=viewer.pseudonym, topic=topic, value=value).delete()


def _value(topic: str, value: str, viewer: Viewer) -> str:
    """Return how a topic is written down: a tag in small letters, a creator and a sound by id."""
    if topic == CREATOR and not _is_id(value):
        return str(creator_named(value, viewer).id)
    if topic in {CREATOR, SOUND} and _is_id(value):
        return str(uuid.UUID(value))
    word = value.strip().removeprefix("#")
    if topic != TAG or tags_of(f"#{word}") != [normal_tag(word)]:
        raise BadChoice
    return normal_tag(word)


def _is_id(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def _spend(viewer: Viewer) -> None:
    spend(f"feed-preference:{viewer.pseudonym}", per_minute=30, burst=30)


def _keep(viewer: Viewer, **said: str | int | bool) -> None:
    """Write the viewer's row, by which the other processes learn that something of it or of its choices changed.
    `said`: what is new of `mode`, `minutes`, `break_after` and `reset`."""
    unsaid: dict[str, Any] = {"mode": None, "minutes": None, "break_after": None, "reset": False}
    with connection.cursor() as cursor:
        cursor.execute(KEEP, {**unsaid, **said, "id": viewer.pseudonym, "home": viewer.home})
