from uuid import UUID

import numpy as np
import pytest

from parvis.recommender.catalogue import Catalogue, Clip
from parvis.recommender.interests import Interests, Recollection
from parvis.recommender.interests.model import FEW, MANY, TOGETHER
from parvis.recommender.interests.shape import RECALLED
from parvis.recommender.interface import Events, events_of
from parvis.recommender.signals import CODES

CLIPS, NOW = 240, 1_800_000_000.0


def catalogue(n: int = CLIPS, seconds: float = 30.0) -> Catalogue:
    """Clips that nothing tells apart but their creator: i % 30."""
    made = Catalogue()
    made.add(
        [Clip(id=UUID(int=1 + i), creator=UUID(int=1 + i % 30), duration_ms=int(1000 * seconds)) for i in range(n)]
    )
    return made


def watches(viewer: int, clips: np.ndarray, seconds: np.ndarray | float) -> Events:
    return events_of(viewer, clips, CODES["watch"], 1000 * np.asarray(seconds), 0.0, NOW + np.arange(len(clips)))


def held(viewer: int, clips: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """How long a viewer stays: half of them like the clips that the others leave, and nothing tells which those are."""
    likes = np.where((clips // 30) % 2 == viewer % 2, 1.5, -1.0)
    return np.exp(1.5 + likes + 0.7 * random.standard_normal(len(clips))).clip(0.3, 29.0)


def taught(viewers: int = 150, each: int = 40) -> tuple[Interests, np.random.Generator]:
    random = np.random.default_rng(3)
    interests = Interests(catalogue())
    each_sees = [random.choice(CLIPS, each, replace=False).astype(np.int32) for _ in range(viewers)]
    for start in range(0, each, 8):
        for viewer, clips in enumerate(each_sees, 1):
            some = clips[start : start + 8]
            interests.learn(watches(viewer, some, held(viewer, some, random)))
    return interests, random


def test_what_nothing_tells_of_clips_is_found_out_from_who_watches_them() -> None:
    interests, random = taught(400)
    every = np.arange(CLIPS, dtype=np.int32)
    for viewer in (1001, 1002):
        mine = Recollection()
        some = random.choice(CLIPS, 24, replace=False).astype(np.int32)
        interests.observe(mine, watches(viewer, some, held(viewer, some, random)))
        rest = np.setdiff1d(every, some)
        score = interests.vectors.vector[rest] @ interests.of(mine)
        liked = (rest // 30) % 2 == viewer % 2
        assert np.median(score[liked]) > np.quantile(score[~liked], 0.9)


def test_a_new_clip_stands_where_its_creator_does() -> None:
    made = catalogue()
    interests, mine = Interests(made), Recollection()
    theirs = np.arange(5, CLIPS, 30, dtype=np.int32)
    for viewer in range(1, 30):
        interests.learn(watches(viewer, theirs, 25.0))
        interests.learn(watches(viewer, theirs + 1, 0.6))
    new = made.add([Clip(id=UUID(int=9000 + i), creator=UUID(int=1 + i), duration_ms=30_000) for i in (5, 6)])
    interests.grow()
    good, bad = interests.vectors.vector[new] @ interests.of(mine)
    assert good > bad + 0.3


def test_a_short_clip_watched_whole_says_more_than_as_many_seconds_of_a_long_one() -> None:
    made = Catalogue()
    made.add(
        [Clip(id=UUID(int=1 + i), creator=UUID(int=1), duration_ms=length) for i, length in ((0, 6000), (1, 60_000))]
    )
    interests, mine = Interests(made), Recollection()
    interests.observe(mine, watches(1, np.array([0, 1], np.int32), 6.0))
    assert mine.told[0] > mine.told[1] + 0.5


@pytest.mark.parametrize(("kind", "more"), [("like", True), ("not-interested", False)])
def test_what_viewers_say_of_a_clip_counts_for_its_kin(kind: str, more: bool) -> None:
    interests, mine = taught()[0], Recollection()
    clip, kin = np.array([7], np.int32), np.array([37], np.int32)  # of one creator
    before = float((interests.vectors.vector[kin] @ interests.of(mine))[0])
    interests.observe(mine, events_of(5, clip, CODES[kind], 0.0, 0.0, NOW))
    assert (float((interests.vectors.vector[kin] @ interests.of(mine))[0]) > before) == more


def test_the_seconds_to_expect_lie_within_the_clip_and_skips_are_rarer_the_more_it_holds() -> None:
    interests = Interests(catalogue(seconds=20.0))
    clips = np.arange(5, dtype=np.int32)
    seconds, skipped = interests.seconds(np.array([-3, -1, 0, 1, 5], np.float32), clips)
    assert (np.diff(seconds) > 0).all()
    assert seconds[0] > 0
    assert seconds[-1] <= 20.0
    assert (np.diff(skipped) < 0).all()
    assert skipped[-1] >= 0
    assert skipped[0] <= 1


def test_a_snapshot_goes_on_bit_for_bit_and_nothing_is_kept_of_whom_and_what_is_forgotten() -> None:
    one, random = taught(40)
    other = Interests(catalogue())
    other.restore(one.arrays(CLIPS))
    some = random.choice(CLIPS, 8, replace=False).astype(np.int32)
    for interests in (one, other):
        interests.learn(watches(7, some, 5.0))
        interests.forget(np.array([9], np.uint64))
        interests.erase(some[:2])
        assert not (interests.viewer == 9).any()
        assert not np.isin(interests.clips, some[:2] + 1).any()
        assert not interests.vectors.own[some[:2]].any()
        assert interests.waits == 6 + (40 * 40) % TOGETHER
        interests.forget(np.array([7], np.uint64))
        assert not np.isin(interests.waiting["viewer"], (7, 9)).any()
    mine, theirs = one.arrays(CLIPS), other.arrays(CLIPS)
    assert all(mine[name].tobytes() == theirs[name].tobytes() for name in mine)


def test_viewers_who_share_a_place_take_it_from_one_another_and_the_oldest_watches_go_first() -> None:
    interests = Interests(catalogue())
    many = np.arange(RECALLED + TOGETHER, dtype=np.int32)
    for viewer in (3, 3 + FEW):
        interests.learn(watches(viewer, many, 5.0))
        assert interests.viewer[3] == viewer
        assert set(interests.clips[3].tolist()) == set((many[-RECALLED:] + 1).tolist())
    mine = Recollection()
    interests.observe(mine, watches(1, np.arange(RECALLED + 5, dtype=np.int32), 5.0))
    assert len(mine.clips) == len(mine.told) == RECALLED
    assert mine.clips[0] == 5


def test_events_teach_the_same_one_by_one_and_all_at_once() -> None:
    one, other = Interests(catalogue()), Interests(catalogue())
    random = np.random.default_rng(5)
    events = events_of(1, random.integers(0, CLIPS, 3 * TOGETHER + 5), 0, random.uniform(300, 30_000, 3 * TOGETHER + 5))
    one.learn(events)
    for place in range(len(events)):
        other.learn(events.take(np.array([place])))
    mine, theirs = one.arrays(CLIPS), other.arrays(CLIPS)
    assert one.waits == 5
    assert one.usual[2] == 3 * TOGETHER
    assert all(mine[name].tobytes() == theirs[name].tobytes() for name in mine)


def test_thousands_of_events_of_one_clip_at_once_leave_numbers_that_are_finite() -> None:
    interests, random = taught(20)
    for viewer in range(1, 300):
        interests.learn(watches(viewer, np.full(20, 4, np.int32), float(random.choice([0.3, 29.0]))))
    assert np.isfinite(interests.vectors.vector[:CLIPS]).all()
    assert np.abs(interests.vectors.vector[:CLIPS]).max() < 10
    assert np.isfinite(interests.usual).all()
    assert (interests.vectors.own_doubt > 0).all()


def test_places_of_viewers_become_more_as_viewers_do_and_nobody_loses_theirs() -> None:
    interests = Interests(catalogue())
    for viewer in range(1, FEW // 2 + 20):
        interests.learn(watches(viewer, np.arange(TOGETHER, dtype=np.int32), 5.0))
    assert FEW < len(interests.viewer) < MANY
    assert sorted(interests.viewer[interests.viewer > 0].tolist()) == list(range(1, FEW // 2 + 20))
    place = int(np.flatnonzero(interests.viewer == 7)[0])
    assert sorted(interests.clips[place][interests.clips[place] > 0].tolist()) == list(range(1, TOGETHER + 1))
    assert len(interests.clips) == len(interests.told) == len(interests.theirs) == len(interests.viewer)
