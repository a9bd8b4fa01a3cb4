"""What the live feed learns beside the learner: trials of new clips, and the second look."""

import pytest

from parvis.accounts.viewer import anonymous
from parvis.feed import teaching
from parvis.feed.live import Live
from parvis.feed.models import Recipe, Slate
from parvis.feed.tests.conftest import make_clip, watched
from parvis.feed.traces import read
from parvis.feed.words import AGAINST, FOR, WORTH
from parvis.recommender.newclips import State
from parvis.recommender.ranker import PARTS


def test_a_new_clip_gets_the_showings_it_is_owed_and_then_its_trial_ends(ask, report, live, world, monkeypatch) -> None:
    monkeypatch.setattr(teaching, "TRIALS_S", 0.0)
    trials = live.teaching.trials
    trials.state[:] = State.OLD
    clip = make_clip(world["dan"], 0, tag="opera")
    live._refresh_clips([clip.id])
    index = live.catalogue.index[clip.id]
    live.judge()
    assert trials.state[index] == State.ON_TRIAL
    for _ in range(400):
        visitor = anonymous("US", "en")
        shown = [one["id"] for one in ask(visitor).json["clips"]]
        if str(clip.id) in shown:
            report(visitor, [watched(clip.id, "skip", 300)])
        live.judge()
        if trials.state[index] != State.ON_TRIAL:
            break
    assert trials.shows[index] >= trials.rules.shows
    live.judge()
    assert trials.state[index] == State.RESTED


def test_a_process_that_starts_again_keeps_the_counts_of_trials(ask, report, live, bob) -> None:
    shown = [one["id"] for one in ask(bob).json["clips"]]
    report(bob, [watched(one) for one in shown[:3]])
    live.judge()
    other = Live()
    other.start()
    try:
        for trials in (live.teaching.trials, other.teaching.trials):
            assert (trials.shows.sum(), trials.seen.sum()) == (8, pytest.approx(3))
        assert other.teaching.trials.counters()["on_trial"] == 60
    finally:
        other.stop()


def test_a_watch_is_learned_with_the_parts_by_which_the_clip_was_chosen(ask, report, live, bob) -> None:
    shown = [one["id"] for one in ask(bob).json["clips"]]
    report(bob, [watched(one) for one in shown])
    live.judge()
    live.judge()
    counts = live.teaching.second.ranker.counts
    assert (counts["learned"], counts["numbers not known"], counts["bad"]) == (8, 0, 0)


def test_who_wants_the_order_of_time_teaches_the_second_look_nothing(ask, report, live, bob) -> None:
    known = live.company.get(bob, 0.0)
    known.mode = "newest"
    shown = [one["id"] for one in ask(bob).json["clips"]]
    report(bob, [watched(one) for one in shown])
    live.judge()
    live.judge()
    assert live.teaching.second.ranker.counts["learned"] == 0


def test_the_trace_has_the_parts_of_the_second_look_and_all_of_them_have_words(ask, live, bob) -> None:
    ask(bob)
    row = Slate.objects.get()
    recipe = Recipe.objects.get(id=row.recipe).body
    assert set(PARTS) <= read(bytes(row.trace), recipe, 0).parts.keys()
    assert recipe["numbers"]["worth"].keys() == WORTH.keys() == set(PARTS)
    assert set(PARTS) <= FOR.keys() | AGAINST.keys()


def test_everybody_may_read_what_counts_and_how_much(client, live, settings) -> None:
    settings.PARVIS_FEED_WEIGHTS = {**settings.PARVIS_FEED_WEIGHTS, "share": 7.25}
    page = client.get("/about-feed").content.decode()
    assert "That you share it" in page
    assert "7.25" in page
