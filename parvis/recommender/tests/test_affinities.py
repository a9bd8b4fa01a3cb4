import numpy as np

from parvis.recommender.interface import events_of
from parvis.recommender.signals import CODES
from parvis.recommender.tests.contract import LearnerContract
from parvis.recommender.tests.world import NOW, World


class TestAffinities(LearnerContract):
    def make_world(self) -> World:
        return World()


def test_learning_a_batch_is_learning_its_events_one_by_one() -> None:
    batch, single = World(), World()
    random = np.random.default_rng(5)
    chosen = random.integers(0, 800, 60).astype(np.int32)
    watched = random.uniform(0, 30_000, 60).astype(np.float32)
    at = NOW + np.arange(60)
    keys = random.integers(1, 4, 60)
    for world, step in ((batch, 60), (single, 1)):
        for start in range(0, 60, step):
            part = slice(start, start + step)
            for key in range(1, 4) if step == 60 else [keys[start]]:
                mine = keys[part] == key
                events = events_of(key, chosen[part][mine], CODES["watch"], watched[part][mine], 0, at[part][mine])
                world.learner.covisits.learn(events.clean(800, NOW + 99), np.ones(len(events), np.float32))
    after = np.unique(chosen)
    for one, other in zip(batch.learner.covisits.after(after), single.learner.covisits.after(after), strict=True):
        # A worn slot may have changed hands in another order; what leaves and arrives is the same.
        assert len(one) == len(other)
    assert np.allclose(batch.learner.covisits.out, single.learner.covisits.out, atol=1e-4)
    assert np.allclose(batch.learner.covisits.into, single.learner.covisits.into, atol=1e-4)


def test_followers_are_directed_and_belong_to_one_viewer() -> None:
    pairs = World().learner.covisits
    ones = np.ones(3, np.float32)
    pairs.learn(events_of(1, [5, 6, 7], at=[1, 2, 3]), ones)
    pairs.learn(events_of(2, [9]), ones[:1])
    pairs.learn(events_of(1, [8]), ones[:1])
    followers, strength = pairs.after(np.array([5], np.int32))
    assert sorted(followers[strength > 0].tolist()) == [6, 7, 8]
    assert not (pairs.after(np.array([8, 9], np.int32))[1] > 0).any()


def test_a_clip_that_everybody_leaves_sinks_and_the_evidence_fades() -> None:
    world = World()
    clip = np.array([3], np.int32)
    untouched = world.learner.merit(NOW)[3]
    for key in range(30):
        world.learner.learn(events_of(key + 1, clip, CODES["skip"], 300.0, 0, NOW), now=NOW)
    left = world.learner.merit(NOW)[3]
    assert left < untouched - 0.1
    world.learner.learn(events_of(99, clip, CODES["watch"], 11_000.0, 0, NOW + 40 * 86_400), now=NOW + 40 * 86_400)
    assert world.learner.good[3] / (world.learner.seen[3] + 4) > 0


def test_the_clip_that_is_liked_now_trends_and_no_longer_does_next_week() -> None:
    world = World()
    for key in range(40):
        world.learner.learn(events_of(key + 1, 100, CODES["like"], 0, 0, NOW), now=NOW)
    world.refresh()
    assert world.pools.trending("", "")[0] == 100
    week = NOW + 7 * 86_400
    world.learner.merit(week)
    values = world.learner.score(world.learner.newcomer(), np.array([100], np.int32), now=week).values
    assert values[world.learner.parts.index("trend")][0] < 0.01
