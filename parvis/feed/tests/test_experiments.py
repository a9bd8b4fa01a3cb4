"""Two ways of making For You, compared on live traffic."""

import json
import random
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from django.db import IntegrityError, connection, transaction

from parvis.accounts.viewer import COOKIE, TEEN, Viewer, encode
from parvis.feed.errors import BadExperiment, ForOperators, NotThatMove, OneRuns
from parvis.feed.experiments import actions, outcomes
from parvis.feed.experiments.arms import Arms, split_of
from parvis.feed.experiments.words import told_to
from parvis.feed.models import EVERYBODY, RUNNING, VISITORS_TOO, Experiment, Preference, Recipe, Slate, Watch
from parvis.feed.tests.conftest import viewer_of
from parvis.kit.clock import now
from parvis.kit.ids import uuid7

NOISY = {"part.luck": 3.0}


def planned(name: str = "more-luck", **more: Any) -> Experiment:
    return actions.plan(viewer=None, name=name, **{"way_a": {}, "way_b": NOISY, **more})


def started(name: str = "more-luck", **more: Any) -> Experiment:
    experiment = planned(name, **more)
    actions.start(viewer=None, experiment=experiment)
    return experiment


def arm_of_last_slate(viewer: Viewer) -> str | None:
    slate = Slate.objects.filter(pseudonym=viewer.pseudonym).order_by("-id")[0]
    about = Recipe.objects.get(id=slate.recipe).body.get("experiment")
    return about["arm"] if about else None


def test_the_recipe_of_each_slate_names_the_arm_that_the_hash_gives(ask, bob, live) -> None:
    experiment = started()
    live.look()
    assert ask(bob).status == 200
    arm = split_of(experiment).arm(bob.pseudonym.bytes)
    assert arm in {"A", "B"}
    assert arm_of_last_slate(bob) == arm
    assert Recipe.objects.get(id=Slate.objects.get().recipe).body["experiment"] == {
        "id": str(experiment.id), "arm": arm, "changes": NOISY if arm == "B" else {},
    }  # fmt: skip
    actions.stop(viewer=None, experiment=experiment)
    live.look()
    ask(bob)
    assert arm_of_last_slate(bob) is None


def test_the_other_feeds_and_who_wants_no_profile_are_in_no_experiment(ask, bob, live) -> None:
    started()
    Preference.objects.create(id=bob.pseudonym, home=bob.home, mode="newest")
    live.look()
    ask(bob)
    assert (arm_of_last_slate(bob), Slate.objects.get().feed) == (None, "newest")
    ask(bob, "feed=tag:jazz")
    assert arm_of_last_slate(bob) is None


def test_only_known_adults_take_part_unless_the_operator_says_otherwise(ask, world, live, visitor) -> None:
    erin = replace(viewer_of(world["erin"]), age_band=TEEN)
    for audience, expected in (("adults", (0, 0)), (VISITORS_TOO, (0, 1)), (EVERYBODY, (1, 1))):
        experiment = started(f"for-{audience}", audience=audience)
        live.look()
        for viewer, takes_part in zip((erin, visitor), expected, strict=True):
            ask(viewer)
            assert (arm_of_last_slate(viewer) is not None) == bool(takes_part)
        actions.stop(viewer=None, experiment=experiment)


def test_of_a_share_of_viewers_the_rest_gets_the_plain_feed_and_its_recipe(live, bob) -> None:
    started(share=0.2)
    live.look()
    found = [
        live.arms.way(live.company.get(one, 0.0), one) for one in (replace(bob, pseudonym=uuid7()) for _ in range(300))
    ]
    assert 30 <= sum(way is not None for way in found) <= 95


def test_where_no_experiment_runs_nothing_is_asked_of_a_viewer(live, bob) -> None:
    live.arms.refresh()
    assert live.arms.way(None, bob) is None  # type: ignore[arg-type]  # it does not even look who it is


def test_an_arm_shares_catalogue_learner_and_unchanged_stages_with_the_feed(live) -> None:
    started(way_b={"part.quality": 0.5, "source.new": 0})
    live.look()
    feed, arms = live.feeds.by_name["for-you"], live.arms.running.ways
    assert arms["B"].pipeline.catalogue is feed.catalogue
    assert arms["B"].pipeline.scorers[0].scorer is feed.scorers[0]
    assert arms["A"].pipeline.scorers[0] is feed.scorers[0]
    assert all(one is other for one, other in zip(arms["B"].pipeline.filters, feed.filters, strict=True))


def test_an_experiment_ends_in_time_also_where_no_worker_says_so(ask, bob, live) -> None:
    experiment = started(stops_at=now() + timedelta(hours=1))
    Experiment.objects.update(stops_at=now() - timedelta(seconds=1))
    live.look()
    ask(bob)
    assert arm_of_last_slate(bob) is None
    assert actions.keep_time()
    experiment.refresh_from_db()
    assert experiment.state == "stopped"
    assert not actions.keep_time()


def test_a_planned_one_starts_at_its_time_and_waits_while_another_runs(world) -> None:
    waits = planned("waits", starts_at=now() - timedelta(seconds=1))
    planned("by-hand")
    first = started("first")
    assert not actions.keep_time()
    actions.stop(viewer=None, experiment=first)
    assert actions.keep_time()
    waits.refresh_from_db()
    assert (waits.state, waits.started_at is not None) == (RUNNING, True)
    assert Experiment.objects.get(name="by-hand").state == "planned"


@pytest.mark.parametrize(("wrong", "said"), [
    ({"way_b": {}}, "the same"),
    ({"way_b": {"part.beauty": 2.0}}, "part.beauty is none of the feed's settings"),
    ({"way_b": {"part.quality": -1.0}}, "from 0 to 100"),
    ({"way_b": {"part.quality": float("nan")}}, "from 0 to 100"),
    ({"way_b": {"source.new": 1.5}}, "whole number"),
    ({"name": "Not A Name"}, "small letters"),
    ({"share": 0.0}, "above 0"),
    ({"effect": 2.0}, "above 0"),
    ({"audience": "children"}, "who takes part"),
    ({"measure": "rage"}, "who takes part"),
    ({"stops_at": now() - timedelta(days=1)}, "not in the past"),
])  # fmt: skip
def test_what_cannot_be_compared_is_refused_in_words(wrong, said, world) -> None:
    with pytest.raises(BadExperiment) as refused:
        planned(**wrong)
    assert said in str(refused.value)
    assert not Experiment.objects.exists()


@pytest.mark.parametrize("word", ["part.quality", "=2", "part.quality=much", ""])
def test_a_change_is_a_setting_and_a_number(word) -> None:
    assert actions.changes_from(["part.quality = 1.5", "source.new=0"]) == {"part.quality": 1.5, "source.new": 0.0}
    with pytest.raises(BadExperiment, match="SETTING=NUMBER"):
        actions.changes_from([word])


def test_only_operators_compare_and_a_refusal_changes_nothing(bob, world) -> None:
    experiment = planned()
    for act in (actions.start, actions.stop, actions.withdraw):
        with pytest.raises(ForOperators):
            act(viewer=bob, experiment=experiment)
    with pytest.raises(ForOperators):
        actions.plan(viewer=bob, name="mine", way_a={}, way_b=NOISY)
    assert [one.state for one in Experiment.objects.all()] == ["planned"]
    actions.start(viewer=replace(bob, is_operator=True), experiment=experiment)
    assert experiment.state == RUNNING


def test_one_runs_at_a_time_and_the_states_go_one_way(world) -> None:
    first, second = started("first"), planned("second")
    with pytest.raises(OneRuns):
        actions.start(viewer=None, experiment=second)
    with pytest.raises(NotThatMove, match="then it is over"):
        actions.withdraw(viewer=None, experiment=first)
    actions.stop(viewer=None, experiment=first)
    for act in (actions.start, actions.stop, actions.withdraw):
        with pytest.raises(NotThatMove):
            act(viewer=None, experiment=first)
    actions.withdraw(viewer=None, experiment=second)
    assert {one.name: one.state for one in Experiment.objects.all()} == {"first": "stopped", "second": "withdrawn"}


def test_the_database_keeps_the_states_too(world) -> None:
    first = started("first")
    for statement in (
        "update feed_experiment set state = 'planned'",
        "insert into feed_experiment select (jsonb_populate_record(e, %s)).* from feed_experiment e",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [json.dumps({"id": str(uuid7()), "name": "x"})] if "%s" in statement else [])
    assert [(one.name, one.state) for one in Experiment.objects.all()] == [(first.name, RUNNING)]


def test_an_experiment_that_this_release_does_not_understand_leaves_the_feed_alone(ask, bob, live) -> None:
    experiment = started()
    Experiment.objects.update(way_b={"part.gone": 2.0})
    live.look()
    assert ask(bob).status == 200
    assert arm_of_last_slate(bob) is None
    assert Experiment.objects.get(id=experiment.id).state == RUNNING


def test_a_start_that_could_not_be_read_is_read_at_the_next_look(live, monkeypatch) -> None:
    started()
    with monkeypatch.context() as broken:
        broken.setattr(Arms, "_running", lambda self, row: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            live.look()
    assert live.arms.running is None
    live.look()
    assert live.arms.running is not None


# -- what came of it --------------------------------------------------------------------------------------------------


def lived(experiment: Experiment, viewers: int, seconds: dict[str, float], *, refusing: float = 0.0) -> None:
    """Rows as the feed and the pages would have left them: each viewer has a leaning of their own."""
    dice = random.Random(7)
    recipes = {}
    for arm in ("A", "B"):
        about = {"id": str(experiment.id), "arm": arm}
        recipes[arm] = Recipe.objects.create(id=uuid7().int % 2**40, feed="for-you", body={"experiment": about}).id
    slates, watches = [], []
    split = split_of(experiment)
    for _ in range(viewers):
        pseudonym, leaning = uuid7(), dice.gauss(0, 1.5)
        arm = split.arm(pseudonym.bytes)
        if arm is None:
            continue
        slate = Slate(id=uuid7(), home="FR", pseudonym=pseudonym, feed="for-you", recipe=recipes[arm], trace=b"",
                      clips=[UUID(int=n) for n in range(8)])  # fmt: skip
        slates.append(slate)
        for clip in slate.clips:
            ms = max(int(1000 * (seconds[arm] + leaning + dice.gauss(0, 3))), 0)
            refuses = arm == "B" and dice.random() < refusing
            watches.append(Watch(id=uuid7(), home="FR", pseudonym=pseudonym, slate=slate.id, clip=clip,
                                 kind="not-interested" if refuses else "watch", watched_ms=ms))  # fmt: skip
    Slate.objects.bulk_create(slates)
    Watch.objects.bulk_create(watches)


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


# -- pages ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def olga(client, world):
    client.force_login(world["olga"])
    return client


ADMIN = "/-/admin/feed/experiment/"
FORM = {"name": "more-luck", "way_a": "", "way_b": "part.luck=3\nsource.new = 4", "share": "0.5", "audience": "adults",
        "measure": "long", "effect": "0.05"}  # fmt: skip


def test_an_operator_plans_starts_reads_and_stops_one(olga, live) -> None:
    assert "spread.creator" in olga.get(f"{ADMIN}add/").content.decode()
    assert olga.post(f"{ADMIN}add/", FORM)["Location"] == ADMIN
    row = Experiment.objects.get()
    assert (row.state, row.way_a, row.way_b, row.share) == ("planned", {}, {"part.luck": 3.0, "source.new": 4.0}, 0.5)
    for action, state in (("start_them", "running"), ("stop_them", "stopped")):
        olga.post(ADMIN, {"action": action, "_selected_action": [str(row.id)]})
        row.refresh_from_db()
        assert row.state == state
    page = olga.get(f"{ADMIN}{row.id}/report/").content.decode()
    assert "part.luck=3, source.new=4" in page
    assert "Go on: there are fewer than 100 viewers" in page


def test_the_report_draws_each_difference(olga) -> None:
    experiment = started()
    lived(experiment, 900, {"A": 8.0, "B": 9.2})
    page = olga.get(f"{ADMIN}{experiment.id}/report/").content.decode()
    assert "It may be stopped: B is better" in page
    assert page.count("<circle") >= 2
    assert 'data-kind="better"' in page
    assert olga.get(f"{ADMIN}{uuid7()}/report/").status_code == 404


def test_what_is_refused_in_the_admin_is_said_and_nothing_changes(olga) -> None:
    for wrong, said in (({"way_b": "part.beauty=2"}, "is none of the feed"), ({"way_b": "much"}, "SETTING=NUMBER"),
                        ({"share": "7"}, "at most 1"), ({"audience": "cats"}, "Select a valid choice")):  # fmt: skip
        answer = olga.post(f"{ADMIN}add/", FORM | wrong)
        assert answer.status_code == 200
        assert said in answer.content.decode().replace("&#x27;", "'")
    assert not Experiment.objects.exists()
    started("first")
    second = planned("second")
    answer = olga.post(ADMIN, {"action": "start_them", "_selected_action": [str(second.id)]}, follow=True)
    assert "Another comparison is running" in answer.content.decode()
    assert Experiment.objects.get(name="second").state == "planned"
    assert olga.get(f"{ADMIN}{second.id}/delete/").status_code == 403
    olga.post(f"{ADMIN}{second.id}/change/", FORM | {"name": "other"})
    assert not Experiment.objects.filter(name="other").exists()


def test_nobody_else_sees_or_changes_them(client, world) -> None:
    experiment = planned()
    client.force_login(world["bob"])
    for address in (ADMIN, f"{ADMIN}add/", f"{ADMIN}{experiment.id}/report/"):
        assert client.get(address).status_code in {302, 403}
        assert client.post(address, FORM | {"name": "bobs"}).status_code in {302, 403, 405}
    assert [one.name for one in Experiment.objects.all()] == ["more-luck"]


def test_a_viewer_reads_that_a_comparison_runs_and_where_they_stand(client, bob, live, visitor) -> None:
    assert "Nothing is being compared just now." in client.get("/about-feed").content.decode()
    experiment = started("more-luck", stops_at=now() + timedelta(days=9))
    client.cookies[COOKIE] = encode(visitor)
    page = client.get("/about-feed").content.decode()
    assert "more-luck" in page
    assert "part.luck=3" in page
    assert "You are not part of it." in page
    assert told_to(bob).arm == split_of(experiment).arm(bob.pseudonym.bytes)
    Preference.objects.create(id=bob.pseudonym, home=bob.home, mode="newest")
    assert told_to(bob).arm is None
    actions.stop(viewer=None, experiment=experiment)
    assert told_to(bob) is None


def test_a_viewer_in_a_group_reads_which(client, live, visitor) -> None:
    experiment = started(audience=VISITORS_TOO)
    client.cookies[COOKIE] = encode(visitor)
    arm = split_of(experiment).arm(visitor.pseudonym.bytes)
    assert f"You are in group {arm}." in client.get(
        "/about-feed", headers={"Accept-Language": "en"}
    ).content.decode().replace("\u2068", "")
