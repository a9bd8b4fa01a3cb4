"""Who resets the feed is met anew: no place of the learner's memory has their key, in no process and no file."""

import numpy as np
import pytest

from parvis.feed import actions
from parvis.feed import live as living
from parvis.feed.lessons import key_of
from parvis.feed.tests.conftest import watched
from parvis.feed.tests.test_learning import folder, learn, read, seen, traces, watch

__all__ = ["folder"]  # the fixture


@pytest.mark.parametrize("runs", [True, False])
def test_who_resets_the_feed_is_in_no_place_of_the_learners_memory_whether_or_not_it_runs(
    folder, clips, bob, visitor, runs
) -> None:
    def happens(number: int) -> None:
        if number == 1:
            watch(bob.pseudonym, *clips[:5])
            watch(visitor.pseudonym, *clips[:5])
        elif number == 2:
            assert traces(folder, bob.pseudonym)
            assert not runs or actions.reset(viewer=bob) is None

    learn(folder, 2, happens)
    if not runs:
        assert traces(folder, bob.pseudonym)
        actions.reset(viewer=bob)
        live = living.live()
        assert np.uint64(key_of(bob.pseudonym)) not in live.learner.covisits.viewer
        learn(folder)
    assert traces(folder, bob.pseudonym) == []
    assert traces(folder, visitor.pseudonym)
    assert round(seen(read(folder)[0])) == 10  # what was learned of clips stays, without a name
    watch(bob.pseudonym, *clips[5:7])
    learn(folder)
    assert traces(folder, bob.pseudonym)  # met anew


def test_a_state_made_again_from_rows_knows_of_no_reset_viewer_what_they_watched_before(
    folder, clips, bob, visitor
) -> None:
    watch(bob.pseudonym, *clips[:5])
    watch(visitor.pseudonym, *clips[:5])
    actions.reset(viewer=bob)
    learn(folder)
    assert traces(folder, bob.pseudonym) == []
    assert traces(folder, visitor.pseudonym)
    assert round(seen(read(folder)[0])) == 10


def test_a_web_process_empties_the_place_of_a_viewer_who_resets_the_feed(ask, report, live, clips, bob) -> None:
    ask(bob)
    report(bob, [watched(clip.id) for clip in clips[:5]])
    assert np.uint64(key_of(bob.pseudonym)) in live.learner.covisits.viewer
    actions.reset(viewer=bob)
    live.look()
    live.forget()
    assert np.uint64(key_of(bob.pseudonym)) not in live.learner.covisits.viewer
