"""What every learner must do, on data with a known answer. A test class of a learner inherits this."""

import numpy as np
import pytest

from parvis.recommender.interface import events_of
from parvis.recommender.signals import CODES
from parvis.recommender.tests.world import NOW, World, clips

SHOWS = 12


class LearnerContract:
    """`make_world()` gives a World whose `learner` is the one under test."""

    def make_world(self) -> World:
        raise NotImplementedError

    def checkerboard(self, world: World, viewers: int = 120) -> None:
        """Viewer v likes the subject v % 8 only; each sees a random few clips."""
        random = np.random.default_rng(3)
        for key in range(viewers):
            chosen = random.choice(len(world.catalogue), 40, replace=False).astype(np.int32)
            world.learner.learn(world.watches(chosen, world.about(key % 8), key + 1), now=world.now)

    def taught(self, world: World, likes: str, n: int = SHOWS) -> object:
        taste = world.learner.newcomer()
        chosen = np.arange(n * 3, dtype=np.int32)
        world.learner.observe(taste, world.watches(chosen, likes), now=world.now)
        return taste

    def test_what_is_like_the_liked_is_scored_above_the_rest(self) -> None:
        world = self.make_world()
        self.checkerboard(world)
        unseen = np.arange(200, 600, dtype=np.int32)
        for likes in ("jazz", "kites"):
            score = world.learner.score(self.taught(world, likes), unseen, now=world.now).values.sum(axis=0)
            wanted = np.array([world.about(clip) == likes for clip in unseen])
            assert np.median(score[wanted]) > np.quantile(score[~wanted], 0.95)

    def test_candidates_are_mostly_what_the_viewer_likes(self) -> None:
        world = self.make_world()
        self.checkerboard(world)
        found = world.learner.candidates(self.taught(world, "chess"), 20)
        assert len(set(found.tolist())) == len(found) > 5
        assert np.mean([world.about(clip) == "chess" for clip in found]) > 0.8

    def test_a_taste_that_changes_is_followed(self) -> None:
        world = self.make_world()
        taste = self.taught(world, "jazz", 30)
        later = np.arange(200, 360, dtype=np.int32)
        world.learner.observe(taste, world.watches(later, "rain"), now=world.now)
        unseen = np.arange(400, 408, dtype=np.int32)
        score = world.learner.score(taste, unseen, now=world.now).values.sum(axis=0)
        assert world.about(unseen[int(score.argmax())]) == "rain"

    def test_one_not_interested_outweighs_one_whole_watch(self) -> None:
        world = self.make_world()
        neutral, sorry = world.learner.newcomer(), world.learner.newcomer()
        watched = events_of(1, 0, CODES["watch"], 8_000.0, 0, NOW)
        refused = events_of(1, 0, CODES["not-interested"], 0, 0, NOW + 1)
        for events in (watched, refused):
            world.learner.observe(sorry, events, now=NOW + 2)
        kin = np.array([8, 40], np.int32)  # the same subject, and the same creator and subject
        before = world.learner.score(neutral, kin, now=NOW).values.sum(axis=0)
        assert (world.learner.score(sorry, kin, now=NOW).values.sum(axis=0) < before).all()

    def test_the_same_calls_give_the_same_answers(self) -> None:
        answers = []
        for _ in range(2):
            world = self.make_world()
            self.checkerboard(world, 20)
            answers.append(
                world.learner.score(self.taught(world, "jazz"), np.arange(100, dtype=np.int32), now=NOW).values
            )
        assert (answers[0] == answers[1]).all()

    def test_a_snapshot_taken_up_by_another_learner_gives_the_same_scores(self) -> None:
        one, other = self.make_world(), self.make_world()
        self.checkerboard(one, 20)
        other.learner.restore(one.learner.snapshot())
        for world in (one, other):
            world.refresh()
        every = np.arange(len(one.catalogue), dtype=np.int32)
        mine, theirs = (
            world.learner.score(self.taught(world, "jazz"), every, now=NOW).values for world in (one, other)
        )
        assert (mine == theirs).all()

    def test_a_snapshot_that_does_not_fit_is_refused_and_changes_nothing(self) -> None:
        world = self.make_world()
        self.checkerboard(world, 5)
        before = world.learner.snapshot()
        broken = {name: array[:-1] for name, array in before.items()}
        for wrong in (broken, {}):
            with pytest.raises(ValueError, match="another catalogue"):
                world.learner.restore(wrong)
        after = world.learner.snapshot()
        assert all((before[name] == after[name]).all() for name in before)

    def test_events_that_make_no_sense_teach_nothing(self) -> None:
        world = self.make_world()
        taste = world.learner.newcomer()
        before = world.learner.snapshot()
        nonsense = events_of(1, [-1, 10**6, 3, 4], [0, 0, 99, 0], [1, 1, 1, np.nan], [0, 0, 0, np.inf], NOW)
        world.learner.learn(nonsense, now=NOW)
        world.learner.observe(taste, nonsense, now=NOW)
        after = world.learner.snapshot()
        assert all((before[name] == after[name]).all() for name in before)
        assert np.isfinite(world.learner.score(taste, np.arange(9, dtype=np.int32), now=NOW).values).all()

    def test_a_clip_added_a_moment_ago_can_be_scored(self) -> None:
        world = self.make_world()
        taste = self.taught(world, "jazz")
        added = world.catalogue.add(clips(5000, first=len(world.catalogue)))
        assert np.isfinite(world.learner.score(taste, added, now=NOW).values).all()
