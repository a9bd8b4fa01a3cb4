"""What came of an experiment: found where it is, not found where it is not, at any look."""

from typing import Any
from uuid import UUID

import numpy as np
import pytest

from parvis.feed.experiments import outcomes
from parvis.feed.models import Experiment, Preference, Recipe, Slate, Watch
from parvis.feed.tests.compared import lived, planned, started
from parvis.kit.ids import uuid7


def test_a_planted_difference_is_found_and_told_by_measure(world) -> None:
    experiment = started()
    lived(experiment, 900, {"A": 8.0, "B": 9.2})
    report = outcomes.report(experiment)
    watch = next(one for one in report.findings if one.name == "watched")
    assert (report.decision, watch.verdict) == ("better", "better")
    assert watch.means == (pytest.approx(8.0, abs=0.4), pytest.approx(9.2, abs=0.4))
    difference, low, high = watch.relative
    assert 0 < low < 15 < high
    assert low < difference < high
    assert sum(report.viewers) == 900
    assert sum(report.showings) == 7200
    assert {one.verdict for one in report.findings if one.name in {"likes", "refusals"}} == {"go on"}


def test_where_there_is_no_difference_none_is_found(world) -> None:
    experiment = started()
    lived(experiment, 600, {"A": 8.0, "B": 8.0})
    report = outcomes.report(experiment)
    assert report.decision == "go on"
    assert {one.verdict for one in report.findings} <= {"go on", "no difference that matters"}


def test_harm_to_viewers_is_said_before_any_gain(world) -> None:
    experiment = started()
    lived(experiment, 900, {"A": 8.0, "B": 12.0}, refusing=0.1)
    report = outcomes.report(experiment)
    assert report.decision == "harm"
    assert next(one for one in report.findings if one.name == "refusals").verdict == "worse"


def test_a_split_that_is_not_as_it_should_be_is_said_first(world) -> None:
    experiment = started()
    lived(experiment, 400, {"A": 8.0, "B": 8.0})
    arm_a = Recipe.objects.get(body__experiment__arm="A").id
    half = Slate.objects.filter(recipe=arm_a).values_list("id", flat=True)[:160]
    Slate.objects.filter(id__in=list(half)).delete()
    assert outcomes.report(experiment).decision == "skewed"


def test_few_viewers_decide_nothing_and_an_empty_report_stands(world) -> None:
    assert outcomes.report(planned("later")).decision == "planned"
    experiment = started()
    assert outcomes.report(experiment).decision == "too few"
    lived(experiment, 60, {"A": 1.0, "B": 30.0})
    assert outcomes.report(experiment).decision == "too few"


def test_what_counts_is_one_showing_in_its_own_slate_and_nobody_without_profile(world, bob) -> None:
    experiment = started()
    recipe = Recipe.objects.create(id=1, feed="for-you", body={"experiment": {"id": str(experiment.id), "arm": "A"}})
    clips = [UUID(int=n) for n in range(4)]

    def showing(pseudonym: UUID) -> Slate:
        return Slate.objects.create(
            id=uuid7(), home="FR", pseudonym=pseudonym, feed="for-you", recipe=recipe.id, trace=b"", clips=clips
        )

    def act(slate: Slate, clip: int, kind: str, by: UUID | None = None, **more: int) -> None:
        Watch.objects.create(
            id=uuid7(),
            home="FR",
            pseudonym=by or slate.pseudonym,
            slate=slate.id,
            clip=UUID(int=clip),
            kind=kind,
            **more,
        )

    slate, hidden, unfinished = showing(bob.pseudonym), showing(uuid7()), showing(bob.pseudonym)
    Slate.objects.filter(id=unfinished.id).update(is_open=True)
    act(unfinished, 0, "watch", watched_ms=50_000)
    Preference.objects.create(id=hidden.pseudonym, home="FR", mode="newest")
    act(hidden, 0, "watch", watched_ms=50_000)
    act(slate, 0, "watch", watched_ms=15_000)
    act(slate, 0, "watch", watched_ms=200_000)  # went back to it: the showing ends at two minutes
    act(slate, 1, "watch", watched_ms=6_000, loops=1)
    act(slate, 2, "skip", watched_ms=1_000)
    act(slate, 2, "like")
    act(slate, 3, "like")
    act(slate, 3, "unlike")
    act(slate, 3, "taken-back")
    act(slate, 9, "watch", watched_ms=9_000)  # was not in the slate
    act(slate, 3, "watch", by=uuid7(), watched_ms=9_000)  # by somebody else
    sums = {name: arms["A"].sums.tolist() for name, arms in outcomes.tallies(experiment).items()}
    assert {name: one[:2] for name, one in sums.items()} == {
        "watched": [127.0, 4.0], "long": [2.0, 4.0], "skips": [1.0, 4.0], "likes": [1.0, 4.0], "refusals": [0.0, 4.0],
        "daily": [4.0, 1.0],
    }  # fmt: skip
    assert sums["watched"][2:] == [127.0**2, 16.0, 508.0]


def test_looking_every_day_at_viewers_who_come_back_keeps_the_rate_of_false_findings() -> None:
    """The arms do not differ, the same viewers come again and again, and whoever looks stops at the first finding."""
    dice, wrong, runs = np.random.default_rng(3), 0, 200
    for _ in range(runs):
        arms = []
        for _arm in range(2):
            leaning = dice.gamma(4.0, 2.0, 400)
            seconds, shown = np.zeros(400), np.zeros(400)
            days = []
            for _day in range(20):
                came = dice.poisson(6.0, 400) * (dice.random(400) < 0.6)
                seconds += dice.gamma(np.maximum(came, 1e-9) * 1.5, leaning / 1.5)
                shown += came
                days.append((seconds[shown > 0].copy(), shown[shown > 0].copy()))
            arms.append(days)
        wrong += any(decided(a, b) in {"better", "worse"} for a, b in zip(*arms, strict=True))
    assert wrong / runs <= 0.06


def decided(a: tuple[Any, Any], b: tuple[Any, Any]) -> str:
    tallies = []
    for seconds, shown in (a, b):
        tally = outcomes.Tally()
        tally.add(seconds, shown)
        tallies.append(tally)
    experiment = Experiment(name="same", effect=0.05)
    return outcomes._finding("watched", experiment, {"A": tallies[0], "B": tallies[1]}).verdict
