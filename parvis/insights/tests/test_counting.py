"""Watches become figures: each once, whatever is cut off, repeated or erased."""

import random
from unittest.mock import patch

import pytest

from parvis.cells.datamap import declared
from parvis.cells.keys import pseudonym
from parvis.cells.records import Owner, erase_some
from parvis.clips.models import Clip
from parvis.feed.models import Slate, Watch
from parvis.insights import actions, portable, subscribers
from parvis.insights.models import ALL, FLOOR, MARKET, SOURCE, TENTH, Day, Group, Progress, Seen
from parvis.insights.reconcilers import APART_S, Counting
from parvis.insights.tests.conftest import count, crowd, day, make_clip, watch
from parvis.kit.ids import uuid7

assert portable  # the hooks on what others erase


def groups(clip: Clip, kind: str) -> dict[str, int]:
    rows = Group.objects.filter(clip=clip, kind=kind, views__gt=0)
    return {row.value: row.views for row in rows}


def state() -> tuple[list[tuple], list[tuple]]:
    days = Day.objects.order_by("clip_id", "day").filter(views__gt=0)
    rows = Group.objects.order_by("clip_id", "kind", "value").filter(views__gt=0).exclude(kind=SOURCE)
    return (
        list(days.values_list("clip_id", "day", "views", "watched_ms", "first_ms", "again", "loops")),
        list(rows.values_list("clip_id", "kind", "value", "views")),
    )


def counted_anew() -> tuple[list[tuple], list[tuple]]:
    """What the figures are when all is counted from the beginning."""
    for model in (Day, Group, Seen, Progress):
        model.objects.all().delete()
    count()
    return state()


def test_views_are_counted_by_day_market_source_and_how_far_they_came(film):
    viewers = crowd(4)
    watch(film, viewers[0], 4_900, feed="for-you", at=day(1))
    watch(film, viewers[1], 10_000, loops=1, feed="newest", home="JP", at=day(0))
    watch(film, viewers[2], 25_000, loops=2, feed="by", at=day(0))
    watch(film, viewers[3], 300, kind="skip", at=day(0))
    count()
    rows = list(Day.objects.order_by("day").values_list("day", "views", "watched_ms", "first_ms", "again", "loops"))
    assert rows == [
        (day(1).date(), 1, 4_900, 4_900, 0, 0),
        (day(0).date(), 3, 35_300, 20_300, 2, 3),
    ]
    assert groups(film, ALL) == {"": 4}
    assert groups(film, MARKET) == {"FR": 3, "JP": 1}
    assert groups(film, SOURCE) == {"for-you": 2, "profile": 1, "elsewhere": 1}
    assert groups(film, TENTH) == {"0": 1, "4": 1, "10": 2}
    assert {(row.creator_id, row.home) for row in Day.objects.all()} == {(film.creator_id, "FR")}


def test_several_reports_of_one_showing_are_one_view_also_when_they_are_counted_apart(film):
    viewer = crowd(1)[0]
    first = watch(film, viewer, 2_000, feed="tag", at=day(1))
    count()
    assert groups(film, TENTH) == {"2": 1}
    watch(film, viewer, 5_500, slate=first.slate, at=day(0))
    watch(film, viewer, 1_000, slate=first.slate, loops=1, at=day(0))
    count()
    assert (groups(film, TENTH), groups(film, ALL)) == ({"10": 1}, {"": 1})
    assert list(Day.objects.filter(views__gt=0).values_list("day", "views", "watched_ms", "again")) == [
        (day(1).date(), 1, 8_500, 1)
    ]
    assert state() == counted_anew()


def test_what_counts_is_what_others_played(film, world):
    own = pseudonym(film.creator_id)
    gone = make_clip(world["alice"], publication="deleted", title="", duration_ms=10_000)
    watch(film, own, home="FR")
    watch(film, crowd(1)[0], 0, kind="skip")
    watch(film, crowd(1)[0], 0, kind="like")
    watch(film, crowd(1)[0], 9_000, kind="not-interested")
    watch(gone, crowd(1)[0])
    count()
    assert state() == ([], [])


def test_anothers_slate_tells_no_source(film):
    mine, other = crowd(2)
    told = watch(film, mine, feed="following")
    watch(film, other, slate=told.slate)
    count()
    assert groups(film, SOURCE) == {"following": 1, "elsewhere": 1}


def test_a_kill_before_the_end_leaves_nothing_and_the_next_time_counts_once(film):
    for viewer in crowd(5):
        watch(film, viewer)
    with patch.object(actions, "_meet", side_effect=SystemExit), pytest.raises(SystemExit):
        actions.count_some()
    assert state() == ([], [])
    count()
    count()
    assert groups(film, ALL) == {"": 5}


def test_portions_end_between_transactions_and_give_the_same(film, monkeypatch):
    slates = [watch(film, viewer, 1_000, feed="for-you") for viewer in crowd(7)]
    for one in slates:
        watch(film, one.pseudonym, 3_000, slate=one.slate)
    monkeypatch.setattr(actions, "AT_ONCE", 3)
    count()
    apart = state()
    monkeypatch.setattr(actions, "AT_ONCE", 1000)
    assert apart == counted_anew()
    assert groups(film, TENTH) == {"4": 7}


def test_a_group_opens_with_ten_viewers_not_with_ten_views_and_its_viewers_are_known_no_longer(film):
    few = crowd(FLOOR - 1)
    for viewer in few * 3:
        watch(film, viewer, feed="for-you")
    count()
    assert not Group.objects.filter(is_open=True).exists()
    assert Seen.objects.count() == FLOOR - 1
    watch(film, crowd(1)[0], feed="tag", home="JP")
    count()
    assert list(Group.objects.filter(is_open=True).values_list("kind", "value")) == [(ALL, "")]
    assert Seen.objects.count() == FLOOR, "the others wait for their market and their source"
    watch(film, crowd(1)[0], feed="for-you")
    count()
    opened = Group.objects.filter(is_open=True).values_list("kind", "value")
    assert set(opened) == {(ALL, ""), (MARKET, "FR"), (SOURCE, "for-you")}
    assert [(row.home, row.source) for row in Seen.objects.all()] == [("JP", "tag")]
    watch(film, crowd(1)[0], feed="for-you")
    count()
    assert Seen.objects.count() == 1, "of whom all groups are open nothing is written down"


def erase(viewer, home="FR"):
    owner = Owner(uuid7(), viewer, home)
    for name in ("feed_slate", "feed_watch", "insights_seen"):
        while erase_some(declared()[name], owner, lambda _name: None)[0]:
            pass


def test_the_watches_of_who_is_erased_go_out_of_the_figures(film, world, monkeypatch):
    chance = random.Random(4)
    clips = [film, *(make_clip(world["carol"], duration_ms=7_000) for _ in range(3))]
    viewers = crowd(6)
    for _ in range(60):
        viewer = chance.choice(viewers)
        one = watch(chance.choice(clips), viewer, chance.randrange(12_000), loops=chance.randrange(2),
                    feed="for-you", at=day(chance.randrange(5)))  # fmt: skip
        if chance.random() < 0.4:
            again = Clip.objects.get(id=one.clip)
            watch(again, viewer, chance.randrange(9_000), slate=one.slate, at=one.at)
        if chance.random() < 0.2:
            count()
    count()
    watch(film, viewers[0], 5_000)  # not counted yet: nothing is to be taken out for it
    monkeypatch.setattr("parvis.cells.records.AT_ONCE", 3)
    erase(viewers[0])
    assert not Seen.objects.filter(pseudonym=viewers[0]).exists()
    count()
    left = state()
    assert left == counted_anew()
    assert Watch.objects.filter(pseudonym=viewers[0]).count() == 0
    assert sum(row[2] for row in left[0]) > 20


def test_what_cannot_be_taken_out_of_a_source_any_more_stays_and_nothing_falls_below_nothing(film):
    viewer = crowd(1)[0]
    watch(film, viewer, feed="for-you")
    count()
    Slate.objects.all().delete()
    erase(viewer)
    assert (groups(film, ALL), groups(film, SOURCE)) == ({}, {"for-you": 1})
    Group.objects.all().delete()
    other = watch(film, crowd(1)[0])
    count()
    Day.objects.all().delete()
    erase(other.pseudonym)
    assert state() == ([], [])


def test_watches_gather_for_a_while_before_they_are_counted(film, monkeypatch):
    clock = [1000.0]
    monkeypatch.setattr("parvis.insights.reconcilers.time.monotonic", lambda: clock[0])
    counting = Counting()
    for viewer in crowd(2):
        watch(film, viewer)
    assert not counting.step()
    assert groups(film, ALL) == {"": 2}
    watch(film, crowd(1)[0])
    assert not counting.step()
    assert groups(film, ALL) == {"": 2}, "that would be a step for one watch"
    clock[0] += APART_S
    monkeypatch.setattr(actions, "AT_ONCE", 1)
    assert counting.step(), "there may be more"
    assert groups(film, ALL) == {"": 3}


def test_figures_go_with_their_clip_and_what_viewers_saw_is_forgotten_in_time(film):
    watch(film, crowd(1)[0])
    count()
    from parvis.events.models import Event

    for _ in range(2):
        subscribers.SUBSCRIBERS[0].handle(Event(kind="clip.deleted", home="FR", object=film.id))
    assert (Day.objects.count(), Group.objects.count(), Seen.objects.count()) == (0, 0, 0)
    watch(film, crowd(1)[0])
    count()
    assert not actions.forget_seen()
    with patch("parvis.insights.actions.ms", return_value=actions.ms() + 401 * 86_400_000):
        assert actions.forget_seen()
    assert Seen.objects.count() == 0
