import numpy as np
import pytest

from parvis.recommender.ranker import FIELDS, HEADS, PARTS, QUANTILES, Outcomes, Ranker, Showings, Tuning
from parvis.recommender.ranker.watchtime import WatchTimes

NOW = 1_650_000_000.0
SMALL = Tuning(extra=2, bits=12)


def showings(n: int, random: np.random.Generator, viewer: int | None = None) -> Showings:
    """n showings, one a minute: 20 viewers, 50 clips, tag c % 5, length class c % 3."""
    clip = random.integers(0, 50, n)
    who = random.integers(0, 20, n) if viewer is None else np.full(n, viewer)
    none = np.full(n, -1)
    columns = [who, clip, clip, clip % 5, none, clip % 3, none, none]
    fields = np.stack(columns, axis=1).astype(np.int64)
    return Showings(fields, random.standard_normal((n, 2)).astype(np.float32), NOW + 60.0 * np.arange(n))


def outcomes(n: int, long_view: np.ndarray, watched_s: np.ndarray | float = np.nan, first: int = 1) -> Outcomes:
    acts = np.zeros((n, len(HEADS)), np.float32)
    acts[:, 0] = long_view
    watched = np.broadcast_to(np.asarray(watched_s, np.float32), (n,)).copy()
    return Outcomes(np.arange(first, n + first, dtype=np.uint64), acts, watched)


def later(ranker: Ranker, showing: Showings, outcome: Outcomes) -> None:
    ranker.learn(showing, outcome, now=NOW + 1e6)


def long_view(ranker: Ranker, showing: Showings) -> np.ndarray:
    return ranker.predict(showing).probability[0]


def test_a_planted_taste_is_found_within_twenty_showings_and_followed_when_it_turns() -> None:
    random = np.random.default_rng(1)
    ranker, shown = Ranker(SMALL), showings(1500, random)
    tag = FIELDS.index("tag")
    others = shown.fields[:, tag] == shown.fields[:, FIELDS.index("viewer")] % 5
    later(ranker, shown, outcomes(1500, random.random(1500) < np.where(others, 0.7, 0.1)))
    probe = showings(200, random, viewer=99)
    for wanted in (2, 4):
        seen = showings(20 if wanted == 2 else 40, random, viewer=99)
        seen.at[:] += 1e5 * wanted
        probe.at[:] = seen.at[-1]
        later(ranker, seen, outcomes(len(seen), seen.fields[:, tag] == wanted, first=10_000 * wanted))
        said = long_view(ranker, probe)
        assert said[probe.fields[:, tag] == wanted].mean() > said[probe.fields[:, tag] != wanted].mean() + 0.1


def test_probabilities_hold_in_a_logistic_world_and_so_does_the_error_that_is_told() -> None:
    random = np.random.default_rng(2)
    ranker, shown = Ranker(Tuning(extra=2, bits=12, dense_rate=0.1, row_rate=0.01)), showings(4000, random)
    truth = 1 / (1 + np.exp(-(1.2 * shown.extra[:, 0] - 0.8 * shown.extra[:, 1] - 1)))
    happened = random.random(4000) < truth
    first, then = slice(0, 2800), slice(2800, 4000)
    later(ranker, shown.take(first), outcomes(2800, happened[first]))
    said = long_view(ranker, shown.take(then))
    assert np.abs(said - truth[then]).mean() < 0.08
    assert abs(said.mean() - truth[then].mean()) < 0.06
    ranker.calibration.bins[:] = 0
    later(ranker, shown.take(then), outcomes(1200, happened[then], first=4001))
    assert 0 < ranker.calibration.error()[0] < 0.06
    likely = said > 0.5
    assert abs(truth[then][likely].mean() - said[likely].mean()) < 0.1


def test_quantiles_cover_what_they_claim_for_short_and_for_long_clips() -> None:
    random = np.random.default_rng(3)
    ranker, shown = Ranker(SMALL), showings(4000, random)
    length = shown.fields[:, FIELDS.index("length")]
    watched = random.lognormal(np.array([1.0, 2.0, 3.0])[length] + 0.5 * shown.extra[:, 0], 0.6)
    first, then = slice(0, 2800), slice(2800, 4000)
    later(ranker, shown.take(first), outcomes(2800, watched[first] > 5, watched[first]))
    said = ranker.predict(shown.take(then)).watch_s
    assert (np.diff(said, axis=0) >= 0).all()
    for one in range(3):
        mine = length[then] == one
        covered = (watched[then][mine] <= said[:, mine]).mean(axis=1)
        assert np.abs(covered - QUANTILES).max() < 0.08
    median = np.median(watched[first])
    assert np.abs(said[2] - watched[then]).mean() < 0.8 * np.abs(median - watched[then]).mean()


def test_a_rank_of_watch_time_turns_back_into_seconds() -> None:
    times, random = WatchTimes(), np.random.default_rng(5)
    for seconds in random.exponential(20, 3000):
        times.add(np.array([1]), np.array([seconds]))
    length = np.ones(3, np.intp)
    wanted = np.array([3.0, 15.0, 60.0])
    assert np.allclose(times.seconds(length, times.rank(length, wanted)), wanted, rtol=0.1)


def test_a_batch_in_any_order_is_its_showings_one_by_one_in_order_of_time() -> None:
    random = np.random.default_rng(6)
    shown = showings(60, random)
    result = outcomes(60, random.random(60) < 0.4, random.exponential(9, 60))
    batch, single = Ranker(SMALL), Ranker(SMALL)
    mixed = random.permutation(60)
    later(batch, shown.take(mixed), Outcomes(result.key[mixed], result.acts[mixed], result.watched_s[mixed]))
    for one in range(60):
        row = slice(one, one + 1)
        later(single, shown.take(row), Outcomes(result.key[row], result.acts[row], result.watched_s[row]))
    mine, theirs = batch.snapshot(), single.snapshot()
    assert all((mine[name] == theirs[name]).all() for name in mine)


def test_a_snapshot_is_taken_up_bit_for_bit_and_goes_on_alike() -> None:
    random = np.random.default_rng(7)
    one, other, shown = Ranker(SMALL), Ranker(SMALL), showings(200, random)
    result = outcomes(200, random.random(200) < 0.4, random.exponential(9, 200))
    later(one, shown, result)
    other.restore(one.snapshot())
    more = outcomes(200, random.random(200) < 0.4, 3.0, first=1001)
    for ranker in (one, other):
        later(ranker, shown, more)
    mine, theirs = one.snapshot(), other.snapshot()
    assert all((mine[name] == theirs[name]).all() for name in mine)
    assert (one.predict(shown).watch_s == other.predict(shown).watch_s).all()


def test_a_snapshot_of_another_ranker_is_refused_and_changes_nothing() -> None:
    ranker = Ranker(SMALL)
    before = ranker.snapshot()
    for wrong in ({}, Ranker(Tuning(extra=3, bits=12)).snapshot()):
        with pytest.raises(ValueError, match="another ranker"):
            ranker.restore(wrong)
    assert all((before[name] == array).all() for name, array in ranker.snapshot().items())


def test_a_showing_told_twice_is_learned_once_and_a_later_act_is_learned() -> None:
    random = np.random.default_rng(8)
    ranker, shown = Ranker(SMALL), showings(1, random)
    first = outcomes(1, np.ones(1))
    later(ranker, shown, first)
    before = ranker.snapshot()
    later(ranker, shown, first)
    after = ranker.snapshot()
    assert ranker.counts["duplicate"] == 1
    assert all((before[name] == after[name]).all() for name in before if name != "counts")
    acts = np.full((1, len(HEADS)), np.nan, np.float32)
    acts[0, HEADS.index("like")] = 1
    like = ranker.predict(shown).probability[HEADS.index("like"), 0]
    later(ranker, shown, Outcomes(first.key, acts, first.watched_s))
    assert ranker.predict(shown).probability[HEADS.index("like"), 0] > like
    assert ranker.counts["learned"] == 2


def test_hostile_showings_are_counted_and_never_fatal() -> None:
    random = np.random.default_rng(9)
    ranker, shown = Ranker(SMALL), showings(7, random)
    result = outcomes(7, np.ones(7), 5.0)
    shown.at[0] = np.nan
    shown.fields[1, FIELDS.index("length")] = 99
    result.acts[2, 1] = 7
    result.watched_s[3] = -1
    before = ranker.snapshot()
    bad = slice(0, 4)
    later(ranker, shown.take(bad), Outcomes(result.key[bad], result.acts[bad], result.watched_s[bad]))
    after = ranker.snapshot()
    assert ranker.counts["bad"] == 4
    assert all((before[name] == after[name]).all() for name in before if name != "counts")
    shown.at[4] = NOW + 1e12
    shown.at[5] = NOW - 1e9
    shown.extra[6] = np.nan
    good = slice(4, 7)
    ranker.learn(shown.take(good), Outcomes(result.key[good], result.acts[good], result.watched_s[good]), now=NOW + 999)
    assert (ranker.counts["learned"], ranker.counts["future"], ranker.counts["numbers not known"]) == (3, 1, 1)
    shown.extra[:] = np.inf
    predicted = ranker.predict(shown)
    assert np.isfinite(predicted.probability).all()
    assert np.isfinite(predicted.watch_s).all()
    assert np.isfinite(ranker.score(shown).values).all()


def test_each_head_is_a_part_of_the_score_by_its_own_weight() -> None:
    random = np.random.default_rng(10)
    shown = showings(5, random)
    ranker = Ranker(Tuning(extra=2, bits=12, worth={"like": 2.0}))
    scores = ranker.score(shown)
    like = ranker.predict(shown).probability[HEADS.index("like")]
    assert scores.names == PARTS
    assert np.allclose(scores.values[HEADS.index("like")], 2 * like)
    assert np.allclose(scores.values.sum(axis=0), 2 * like)
