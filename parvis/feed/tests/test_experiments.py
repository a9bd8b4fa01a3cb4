"""Two ways of making For You, compared on live traffic."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from parvis.accounts.viewer import TEEN, Viewer
from parvis.feed.errors import BadExperiment, ForOperators, NotThatMove, OneRuns
from parvis.feed.experiments import actions
from parvis.feed.experiments.arms import Arms, split_of
from parvis.feed.models import EVERYBODY, RUNNING, VISITORS_TOO, Experiment, Preference, Recipe, Slate
from parvis.feed.tests.compared import NOISY, planned, started
from parvis.feed.tests.conftest import viewer_of
from parvis.kit.clock import now
from parvis.kit.ids import uuid7


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
    ({"stops_at": datetime(2020, 1, 1, tzinfo=UTC)}, "not in the past"),
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
