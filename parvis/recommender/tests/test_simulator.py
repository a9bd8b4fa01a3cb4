from dataclasses import replace

import numpy as np

from parvis.recommender.signals import CODES, WATCHED
from parvis.recommender.simulator.arms import Chance, ForYou, Oracle, Popular
from parvis.recommender.simulator.figures import figures, gini, interval
from parvis.recommender.simulator.loop import Record, run
from parvis.recommender.simulator.settings import START, Settings
from parvis.recommender.simulator.world import World

SMALL = Settings(viewers=24, clips=500, new_per_day=200, days=0.25, creators=60, sounds=40)


def record(arm: type, seed: int = 1, settings: Settings = SMALL) -> Record:
    world = World(seed, settings)
    return run(world, arm(world))


def test_the_same_seed_gives_the_same_record_bit_for_bit_and_another_one_another() -> None:
    one, same, other = record(ForYou), record(ForYou), record(ForYou, 2)
    for field in ("viewer", "clip", "at", "watched_s"):
        assert (getattr(one, field) == getattr(same, field)).all()
    assert len(one.clip) != len(other.clip) or (one.clip != other.clip).any()


def test_who_knows_the_tastes_does_best_and_chance_worst() -> None:
    per_clip = {arm: figures(record(arm), 550)["per_clip_s"] for arm in (Oracle, ForYou, Chance)}
    assert per_clip[Oracle] > 1.5 * per_clip[ForYou] > 1.8 * per_clip[Chance]


def test_nobody_is_shown_what_is_not_there_yet_nor_comes_before_the_session() -> None:
    world = World(3, SMALL)
    seen = run(world, ForYou(world))
    assert (world.stock.arrives[seen.clip] <= seen.at).all()
    assert seen.at.min() >= START


def test_what_is_expected_is_what_happens_on_average() -> None:
    settings = replace(SMALL, bored_topic=0.0, bored_creator=0.0, repeat=0.0, leave=0.0, leave_skipped=0.0)
    world = World(4, settings)
    clips = np.arange(100, dtype=np.int32)
    expected = world.expected(0, clips, START)
    sitting = world.sit(0, 0)
    sitting.ends = np.inf
    watched = np.mean([world.watch(sitting, clips, START).watched_s for _ in range(300)], axis=0)
    assert abs(watched.mean() / expected.mean() - 1) < 0.05
    assert np.corrcoef(watched, expected)[0, 1] > 0.97


def test_repetition_bores_and_is_forgotten() -> None:
    world = World(5, SMALL)
    clip = np.zeros(1, np.int32)
    kin = np.flatnonzero(world.stock.topic[:500] == world.stock.topic[0])[1:].astype(np.int32)
    before = world.expected(0, kin, START)
    world.watch(world.sit(0, 0), clip, START)
    bored = world.expected(0, kin, START + 60)
    assert (bored < before).all()
    assert world.expected(0, clip, START + 60)[0] < 0.5 * World(5, SMALL).expected(0, clip, START)[0]
    assert (world.expected(0, kin, START + 40_000) > bored).mean() > 0.95


def test_tastes_drift_without_wandering_off() -> None:
    world = World(6, SMALL)
    before = world.people.taste.copy()
    world.advance(START + 10 * 86_400)
    moved = world.people.taste - before
    assert 0.2 < moved.std() < 1.0
    assert abs(world.people.taste.std() / before.std() - 1) < 0.15


def test_a_clip_in_a_language_that_is_not_understood_is_left_sooner() -> None:
    world = World(7, SMALL)
    clips = np.arange(400, dtype=np.int32)
    gap = []
    for viewer in range(20):
        foreign = ~(world.people.understands[viewer][world.stock.market[clips]] | world.stock.wordless[clips])
        appeal = world.appeal(viewer, clips, START)
        gap.append(appeal[~foreign].mean() - appeal[foreign].mean())
    assert np.mean(gap) > 1.5


def test_events_are_in_the_words_of_the_product_and_in_order() -> None:
    world = World(8, SMALL)
    seen = world.watch(world.sit(0, 0), np.arange(8, dtype=np.int32), START)
    assert (np.diff(seen.events.at) >= 0).all()
    assert WATCHED[seen.events.kind].sum() == len(seen.clips)
    short = seen.events.watched_ms[seen.events.kind == CODES["skip"]] / 1000
    length = world.stock.seconds[seen.events.clip[seen.events.kind == CODES["skip"]]]
    assert (short < np.maximum(2.0, length / 3) + 1e-3).all()
    assert len(seen.events.clean(len(world.catalogue), START + 86_400)) == len(seen.events)


def test_arms_meet_the_same_viewers() -> None:
    one, other = World(9, SMALL), World(9, SMALL)
    run(one, Chance(one))
    run(other, Popular(other))
    assert one.plans == other.plans
    assert (one.people.home == World(9, SMALL).people.home).mean() > 0.9
    clips = np.arange(8, dtype=np.int32)
    fresh = [World(9, SMALL) for _ in range(2)]
    viewer = next(viewer for viewer, plan in enumerate(one.plans) if plan)
    watched = [world.watch(world.sit(viewer, 0), clips, START).watched_s for world in fresh]
    assert (watched[0] == watched[1]).all()


def test_clips_that_are_withheld_come_in_their_hours() -> None:
    settings = replace(SMALL, withheld=0.2, release_hours=(3.0, 5.0), new_per_day=0)
    world = World(10, settings)
    hours = (world.stock.arrives - START) / 3600
    late = hours > 0
    assert 0.1 < late.mean() < 0.3
    assert hours[late].min() >= 3.0
    assert hours[late].max() <= 5.0
    assert world.catalogue.size == (~late).sum()


def test_gini_and_intervals_are_those_of_the_books() -> None:
    assert gini(np.array([5, 5, 5, 5])) == 0
    assert gini(np.array([0, 0, 0, 8])) == 0.75
    mean, half = interval([1.0, 2.0, 3.0])
    assert mean == 2.0
    assert abs(half - 4.303 / np.sqrt(3)) < 1e-6
