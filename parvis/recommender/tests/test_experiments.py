import numpy as np
import pytest

from parvis.recommender.experiments import BUCKETS, Comparison, Experiment, Tally, split_p

KEYS = [number.to_bytes(16) for number in range(20_000)]
HALVES = (("old", 0.5), ("new", 0.5))
GOLDEN = [7634, 4082, 7120]  # never to change: viewers would change arms in the middle of an experiment


def test_a_viewer_stays_in_an_arm_and_arms_get_their_shares() -> None:
    experiment = Experiment("colours", (("old", 0.7), ("new", 0.2)))
    arms = [experiment.arm(key) for key in KEYS]
    assert arms == [Experiment("colours", (("old", 0.7), ("new", 0.2))).arm(key) for key in KEYS]
    for arm, share in (("old", 0.7), ("new", 0.2), (None, 0.1)):
        assert abs(arms.count(arm) / len(KEYS) - share) < 0.015


def test_the_split_is_the_same_on_every_machine() -> None:
    assert [Experiment("colours", HALVES).bucket(key) for key in KEYS[:3]] == GOLDEN


def test_two_experiments_split_viewers_independently() -> None:
    one, other = (np.array([Experiment(salt, HALVES).bucket(key) for key in KEYS]) for salt in ("a", "b"))
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.03
    assert max(one.max(), other.max()) < BUCKETS


@pytest.mark.parametrize("shares", [(), (("a", 0.5), ("a", 0.5)), (("a", 0.0), ("b", 0.5)), (("a", 0.7), ("b", 0.7))])
def test_an_experiment_that_makes_no_sense_is_refused(shares: tuple[tuple[str, float], ...]) -> None:
    with pytest.raises(ValueError, match=r"above 0|different names"):
        Experiment("x", shares)


def ends(difference: float, *, seed: int, looks: int = 30, per_look: int = 100, binary: bool = False) -> list[float]:
    """Look after every `per_look` viewers in each of 150 experiments; return the last p of each."""
    random = np.random.default_rng(seed)
    found = []
    for _ in range(150):
        comparison = Comparison(effect=0.05 if binary else 0.3)
        for _ in range(looks):
            if binary:
                control, treatment = (random.random((2, per_look)) < [[0.3], [0.3 + difference]]).astype(float)
            else:
                control, treatment = random.exponential(1.0, (2, per_look)) + np.array([[0.0], [difference]])
            comparison.control.add(control)
            comparison.treatment.add(treatment)
            comparison.look()
        found.append(comparison.p)
    return found


@pytest.mark.parametrize("binary", [False, True])
def test_looking_after_every_batch_finds_nothing_where_nothing_is(binary: bool) -> None:
    wrong = np.mean(np.array(ends(0.0, seed=1, binary=binary)) <= 0.05)
    assert wrong <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / 150)


def test_a_plain_z_test_would_be_wrong_far_more_often() -> None:
    random = np.random.default_rng(1)
    steps = random.exponential(1.0, (150, 2, 30, 100))
    sums = (steps[:, 1] - steps[:, 0]).sum(axis=2).cumsum(axis=1)
    z = sums / np.sqrt(2 * 100 * np.arange(1, 31))
    assert np.mean((np.abs(z) > 1.96).any(axis=1)) > 0.2


@pytest.mark.parametrize(("difference", "binary"), [(0.15, False), (0.06, True)])
def test_a_difference_that_is_there_is_found(difference: float, binary: bool) -> None:
    assert np.mean(np.array(ends(difference, seed=2, binary=binary)) <= 0.05) > 0.85


def test_the_interval_holds_the_truth_at_all_looks_and_narrows() -> None:
    random = np.random.default_rng(4)
    missed = 0
    for _ in range(150):
        comparison, widths = Comparison(effect=0.3), []
        for _ in range(15):
            comparison.control.add(random.exponential(1.0, 120))
            comparison.treatment.add(0.1 + random.exponential(1.0, 120))
            look = comparison.look()
            widths.append(look.high - look.low)
        assert widths == sorted(widths, reverse=True)
        missed += not comparison.low <= 0.1 <= comparison.high
    assert missed / 150 <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / 150)


def test_arms_that_are_alike_are_held_to_be_once_that_is_known() -> None:
    random = np.random.default_rng(5)
    comparison = Comparison(effect=0.1, matters=0.1)
    decisions = []
    for _ in range(40):
        comparison.control.add(random.standard_normal(500))
        comparison.treatment.add(random.standard_normal(500))
        decisions.append(comparison.look().decision)
    assert decisions[0] == "go on"
    assert decisions[-1] == "no difference that matters"


def test_worse_is_told_from_better() -> None:
    random = np.random.default_rng(6)
    for sign, decision in ((1.0, "better"), (-1.0, "worse")):
        comparison = Comparison(effect=0.5)
        comparison.control.add(random.standard_normal(1000))
        comparison.treatment.add(random.standard_normal(1000) + sign)
        assert comparison.look().decision == decision


def test_the_variance_of_a_ratio_counts_viewers_and_not_slates() -> None:
    random = np.random.default_rng(7)
    means, variances = [], []
    for _ in range(400):
        slates = random.integers(1, 40, 200)
        watched = slates * (20.0 + 8.0 * random.standard_normal(200))  # a viewer's slates are all alike
        tally = Tally()
        tally.add(watched, slates)
        means.append(tally.mean)
        variances.append(tally.variance)
    assert abs(np.mean(variances) / np.var(means) - 1) < 0.2


def test_what_is_no_number_is_refused_and_not_counted() -> None:
    tally = Tally()
    for values, parts in ((np.nan, 1.0), (1.0, 0.0), (1.0, np.inf)):
        with pytest.raises(ValueError, match="finite"):
            tally.add(values, parts)
    assert tally.n == 0


def test_a_broken_split_is_found_and_a_sound_one_is_not_blamed() -> None:
    random = np.random.default_rng(8)
    assert split_p([5200, 4800], [0.5, 0.5]) < 0.01
    assert split_p([5030, 4970], [0.5, 0.5]) > 0.2
    blamed = 0
    for _ in range(300):
        steps = random.multinomial(100, [0.3, 0.7], 100).cumsum(axis=0)
        blamed += min(split_p(counts, [0.3, 0.7]) for counts in steps[::5].tolist()) <= 0.05
    assert blamed / 300 <= 0.05
