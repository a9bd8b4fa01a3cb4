import numpy as np
import pytest

from parvis.recommender.evaluate import Quality, full_ranks, gains, hits, interval, judge, reciprocals, top


def ranks(scores, target, seen=()):
    return full_ranks(np.array([scores], float), np.array([target]), [np.array(seen, int)])[0]


def test_the_place_of_the_target_among_all_items_from_0():
    assert [ranks([0.1, 0.9, 0.5], item) for item in range(3)] == [2, 0, 1]


def test_seen_items_stand_in_nobodys_way_but_the_target_is_never_left_out():
    assert ranks([0.1, 0.9, 0.5], 0, seen=[1]) == 1
    assert ranks([0.1, 0.9, 0.5], 0, seen=[1, 0, 2, 2]) == 0


def test_ties_count_against_us_so_a_constant_scorer_comes_last():
    assert ranks([7, 7, 7, 7], 1) == 3
    assert ranks([7, 7, 7, 7], 1, seen=[0]) == 2
    assert ranks([8, 7, 7, 1], 1) == 2


def test_nan_is_the_lowest_score_and_a_target_scored_nan_comes_last():
    assert ranks([np.nan, 1, 0], 1) == 0
    assert ranks([np.nan, 1, 0], 0) == 2
    assert ranks([np.nan] * 3, 0) == 2
    assert ranks([-np.inf, -np.inf, 0], 0) == 2


def test_the_scores_of_the_caller_are_left_as_they_are():
    scores = np.array([[1.0, 2.0, np.nan]])
    full_ranks(scores, np.array([0]), [np.array([1])])
    assert scores[0, :2].tolist() == [1.0, 2.0]
    assert np.isnan(scores[0, 2])


def test_metrics_of_places_by_hand():
    places = np.array([0, 1, 9, 10])
    assert hits(places, 10).tolist() == [1, 1, 1, 0]
    assert gains(places, 10) == pytest.approx([1, 1 / np.log2(3), 1 / np.log2(11), 0])
    assert reciprocals(places) == pytest.approx([1, 1 / 2, 1 / 10, 1 / 11])


def test_an_interval_holds_the_mean_and_narrows_with_more_queries():
    values = np.tile([0.0, 1.0], 50)
    low, high = interval(values)
    assert low < 0.5 < high
    assert high - low == pytest.approx(2 * 1.96 * 0.5 / 10, rel=0.15)
    narrow = interval(np.tile(values, 16))
    assert narrow[1] - narrow[0] < (high - low) / 3
    assert interval(values) == (low, high)


def test_the_first_k_are_unseen_ones():
    scores = np.array([[5.0, np.nan, 3.0, 2.0, 1.0]])
    assert sorted(top(scores, [np.array([0])], 2)[0].tolist()) == [2, 3]


def test_judging_in_batches_is_judging_at_once_and_coverage_counts_what_is_ever_shown():
    table = np.random.default_rng(0).random((7, 40))
    histories = [np.array([number]) for number in range(7)]
    targets = np.arange(7) + 20

    def score(some):
        return table[[one[0] for one in some]]

    by_two, at_once = judge(score, histories, targets, batch=2), judge(score, histories, targets)
    assert by_two.ranks.tolist() == at_once.ranks.tolist() == full_ranks(table, targets, histories).tolist()
    same = judge(lambda some: np.tile(np.arange(40.0), (len(some), 1)), histories, targets)
    assert same.coverage == 10 / 40 < by_two.coverage


def test_figures_have_the_bounds_of_their_intervals():
    figures = Quality(np.array([0, 5, 50, 500] * 20), 0.5).figures()
    assert figures["hr_at_10_low"] < figures["hr_at_10"] == 0.5 < figures["hr_at_10_high"]
    assert figures["ndcg_at_10_low"] < figures["ndcg_at_10"] < figures["ndcg_at_10_high"]
