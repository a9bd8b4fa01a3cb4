"""Levels of trust, and contact with minors."""

from datetime import timedelta

import pytest

from parvis.accounts import permits
from parvis.accounts.models import Person
from parvis.accounts.permits import COMMENT, FOLLOW, MESSAGE, POST
from parvis.kit.clock import now
from parvis.kit.ids import uuid7
from parvis.safety import gate, states
from parvis.safety.errors import NotAStranger, TrustLimit
from parvis.safety.models import Decision
from parvis.safety.tests.conftest import decided, reported
from parvis.safety.trust import LEVELS, trust_of
from parvis.social import actions as social
from parvis.social.models import Comment, Follow
from parvis.social.tests.conftest import viewer_of


def aged(person, days):
    Person.objects.filter(id=person.id).update(created_at=now() - timedelta(days=days, hours=1))
    return person


@pytest.mark.parametrize(("days", "number"), [(0, 0), (2, 0), (3, 1), (30, 2), (179, 2), (180, 3), (4000, 3)])
def test_trust_grows_with_the_age_of_the_account(world, days, number):
    assert trust_of(aged(world["bob"], days).id).number == number


def test_measures_grow_with_every_level():
    for kind in (POST, COMMENT, FOLLOW, MESSAGE):
        measures = [level.a_day[kind] for level in LEVELS]
        assert measures == sorted(set(measures))


def test_decisions_lower_trust_until_they_are_reversed_or_half_a_year_is_over(world, clip):
    aged(world["alice"], 400)
    decided(world["frank"], reported(world["bob"], "clip", clip), on_account=states.WARN)
    assert trust_of(world["alice"].id).number == 2
    decided(world["frank"], reported(world["bob"], "clip", clip), on_account=states.SUSPEND, days=1)
    assert trust_of(world["alice"].id).number == 0
    Decision.objects.filter(on_account=states.SUSPEND).update(lifted_at=now())
    assert trust_of(world["alice"].id).number == 2
    Decision.objects.update(created_at=now() - timedelta(days=181))
    assert trust_of(world["alice"].id).number == 3


def test_the_days_measure_is_kept_and_a_repeated_comment_costs_nothing(world, clip, settings, monkeypatch):
    settings.PARVIS_RATE_LIMITS = True
    for level in LEVELS:
        monkeypatch.setitem(level.a_day, COMMENT, 2)
        monkeypatch.setitem(level.a_day, FOLLOW, 1)
    bob = viewer_of(world["bob"])
    for nonce in [uuid7()] * 3 + [uuid7()]:
        social.comment(viewer=bob, clip_id=clip.id, text="Well", nonce=nonce)
    with pytest.raises(TrustLimit, match="all for today"):
        social.comment(viewer=bob, clip_id=clip.id, text="Well", nonce=uuid7())
    assert Comment.objects.count() == 2
    social.follow(viewer=bob, followed=world["alice"])
    social.follow(viewer=bob, followed=world["alice"])
    with pytest.raises(TrustLimit):
        social.follow(viewer=bob, followed=world["carol"])
    assert Follow.objects.count() == 1


def test_a_person_reads_where_they_stand(world, clip, client_of):
    decided(world["frank"], reported(world["bob"], "clip", clip), on_account=states.WARN)
    page = client_of(world["alice"]).get("/settings/trust").content.decode()
    assert "New here" in page
    assert "You are here" in page
    assert "lower you by 1 level" in page


def ask(one, other):
    return permits.ask(permits.Act(one.id, MESSAGE, ("Hello",), other.id))


def test_nobody_writes_to_a_stranger_under_16_nor_the_other_way_round(world):
    """erin is 15."""
    for one, other in [("bob", "erin"), ("erin", "bob")]:
        with pytest.raises(NotAStranger, match="follow one another"):
            ask(world[one], world[other])
    assert not ask(world["bob"], world["carol"])
    Person.objects.filter(id=world["erin"].id).update(is_private=False)
    erin = Person.objects.get(id=world["erin"].id)
    social.follow(viewer=viewer_of(world["bob"]), followed=erin)
    assert not gate.may_contact(world["bob"].id, erin.id), "one side is not enough"
    social.follow(viewer=viewer_of(erin), followed=world["bob"])
    assert gate.may_contact(world["bob"].id, erin.id)
    assert gate.may_contact(erin.id, world["bob"].id)


def test_only_adults_are_woken_by_night(world):
    assert gate.may_notify_by_night(world["bob"])
    assert not gate.may_notify_by_night(world["erin"])
