"""Experiments as operators handle them, and as viewers read of them."""

from datetime import timedelta

import pytest

from parvis.accounts.viewer import COOKIE, encode
from parvis.feed.experiments import actions
from parvis.feed.experiments.arms import split_of
from parvis.feed.experiments.words import told_to
from parvis.feed.models import VISITORS_TOO, Experiment, Preference
from parvis.feed.tests.compared import lived, planned, started
from parvis.kit.clock import now
from parvis.kit.ids import uuid7


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
    assert page.count("<circle") == 1
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
