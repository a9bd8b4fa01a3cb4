"""The second look: what it learns from, what it changes, and what it leaves alone."""

from dataclasses import replace

import numpy as np
import pytest

from parvis.recommender.interface import Events, events_of
from parvis.recommender.pipeline import Batch, Slate
from parvis.recommender.ranker import PARTS, Tuning
from parvis.recommender.secondlook import MOST, TRUST, SecondLook
from parvis.recommender.signals import CODES
from parvis.recommender.tests.world import NOW, World
from parvis.recommender.viewers import Viewer
from parvis.recommender.worth import MOST as MOST_WORTH
from parvis.recommender.worth import WORTH, BadWorth, worth_of

LIKE = PARTS.index("like")


def second_of(world: World, worth: dict[str, float] | None = None) -> SecondLook:
    second = SecondLook(world.catalogue, len(world.feed.part_names), worth)
    world.feed.look_twice(second)
    return second


def watches(world: World, viewer: Viewer, slate: Slate) -> Events:
    """Watches alike for all clips."""
    n = len(slate.clips)
    return events_of(viewer.key, slate.clips, CODES["watch"], 5_000.0, 0.0, world.now + np.arange(n))


def likes(second: SecondLook, world: World, subject: str, slates: int, viewers: int = 20) -> None:
    """Viewers watch all clips alike, and like those about the subject, before the watch is told."""
    known = [Viewer(key=10 + one) for one in range(viewers)]
    for one in range(slates):
        viewer = known[one % viewers]
        slate = world.feed.run(world.request(viewer))
        second.chosen(viewer, slate)
        viewer.seen.add(slate.clips)
        wanted = slate.clips[[world.about(clip) == subject for clip in slate.clips]]
        second.learn(viewer, events_of(viewer.key, wanted, CODES["like"], at=world.now))
        second.learn(viewer, watches(world, viewer, slate))
        second.settle(world.now)
        world.now += 60.0


@pytest.fixture
def liked() -> tuple[World, SecondLook]:
    """A world in which jazz is liked by everybody, and watched no longer than the rest."""
    world = World(400)
    second = second_of(world)
    likes(second, world, "jazz", 240)
    return world, second


def parts(world: World, second: SecondLook, key: int = 99) -> tuple[np.ndarray, np.ndarray]:
    """What is said of 64 clips of the world to a new viewer, and which are about jazz."""
    clips = np.arange(64, dtype=np.int32)
    values = np.zeros((second.numbers, 64), np.float32)
    said = second.refine(world.request(Viewer(key=key)), clips, values)
    return said, np.array([world.about(clip) == "jazz" for clip in clips])


def test_what_is_liked_more_often_is_ranked_up_for_somebody_new(liked: tuple[World, SecondLook]) -> None:
    said, jazz = parts(*liked)
    assert said[LIKE][jazz].min() > said[LIKE][~jazz].max()
    assert said.sum(axis=0)[jazz].mean() > said.sum(axis=0)[~jazz].mean() + 0.01
    assert np.allclose(said.mean(axis=1), 0, atol=1e-5)


def test_the_weights_decide_whether_likes_or_their_absence_come_first(liked: tuple[World, SecondLook]) -> None:
    world, second = liked
    for weight, first in ((5.0, True), (-5.0, False)):
        other = SecondLook(world.catalogue, second.numbers, {**dict.fromkeys(WORTH, 0.0), "like": weight})
        other.ranker.restore(second.ranker.snapshot())
        said, jazz = parts(world, other)
        assert jazz[said.sum(axis=0).argmax()] == first


def test_the_trace_tells_what_the_second_look_gave(liked: tuple[World, SecondLook]) -> None:
    world, _ = liked
    slate = world.feed.run(world.request(Viewer(key=99)))
    assert slate.trace.part_names[-len(PARTS) :] == PARTS
    assert np.abs(slate.trace.parts[-len(PARTS) :]).max() > 0.01


def test_who_learned_nothing_changes_nothing_and_trust_grows_with_what_was_learned() -> None:
    world = World(400)
    second = second_of(world)
    slate = world.feed.run(world.request(Viewer(key=1)))
    assert not slate.trace.parts[-len(PARTS) :].any()
    likes(second, world, "jazz", 21)
    assert second.trust == pytest.approx(160 / (160 + TRUST))


def test_a_like_belongs_to_its_watch_whether_it_is_told_before_or_soon_after_and_one_taken_back_does_not() -> None:
    world, learned = World(64), []
    for told in ((), ("like", "watch"), ("watch", "like"), ("like", "unlike", "watch")):
        second, viewer = second_of(world), Viewer(key=5)
        for kind in told:
            second.learn(viewer, events_of(5, [3], CODES[kind], 5_000.0, at=NOW))
        second.settle(NOW)
        assert second.ranker.counts["learned"] == 0
        second.settle(NOW)
        learned.append(float(second.ranker.heads.dense[-1, LIKE]))
    nothing, before, after, taken_back = learned
    assert before == after > nothing > taken_back


def test_numbers_that_are_not_kept_count_as_not_known_and_not_towards_trust() -> None:
    world = World(64)
    second, viewer = second_of(world), Viewer(key=5)
    second.learn(viewer, events_of(5, [3, 4], CODES["watch"], 5_000.0, at=NOW))
    second.settle(NOW)
    second.settle(NOW)
    assert (second.ranker.counts["learned"], second.ranker.counts["numbers not known"], second.trust) == (2, 2, 0.0)


def test_a_second_look_that_is_not_finite_leaves_the_first_order(liked: tuple[World, SecondLook]) -> None:
    world, second = liked
    second.ranker.heads.dense[0, LIKE] = np.nan
    slate = world.feed.run(replace(world.request(Viewer(key=99)), random=np.random.default_rng(3)))
    assert not slate.trace.parts[-len(PARTS) :].any()
    assert np.isfinite(slate.trace.parts).all()
    assert len(slate.clips) == 8


def test_where_there_is_nothing_to_show_there_is_nothing_to_look_at() -> None:
    world = World(8)
    second_of(world)
    world.catalogue.hide(world.catalogue.ids)
    slate = world.feed.run(world.request(Viewer(key=99)))
    assert (len(slate.clips), len(slate.trace.parts)) == (0, len(slate.trace.part_names))


def test_weights_are_read_from_a_text_and_nonsense_is_refused_in_words() -> None:
    assert worth_of("") == WORTH
    assert worth_of(" like=2, not interested = -5 ") == {**WORTH, "like": 2.0, "not interested": -5.0}
    for text, reason in (
        ("love=2", "'love' is not one of"), ("like=2,like=3", "'like' is said twice"),
        ("like=a", "'a' is not a number"),
        ("like=nan", "nan is not between"), (f"like={MOST_WORTH + 1}", "is not between"),
    ):  # fmt: skip
        with pytest.raises(BadWorth, match=reason):
            worth_of(text)
    assert Tuning().worth is None


def test_of_a_long_list_48_clips_are_looked_at_and_the_rest_keeps_the_first_order(
    liked: tuple[World, SecondLook], monkeypatch: pytest.MonkeyPatch
) -> None:
    world, second = liked
    batches: list[Batch] = []
    choose = type(world.feed.selector).choose
    monkeypatch.setattr(
        type(world.feed.selector), "choose", lambda self, *given: batches.append(given[1]) or choose(self, *given)
    )
    for slates, looked_at in ((1, 32), (2, 40), (3, MOST), (16, MOST)):
        world.feed.run(world.request(Viewer(key=99), slates=slates))
        batch = batches[-1]
        first = batch.values[: second.numbers].sum(axis=0)
        seen = batch.values[second.numbers :].any(axis=0)
        assert (int(seen.sum()), len(batch.clips) > MOST) == (looked_at, True)
        assert first[seen].min() >= first[~seen].max()
        assert np.array_equal(batch.total[~seen], first[~seen])
        assert np.allclose(batch.total[seen], batch.values[:, seen].sum(axis=0), atol=1e-5)


def test_nothing_that_waits_is_learned_of_viewers_who_are_forgotten() -> None:
    world = World(64)
    second = second_of(world)
    for key in (5, 6):
        second.learn(Viewer(key=key), events_of(key, [3], CODES["like"], at=NOW))
        second.learn(Viewer(key=key), events_of(key, [3, 4], CODES["watch"], 5_000.0, at=NOW))
        second.settle(NOW)
    assert second.ranker.counts["learned"] == 2
    second.forget([6])
    second.settle(NOW)
    assert (second.ranker.counts["learned"], second._acted) == (2, {})
