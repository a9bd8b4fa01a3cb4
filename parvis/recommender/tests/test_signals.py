import numpy as np

from parvis.recommender.interface import events_of
from parvis.recommender.signals import CODES, satisfaction


def judged(kind: str, watched_s: float, duration_s: float, loops: float = 0.0) -> float:
    one = [np.array([value]) for value in (CODES[kind], 1000 * watched_s, loops, 1000 * duration_s)]
    return float(satisfaction(one[0].astype(np.uint8), *one[1:])[0])


def test_a_clip_watched_whole_says_more_than_one_left_half_way_and_that_more_than_a_skip() -> None:
    assert judged("watch", 10, 10) == 1.0 > judged("watch", 5, 10) > judged("skip", 0.5, 10) == -1.0


def test_a_clip_that_runs_again_says_more_up_to_a_bound() -> None:
    assert (
        judged("watch", 10, 10)
        < judged("watch", 20, 10, loops=1)
        < judged("watch", 99, 10, loops=50)
        == np.float32(1.45)
    )


def test_half_a_minute_of_a_long_clip_says_more_than_a_third_of_a_short_one() -> None:
    assert judged("watch", 30, 60) > judged("watch", 5, 15)


def test_not_interested_is_worse_than_any_skip_and_a_share_better_than_any_watch() -> None:
    assert (
        judged("not-interested", 10, 10)
        < judged("skip", 0, 10)
        < judged("watch", 99, 9, loops=9)
        < judged("share", 0, 10)
    )


def test_bad_events_are_dropped_or_bounded_and_put_in_order_of_time() -> None:
    events = events_of(
        1, [0, 1, 2, 3, 9, -1, 1], [0, 0, 200, 0, 0, 0, 0], [1.0, np.nan, 1, -5.0, 1, 1, 9e9],
        [0, 0, 0, 0, 0, 0, 1e6], [50.0, 1, 1, 40.0, 1, 1, 1e12],
    )  # fmt: skip
    clean = events.clean(clips=4, now=100.0)
    assert clean.clip.tolist() == [3, 0, 1]
    assert clean.watched_ms.tolist() == [0.0, 1.0, 3_600_000.0]
    assert clean.loops.tolist() == [0, 0, 1000]
    assert clean.at.tolist() == [40.0, 50.0, 100.0]
