from uuid import UUID

import numpy as np
import pytest

from parvis.recommender.catalogue import Clip
from parvis.recommender.foryou import for_you
from parvis.recommender.newclips import MOVES, NewClips, State, TrialRules
from parvis.recommender.pipeline import Batch
from parvis.recommender.ranking import Spread
from parvis.recommender.tests.world import NOW, World, clips
from parvis.recommender.viewers import Request, Viewer

HOUR_S = 3600.0


def known(n: int = 400) -> NewClips:
    """Return trials over a world whose old clips were seen: jazz is liked, kites are not, the rest is so-so."""
    world = World(n)
    trials = NewClips(world.catalogue)
    trials.refresh(NOW + 2 * 86_400)
    for clip in range(n):
        liked = {"jazz": 0.6, "kites": -0.6}.get(world.about(clip), 0.0)
        trials.learn(np.full(20, clip, np.int32), np.full(20, liked, np.float32))
    return trials


def add(trials: NewClips, tag: str, n: int, now: float) -> np.ndarray:
    """Publish n clips about one subject by somebody new."""
    first = trials.catalogue.size
    return trials.catalogue.add(
        [Clip(UUID(int=50_000 + first + i), UUID(int=9_000 + first), "US", "en", (tag,), created=now) for i in range(n)]
    )


def test_only_what_is_new_is_on_trial() -> None:
    trials = known()
    fresh = add(trials, "jazz", 3, NOW + 2 * 86_400)
    trials.refresh(NOW + 2 * 86_400 + 60)
    assert trials.on_trial.tolist() == fresh.tolist()
    assert trials.counters() == {"old": 400, "on_trial": 3, "graduated": 0, "rested": 0, "owed": 60}


def test_content_tells_what_to_expect_of_a_clip_nobody_saw() -> None:
    trials = known()
    now = NOW + 3 * 86_400
    trials.refresh(now)
    jazz, kites = add(trials, "jazz", 1, now), add(trials, "kites", 1, now)
    trials.refresh(now + 1)
    good, bad = (float(trials.belief(one)[0][0]) for one in (jazz, kites))
    assert good > 0.05
    assert bad < -0.05


def test_what_is_seen_overrules_what_was_promised() -> None:
    trials = known()
    now = NOW + 3 * 86_400
    trials.refresh(now)
    clip = add(trials, "jazz", 1, now)
    trials.refresh(now + 1)
    before, doubt = trials.belief(clip)
    trials.learn(np.repeat(clip, 60), np.full(60, -0.8, np.float32))
    after, less_doubt = trials.belief(clip)
    assert before[0] > 0 > after[0] + 0.5
    assert less_doubt[0] < doubt[0] / 2


@pytest.mark.parametrize(("liked", "ends"), [(0.7, State.GRADUATED), (-0.7, State.RESTED)])
def test_a_clip_graduates_or_rests_by_evidence_but_never_before_it_had_what_it_is_owed(
    liked: float, ends: State
) -> None:
    trials = known()
    now = NOW + 3 * 86_400
    clip = add(trials, "rain", 1, now)
    trials.refresh(now)
    for _ in range(trials.rules.shows):
        assert trials.state[clip[0]] == State.ON_TRIAL
        trials.exposed(clip)
        trials.learn(clip, np.array([liked], np.float32))
        trials.refresh(now)
    assert trials.state[clip[0]] == ends
    assert len(trials.on_trial) == 0


def test_a_trial_ends_although_nothing_is_clear() -> None:
    trials = known()
    now = NOW + 3 * 86_400
    clip = add(trials, "rain", 1, now)
    trials.refresh(now)
    for _ in range(trials.rules.most_shows):
        trials.exposed(clip)
        trials.refresh(now)
    assert trials.state[clip[0]] in MOVES[State.ON_TRIAL]


def test_a_rested_clip_that_its_finders_love_graduates_and_none_falls_back() -> None:
    trials = known()
    clip = add(trials, "rain", 1, NOW + 3 * 86_400)
    trials.refresh(NOW + 3 * 86_400)
    trials.exposed(np.repeat(clip, 20))
    trials.learn(np.repeat(clip, 20), np.full(20, -0.7, np.float32))
    trials.refresh(NOW + 3 * 86_400)
    assert trials.state[clip[0]] == State.RESTED
    trials.learn(np.repeat(clip, 200), np.full(200, 0.9, np.float32))
    trials.refresh(NOW + 3 * 86_400)
    assert trials.state[clip[0]] == State.GRADUATED
    trials.learn(np.repeat(clip, 2000), np.full(2000, -0.9, np.float32))
    trials.refresh(NOW + 3 * 86_400)
    assert trials.state[clip[0]] == State.GRADUATED


def test_who_is_owed_more_is_drawn_more_often_and_nobody_twice() -> None:
    trials = known()
    fresh = add(trials, "rain", 40, NOW + 3 * 86_400)
    trials.refresh(NOW + 3 * 86_400)
    trials.exposed(np.repeat(fresh[:20], 19))
    trials.refresh(NOW + 3 * 86_400)
    random = np.random.default_rng(1)
    drawn = [trials.sample(8, random) for _ in range(200)]
    assert all(len(set(one.tolist())) == 8 for one in drawn)
    counts = np.bincount(np.concatenate(drawn), minlength=trials.size)
    assert counts[fresh[20:]].mean() > 4 * counts[fresh[:20]].mean() > 0


def test_places_are_given_at_the_pace_that_is_needed_and_where_they_cost_least() -> None:
    trials = NewClips(World(8).catalogue, TrialRules(shows=10, within_s=10 * HOUR_S, pace=0.5))
    now = NOW + 30 * 86_400
    trials.refresh(now)
    add(trials, "rain", 20, now)
    random = np.random.default_rng(2)
    costs: list[float] = []
    for minute in range(60):
        trials.refresh(now + 60 * minute)
        asked = random.standard_normal(10).tolist()
        given = [cost for cost in asked if trials.wants(cost)]
        costs += given if minute >= 10 else []
    # 200 showings in 5 hours, at 600 places an hour: one place in 15 at first, then a few more.
    assert 25 <= len(costs) <= 70
    assert np.median(costs) < -0.8


def test_a_clip_on_trial_wins_a_place_by_its_worth_and_none_without() -> None:
    trials = known()
    now = NOW + 3 * 86_400
    new = add(trials, "jazz", 1, now)[0]
    trials.refresh(now)
    trials.chance, trials.dear = 0.0, -100.0  # nothing is given
    found = np.append(np.arange(19), new).astype(np.int32)
    request = Request(Viewer(), 8, now, np.random.default_rng(1))
    spread = Spread(trials.catalogue, trial_bit=1, trials=trials)
    for its, wins in ((5.0, True), (-5.0, False)):
        worth = np.append(np.zeros(19), its).astype(np.float32)
        bits = np.append(np.full(19, 0b1), 0b10).astype(np.uint32)
        chosen = spread.choose(request, Batch(found, bits, worth[None], worth))[0].tolist()
        assert (19 in chosen) == wins


def test_trials_take_no_more_places_than_they_may_however_much_is_owed() -> None:
    trials = NewClips(World(8).catalogue, TrialRules(shows=1000, within_s=HOUR_S, at_most=0.25))
    now = NOW + 30 * 86_400
    trials.refresh(now)
    add(trials, "rain", 500, now)
    random = np.random.default_rng(2)
    given = 0
    for minute in range(60):
        trials.refresh(now + 60 * minute)
        given += sum(trials.wants(cost) for cost in random.standard_normal(100).tolist())
    assert 1300 < given < 1700  # of 6,000 places; 500,000 showings are owed


def test_up_to_two_clips_on_trial_take_the_places_of_those_that_are_worth_least() -> None:
    trials = known()
    now = NOW + 3 * 86_400
    new = add(trials, "jazz", 4, now)
    trials.refresh(now)
    trials.chance, trials.dear = 1.0, np.inf
    worth = np.append(np.arange(20, 4, -1), np.zeros(4)).astype(np.float32)
    bits = np.append(np.full(16, 0b1), np.full(4, 0b10)).astype(np.uint32)
    batch = Batch(np.append(np.arange(16), new).astype(np.int32), bits, worth[None], worth)
    for seed in range(20):
        request = Request(Viewer(), 8, now, np.random.default_rng(seed))
        places, moved = Spread(trials.catalogue, trial_bit=1, trials=trials).choose(request, batch)
        assert len(set(places.tolist())) == len(places) == len(moved) == 8
        kept = places[places < 16]
        assert (places[:2] < 16).all()
        assert len(kept) == 6
        assert kept.tolist() == Spread(trials.catalogue).choose(request, batch)[0][:6].tolist()


def test_the_feed_gives_new_clips_what_they_are_owed() -> None:
    world = World()
    trials = NewClips(world.catalogue, TrialRules(shows=5, within_s=2 * HOUR_S))
    world.feed = for_you(world.catalogue, world.learner, world.pools, trials)
    trials.refresh(NOW + 2 * 86_400)
    world.now = NOW + 2 * 86_400
    new = world.catalogue.add([Clip(clips(1, first=5000 + i)[0].id, clips(1)[0].creator, "JP", "ja", ("opera",),
                                    created=world.now) for i in range(4)])  # fmt: skip
    key = 0
    while world.now < NOW + 2 * 86_400 + 2 * HOUR_S:
        key += 1
        world.refresh()
        trials.refresh(world.now)
        viewer = Viewer()
        world.swipe(viewer, "jazz", key=key)
        trials.exposed(viewer.seen.all())
    assert (trials.shows[new] >= 5).all()


def test_a_snapshot_goes_on_where_it_was_and_one_that_does_not_fit_changes_nothing() -> None:
    trials = known()
    add(trials, "jazz", 5, NOW + 3 * 86_400)
    trials.refresh(NOW + 3 * 86_400)
    other = NewClips(trials.catalogue)
    other.restore(trials.snapshot())
    every = slice(0, trials.size)
    assert (other.belief(every)[0] == trials.belief(every)[0]).all()
    assert other.counters() == trials.counters()
    broken = {**trials.snapshot(), "seen": trials.seen[:-1]}
    for wrong in (broken, {}):
        with pytest.raises(ValueError, match="another catalogue"):
            other.restore(wrong)
    assert other.counters() == trials.counters()


def test_trials_begin_with_what_is_known_already_and_end_at_once_where_that_decides() -> None:
    world = World(200)
    trials = NewClips(world.catalogue, TrialRules(admitted_s=1e9))
    shows, good, seen = np.zeros(150, np.int32), np.zeros(150, np.float32), np.zeros(150, np.float32)
    shows[:40], seen[:40], good[:20], good[20:40] = 30, 30, 25.0, -25.0
    trials.begin(shows, good, seen, NOW)
    assert (trials.state[:20] == State.GRADUATED).all()
    assert (trials.state[20:40] == State.RESTED).all()
    assert trials.on_trial.tolist() == list(range(40, 200))
    assert (int(trials.shows.sum()), float(trials.seen.sum())) == (1200, 1200.0)


def test_a_draw_is_of_the_language_as_far_as_there_are_any_and_full_where_there_are_enough() -> None:
    world = World(200)
    trials = NewClips(world.catalogue, TrialRules(admitted_s=1e9))
    trials.refresh(NOW)
    random = np.random.default_rng(3)
    french = world.catalogue.languages.number["fr"]
    drawn = [trials.sample(8, random, french) for _ in range(500)]
    assert {len(set(clips.tolist())) for clips in drawn} == {8}
    assert {int(one) for one in world.catalogue.language[np.concatenate(drawn)]} == {french}
    assert np.bincount(np.concatenate(drawn), minlength=200)[1::2].min() > 15  # of 40 on average
    assert len(set(world.catalogue.language[trials.sample(64, random, 999)].tolist())) == 2
    assert len(trials.sample(500, random)) == 200
