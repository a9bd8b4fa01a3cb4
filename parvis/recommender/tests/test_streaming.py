from types import SimpleNamespace

import numpy as np
import pytest

from parvis.recommender.streaming import PARTS, Interest, Settings, Stream
from parvis.recommender.streaming.pairs import Pairs
from parvis.recommender.streaming.popularity import Popularity

CLIPS, SUBJECTS = 240, 8
# Here what is shown is drawn by lot and says nothing; what is liked says all.
SETTINGS = Settings((0.3, 0.3, 0.1, 0.2, 1.0, 0.2, 1.0, 0.5, 0.1, 0.1), sets=8, dimensions=8, doubt=(5.0, 5.0))
HOUR = 3600.0


def catalogue(size: int = CLIPS) -> SimpleNamespace:
    """Clip c is about subject c % 8, by creator c, and has tag c % 3 + 1, which says nothing."""
    each = np.arange(size)
    tags = np.zeros((size, 5), np.int32)
    tags[:, 0] = each % 3 + 1
    return SimpleNamespace(size=size, creator=each.astype(np.int32), tags=tags)


def taught(viewers: int = 240, seed: int = 0) -> tuple[Stream, float]:
    """Return a stream of viewers who like one subject each, and when it ended."""
    stream, random, at = Stream(catalogue(), SETTINGS, seed), np.random.default_rng(4), 0.0
    for viewer in range(viewers):
        interest = stream.newcomer()
        for clip in random.choice(CLIPS, 40, replace=False).tolist():
            at += 10.0
            stream.learn(interest, clip, clip % SUBJECTS == viewer % SUBJECTS, at)
    return stream, at


def likes(stream: Stream, interest: Interest, subject: int, clips: list[int], at: float) -> None:
    for clip in clips:
        at += 1
        stream.learn(interest, clip, clip % SUBJECTS == subject, at)


def share(stream: Stream, interest: Interest, subject: int) -> float:
    score = stream.score(interest)
    score[interest.shown] = -np.inf
    return float(np.mean(np.argsort(-score)[:10] % SUBJECTS == subject))


@pytest.mark.parametrize("refreshed", [False, True])
def test_a_planted_interest_is_found_within_five_likings(refreshed: bool) -> None:
    stream, at = taught()
    if refreshed:
        stream.refresh()
    interest = stream.newcomer()
    before = share(stream, interest, 3)
    likes(stream, interest, 3, [3, 11, 19, 27, 35], at)
    assert before < 0.5
    assert share(stream, interest, 3) >= 0.8


def test_a_taste_that_changes_is_followed_within_twenty_likings() -> None:
    stream, at = taught()
    interest = stream.newcomer()
    likes(stream, interest, 3, list(range(3, 163, 8)), at)
    assert share(stream, interest, 3) >= 0.8
    likes(stream, interest, 5, list(range(5, 165, 8)), at + 100)
    assert share(stream, interest, 5) >= 0.7


def test_what_is_liked_now_overtakes_what_was_liked_a_week_ago() -> None:
    popular = Popularity(10, (HOUR,))
    for _ in range(50):
        popular.add(1, 100.0)
    for _ in range(3):
        popular.add(2, 100.0 + 168 * HOUR)
    popular.renew()
    assert popular.log[0, 2] > popular.log[0, 1] + 2
    assert np.isfinite(popular.log).all()


def test_co_visits_are_directed() -> None:
    pairs = Pairs(20, 2, 4)
    pairs.add(np.array([5, 6], np.int32), 7, np.array([1.0, 0.5], np.float32))
    after = pairs.after(np.array([5], np.int32), np.ones(1, np.float32), 20)
    assert after[7] == 1.0
    assert after.sum() == 1.0
    assert not pairs.after(np.array([7], np.int32), np.ones(1, np.float32), 20).any()


def test_a_full_row_keeps_its_heavy_followers() -> None:
    pairs, random = Pairs(4000, 16, 2), np.random.default_rng(0)
    one = np.array([0], np.int32)
    for round_ in range(3000):
        pairs.add(one, 1 + round_ % 20, np.ones(1, np.float32))
        pairs.add(one, int(random.integers(100, 4000)), np.ones(1, np.float32))
    after = pairs.after(one, np.ones(1, np.float32), 4000)
    assert set(np.argsort(-after)[:20].tolist()) == set(range(1, 21))


def test_vectors_give_back_what_was_counted_and_take_up_what_comes_after() -> None:
    stream, _ = taught()
    stream.refresh()
    pairs = stream.liked
    mean = pairs.source[np.arange(3, CLIPS, 8)].mean(axis=0)
    before = pairs.target @ mean
    assert np.quantile(before[3::8], 0.1) > np.delete(before.reshape(-1, 8), 3, axis=1).max()
    for _ in range(20):
        pairs.add(np.arange(3, 83, 8).astype(np.int32), 4, np.ones(10, np.float32))
    assert pairs.target[4] @ mean > before[4] + 0.5


def test_a_log_loaded_at_once_gives_nearly_the_scores_of_one_by_one() -> None:
    random = np.random.default_rng(2)
    viewer = np.repeat(np.arange(60), 20).astype(np.int32)
    clip = np.concatenate([random.choice(CLIPS, 20, replace=False) for _ in range(60)]).astype(np.int32)
    liked, at = clip % SUBJECTS == viewer % SUBJECTS, np.arange(1200.0)
    loaded, single = Stream(catalogue(), SETTINGS), Stream(catalogue(), SETTINGS)
    interests = loaded.load(viewer, clip, liked, at)
    mine = [single.newcomer() for _ in range(60)]
    for row in range(1200):
        single.learn(mine[viewer[row]], int(clip[row]), bool(liked[row]), float(at[row]))
    for one, other in zip(interests, mine, strict=True):
        assert (one.shown == other.shown).all()
        assert (one.liked == other.liked).all()
    parts = [
        PARTS.index(name) for name in ("liked lately", "shown now", "follows shown", "follows liked", "tags liked")
    ]
    for stream in (loaded, single):
        stream.popular.renew()
    assert np.allclose(loaded.explain(interests[7])[parts], single.explain(mine[7])[parts], atol=0.02)


def test_a_snapshot_is_taken_up_bit_for_bit() -> None:
    one, at = taught(40)
    one.refresh()
    other = Stream(catalogue(), SETTINGS)
    other.restore(one.snapshot())
    for stream in (one, other):
        interest = stream.newcomer()
        likes(stream, interest, 2, [2, 10, 18, 7], at)
    mine, theirs = one.snapshot(), other.snapshot()
    assert all((mine[name] == theirs[name]).all() for name in mine)
    assert (one.score(interest) == other.score(interest)).all()


def test_a_snapshot_of_another_catalogue_is_refused_and_changes_nothing() -> None:
    stream, _ = taught(5)
    before = stream.snapshot()
    for wrong in ({}, Stream(catalogue(100), SETTINGS).snapshot()):
        with pytest.raises(ValueError, match="another catalogue"):
            stream.restore(wrong)
    assert all((before[name] == array).all() for name, array in stream.snapshot().items())


def test_hostile_events_are_counted_and_never_fatal() -> None:
    stream, at = taught(5)
    interest = stream.newcomer()
    before = stream.snapshot()
    for clip, when in ((-1, at), (CLIPS, at), (10**9, at), (3, float("nan")), (3, float("inf"))):
        stream.learn(interest, clip, True, when, now=at)
    after = stream.snapshot()
    assert all((before[name] == after[name]).all() for name in before if name != "counts")
    assert (stream.counts["unknown"], stream.counts["not a number"]) == (3, 2)
    stream.learn(interest, 3, True, at + 1e12, now=at)
    stream.learn(interest, 4, True, at - 1e9, now=at)
    stream.learn(interest, 4, True, at, now=at)
    assert (stream.counts["future"], stream.counts["late"]) == (1, 1)
    assert interest.at == at
    assert np.isfinite(stream.score(interest)).all()


def test_some_clips_are_explained_as_all_are() -> None:
    stream, at = taught(20)
    interest = stream.newcomer()
    likes(stream, interest, 1, [1, 9, 14], at)
    some = np.array([200, 3, 77], np.int32)
    assert np.allclose(stream.explain(interest)[:, some], stream.explain(interest, some), atol=1e-6)


def test_a_clip_added_a_moment_ago_can_be_learned_and_scored() -> None:
    clips = catalogue()
    stream = Stream(clips, SETTINGS)
    interest = stream.newcomer()
    bigger = catalogue(CLIPS + 5)
    clips.size, clips.creator, clips.tags = bigger.size, bigger.creator, bigger.tags
    stream.learn(interest, CLIPS + 4, True, 5.0)
    assert len(stream.score(interest)) == CLIPS + 5
    assert stream.score(stream.newcomer()).argmax() == CLIPS + 4
