"""A feed that differs from another in a few numbers."""

from typing import Any

import numpy as np
import pytest

from parvis.recommender.choices import obeying
from parvis.recommender.foryou import for_you
from parvis.recommender.pipeline import Pipeline
from parvis.recommender.secondlook import SecondLook
from parvis.recommender.tests.world import NOW, World
from parvis.recommender.variants import Scaled, check, settings, variant
from parvis.recommender.viewers import Request, Viewer


@pytest.fixture
def feed() -> Pipeline[Any]:
    world = World()
    return for_you(world.catalogue, world.learner, world.pools)


def wish(seed: int = 1) -> Request:
    return Request(Viewer(), 8, NOW, np.random.default_rng(seed))


def test_nothing_changed_is_the_same_feed(feed) -> None:
    same = variant(feed, settings(feed))
    one, other = feed.run(wish()), same.run(wish())
    assert one.clips.tolist() == other.clips.tolist()
    assert np.array_equal(one.trace.parts, other.trace.parts)


def test_a_part_of_the_score_weighs_so_much_more(feed) -> None:
    twice = variant(feed, {"part.fresh": 2.0, "part.seen-lately": 0.0})
    assert isinstance(twice.scorers[0], Scaled)
    clips = np.arange(40, dtype=np.int32)
    plain, other = (np.concatenate([one.score(wish(), clips).values for one in each.scorers]) for each in (feed, twice))
    place = feed.part_names.index("fresh")
    assert np.allclose(other[place], 2 * plain[place])
    assert np.count_nonzero(plain[place])
    rest = [n for n, name in enumerate(feed.part_names) if name not in {"fresh", "seen lately"}]
    assert np.array_equal(other[rest], plain[rest])


def test_a_source_can_be_left_out_and_the_feed_itself_does_not_change(feed) -> None:
    without = variant(feed, {"source.trending": 0, "spread.creator": 0.0})
    which = feed.source_names.index("trending")
    assert len(feed.sources[which].find(wish())) > 0
    assert len(without.sources[which].find(wish())) == 0
    assert (feed.selector.creator, without.selector.creator) == (0.4, 0.0)
    assert without.source_names == feed.source_names


@pytest.mark.parametrize(("changes", "why"), [
    ({"part.beauty": 1.0}, "none of the feed's settings"),
    ({"quality": 1.0}, "none of the feed's settings"),
    ({"part.fresh": -0.1}, "from 0 to 100"),
    ({"part.fresh": float("inf")}, "from 0 to 100"),
    ({"source.new": 2.5}, "whole number"),
    ({"source.new": 5000.0}, "from 0 to 1000"),
])  # fmt: skip
def test_what_cannot_be_is_refused_in_words(feed, changes, why) -> None:
    with pytest.raises(ValueError, match=why):
        check(feed, changes)
    with pytest.raises(ValueError, match=why):
        variant(feed, changes)


def test_a_part_of_the_second_look_weighs_so_much_more_in_a_variant() -> None:
    world = World()
    plain = for_you(world.catalogue, world.learner, world.pools)
    second = SecondLook(world.catalogue, len(plain.part_names))
    plain.look_twice(second)
    second.ranker.heads.row[:] = np.random.default_rng(1).normal(size=second.ranker.heads.row.shape)
    second.ranker.counts["learned"] = 5000
    assert {"part.like", "part.not-interested", "part.watch-time"} <= settings(plain).keys()
    other = variant(plain, {"part.like": 2.0, "part.skip": 0.0})
    clips, values = np.arange(40, dtype=np.int32), np.zeros((second.numbers, 40), np.float32)
    one, two = (feed.refiner.refine(wish(), clips, values) for feed in (plain, other))
    factors = np.array([{"like": 2.0, "skip": 0.0}.get(part, 1.0) for part in second.parts], np.float32)
    assert np.allclose(two, one * factors[:, None])
    assert np.abs(one[second.parts.index("like")]).max() > 0.01
    assert other.part_names == plain.part_names
    assert other.refiner.most(wish()) == second.most(wish())
    assert variant(plain, {"part.fresh": 2.0}).refiner is second


def test_what_viewers_said_is_no_setting_and_the_spread_inside_another_selector_is_one(feed) -> None:
    assert settings(obeying(feed)) == settings(feed)
    other: Any = variant(obeying(feed), {"spread.creator": 3.0}).selector
    assert (other.inner.creator, feed.selector.creator) == (3.0, 0.4)
