"""The stages together: what a viewer gets to see."""

from dataclasses import replace
from uuid import UUID

import numpy as np
import pytest

from parvis.recommender.catalogue import Catalogue, Clip
from parvis.recommender.interests import Interests
from parvis.recommender.interface import Scores
from parvis.recommender.pools import best
from parvis.recommender.ranking import Spread
from parvis.recommender.tests.world import NOW, World, clips
from parvis.recommender.viewers import Viewer


@pytest.mark.parametrize("likes", ["jazz", "kites", "rain"])
def test_the_feed_moves_to_what_is_watched_within_four_slates(likes: str) -> None:
    world, viewer = World(), Viewer()
    slates = [world.swipe(viewer, likes) for _ in range(8)]
    assert sum(slates[0].count(likes) for _ in [0]) <= 4
    assert np.mean([about == likes for slate in slates[4:] for about in slate]) >= 0.5


def test_nothing_is_shown_twice_while_there_is_something_new() -> None:
    world, viewer = World(n=400), Viewer()
    shown = [clip for _ in range(40) for clip in _shown(world, viewer)]
    assert len(shown) == len(set(shown)) == 320


def test_when_all_was_seen_the_feed_goes_on_with_what_was_seen_longest_ago() -> None:
    world, viewer = World(n=12, creators=6), Viewer()
    slates = [_shown(world, viewer) for _ in range(12)]
    assert all(slate for slate in slates)
    assert set(slates[0]) | set(slates[1]) == set(range(12))
    assert not set(slates[5]) & set(slates[4][-4:])


def _shown(world: World, viewer: Viewer) -> list[int]:
    before = viewer.seen.last(2048).tolist()
    world.swipe(viewer, "jazz")
    return viewer.seen.last(2048).tolist()[len(before) :]


def test_a_new_clip_gets_its_showings_although_nobody_asked_for_it() -> None:
    world = World()
    world.learner.shows[:800] = 100
    new = int(world.catalogue.add([Clip(UUID(int=9), UUID(int=999), "JP", "ja", ("opera",), created=NOW)])[0])
    world.refresh()
    viewers = [Viewer() for _ in range(60)]
    for key, viewer in enumerate(viewers):
        world.swipe(viewer, "jazz", key=key + 1)
        world.refresh()
    assert world.learner.shows[new] >= world.pools.rules.trial_shows
    assert new not in world.pools.trials("")


def test_what_a_viewer_may_not_see_is_not_shown_whoever_asks() -> None:
    world, viewer = World(n=64, creators=8), Viewer()
    blocked, mine = world.catalogue.creators.number[UUID(int=3)], world.catalogue.creators.number[UUID(int=4)]
    viewer.blocked, viewer.refused = np.array([blocked], np.int32), np.array([0, 1], np.int32)
    world.catalogue.hide([UUID(int=1004)])
    world.catalogue.add([replace(clips(6)[5], everyone=False), replace(clips(7)[6], minimum_age=21)])
    world.refresh()
    shown: set[int] = set()
    for _ in range(20):
        chosen = world.feed.run(world.request(viewer, me=mine)).clips
        viewer.seen.add(chosen)
        shown.update(chosen.tolist())
    away = {0, 1, 4, 5, 6, *range(2, 64, 8), *range(3, 64, 8)}
    assert shown == set(range(64)) - away


def test_a_clip_for_followers_is_shown_to_followers() -> None:
    world, viewer = World(n=64, creators=8), Viewer()
    index = int(world.catalogue.add([replace(clips(1)[0], id=UUID(int=5), everyone=False, created=NOW)])[0])
    viewer.follows = np.array([world.catalogue.creator[index]], np.int32)
    world.refresh()
    shown: set[int] = set()
    for _ in range(8):  # as many slates as it takes to be shown all
        chosen = world.feed.run(world.request(viewer)).clips
        viewer.seen.add(chosen)
        shown.update(chosen.tolist())
    assert index in shown


def test_no_creator_fills_a_slate() -> None:
    world, viewer = World(n=400, creators=20), Viewer()
    viewer.follows = np.array([1], np.int32)
    for _ in range(5):
        chosen = world.feed.run(world.request(viewer)).clips
        viewer.seen.add(chosen)
        assert np.bincount(world.catalogue.creator[chosen]).max() <= 3


def test_the_trace_tells_what_every_stage_did_and_why_each_clip_is_there() -> None:
    world, viewer = World(), Viewer()
    for _ in range(3):
        world.swipe(viewer, "jazz")
    slate = world.feed.run(world.request(viewer))
    trace = slate.trace
    names = [stage[1] for stage in trace.stages]
    assert names == ["following", "similar", "favourites", "trending", "new", "not published",
                     "blocked, refused or own", "already seen", "age rules", "Spread"]  # fmt: skip
    assert trace.parts.shape == (len(trace.part_names), 8)
    assert (trace.sources > 0).all()
    liked = [place for place, clip in enumerate(slate.clips) if world.about(clip) == "jazz"]
    tags = trace.parts[trace.part_names.index("tags")]
    assert tags[liked].min() > 0.1


def test_a_source_that_fails_is_skipped_and_counted(caplog: pytest.LogCaptureFixture) -> None:
    class Broken:
        name = "broken"

        def find(self, request: object) -> np.ndarray:
            raise OSError("gone")

    world = World()
    world.feed.sources = [*world.feed.sources, Broken()]
    slate = world.feed.run(world.request(Viewer()))
    assert len(slate.clips) == 8
    assert slate.trace.failed == ("broken",)
    assert world.feed.failures == {"broken": 1}


def test_a_score_that_is_not_a_number_goes_to_the_bottom_and_is_counted() -> None:
    class Broken:
        parts = ("broken",)

        def score(self, request: object, clips: np.ndarray) -> Scores:
            return Scores(self.parts, np.where(clips % 2, np.nan, 5.0)[None].astype(np.float32))

    world = World()
    world.feed.scorers = [*world.feed.scorers, Broken()]
    slate = world.feed.run(world.request(Viewer()))
    assert slate.trace.not_finite > 10
    assert (slate.clips % 2 == 0).sum() >= 7  # one place is kept for a trial


def test_an_empty_catalogue_gives_an_empty_slate() -> None:
    world = World(n=0)
    assert len(world.feed.run(world.request(Viewer())).clips) == 0


def test_the_same_seed_gives_the_same_slates() -> None:
    one, other = ([World().swipe(Viewer(), "jazz") for _ in range(3)] for _ in range(2))
    assert one == other


def test_best_gives_the_largest_first_and_of_equals_the_later() -> None:
    assert best(np.array([1.0, 3.0, 3.0, 2.0]), 3).tolist() == [2, 1, 3]
    assert best(np.zeros(0), 3).tolist() == []


def test_the_best_clip_is_chosen_each_time_less_what_its_likes_took() -> None:
    dice = np.random.default_rng(3)
    interests = Interests(Catalogue())
    spread, tired = Spread(Catalogue(), interests), float(interests.tired.weight[0])
    assert tired > 0
    for wanted in (8, 40, 60):
        worth = np.sort(dice.standard_normal(60))[::-1].tolist()
        likes = [dice.integers(0, most, 60).tolist() for most in (12, 5, 9, 4)]
        chosen: list[int] = []
        while len(chosen) < wanted:
            left = [
                worth[place]
                - sum(
                    step * [kind[one] for one in chosen].count(kind[place])
                    for step, kind in zip((spread.creator, spread.sound, spread.tag, tired), likes, strict=True)
                    if kind[place]
                )
                if place not in chosen
                else -np.inf
                for place in range(60)
            ]
            chosen.append(int(np.argmax(left)))
        assert spread._greedy(worth, likes, wanted) == chosen
