"""Asking, answering, ending: who may, what the other learns of it, and what stays."""

from datetime import date, timedelta
from unittest.mock import patch

import pytest
from django.db import IntegrityError, transaction

from parvis.accounts.actions import open_account
from parvis.accounts.errors import NoSuchPerson, SignInNeeded, WrongCode
from parvis.accounts.models import Person
from parvis.accounts.viewer import anonymous
from parvis.events.models import Event
from parvis.guardians import actions, kinds
from parvis.guardians.actions import asking
from parvis.guardians.errors import NoGuardian, NoSuchLink, OnlyGuardians, OnlyTeens, TooManyAsked, TooManyLinks
from parvis.guardians.models import Change, Code, Link
from parvis.guardians.queries import for_viewer
from parvis.guardians.subscribers import SUBSCRIBERS
from parvis.guardians.tests.conftest import linked, rows, rules
from parvis.kit.clock import now
from parvis.social import actions as social
from parvis.social.tests.conftest import viewer_of

LIVING = ("proposed", "linked")


def teen(handle: str, years: int = 15) -> Person:
    made = open_account(handle=handle, birth_date=date(now().year - years, 1, 1), home="FR", language="fr")
    Person.objects.filter(id=made.id).update(created_at=now() - timedelta(days=10))
    return made


def test_a_teen_shows_a_code_an_adult_enters_it_and_the_teen_says_yes(world):
    erin, bob = world["erin"], world["bob"]
    code, until = actions.make_code(viewer=viewer_of(erin))
    assert timedelta(minutes=14) < until - now() <= timedelta(minutes=15)
    asked = actions.ask_by_code(viewer=viewer_of(bob), code=code.lower().replace("-", " "))
    assert rows() == [("bob", "erin", "guardian", "proposed"), ("erin", "bob", "teen", "proposed")]
    actions.answer(viewer=viewer_of(erin), link=asked.link, accepts=True)
    assert rows() == [("bob", "erin", "guardian", "linked"), ("erin", "bob", "teen", "linked")]
    homes = dict(Link.objects.values_list("person__handle", "home"))
    assert homes == {"bob": bob.home, "erin": erin.home}, "each copy lies in its own person's home"
    actions.answer(viewer=viewer_of(erin), link=asked.link, accepts=True)
    assert Event.objects.filter(kind=kinds.LINKED).count() == 1, "yes again is once"


def test_a_code_is_good_once_and_for_a_quarter_of_an_hour_and_only_its_hash_is_kept(world):
    erin, bob, carol = world["erin"], world["bob"], world["carol"]
    first, _ = actions.make_code(viewer=viewer_of(erin))
    code, _ = actions.make_code(viewer=viewer_of(erin))
    assert code.replace("-", "").encode() not in bytes(Code.objects.get().code_hash)
    for wrong in (first, "", "ZZZZ-ZZZZ", code[:-1]):
        with pytest.raises(WrongCode):
            actions.ask_by_code(viewer=viewer_of(bob), code=wrong)
    assert rows() == []
    actions.ask_by_code(viewer=viewer_of(bob), code=code)
    with pytest.raises(WrongCode):
        actions.ask_by_code(viewer=viewer_of(carol), code=code)
    late, _ = actions.make_code(viewer=viewer_of(erin))
    Code.objects.update(expires_at=now())
    with pytest.raises(WrongCode):
        actions.ask_by_code(viewer=viewer_of(carol), code=late)
    assert len(rows()) == 2


def test_only_a_teen_shows_a_code_and_only_a_settled_adult_enters_one(world):
    erin, bob, alice = world["erin"], world["bob"], world["alice"]
    with pytest.raises(OnlyTeens, match="13 to 17"):
        actions.make_code(viewer=viewer_of(alice))
    with pytest.raises(SignInNeeded):
        actions.make_code(viewer=anonymous("FR", "fr"))
    assert not Code.objects.exists()
    code, _ = actions.make_code(viewer=viewer_of(erin))
    Person.objects.filter(id=bob.id).update(created_at=now())
    for not_one in (bob, teen("gina", 17)):
        with pytest.raises(OnlyGuardians, match="good standing"):
            actions.ask_by_code(viewer=viewer_of(not_one), code=code)
    assert rows() == []
    assert Code.objects.exists(), "a refusal does not use the code up"


def test_a_teen_asks_an_adult_by_name_and_the_adult_says_yes(world, inbox):
    erin, bob = world["erin"], world["bob"]
    asked = actions.ask(viewer=viewer_of(erin), handle="@Bob")
    assert actions.ask(viewer=viewer_of(erin), handle="bob").link == asked.link, "twice is once"
    assert inbox(bob) == ["Erin asks for a family link with you."]
    actions.answer(viewer=viewer_of(bob), link=asked.link, accepts=True)
    assert inbox(erin) == ["Bob and you have a family link now."]
    assert inbox(bob) == [], "what was answered is asked no more"


def test_whom_a_teen_asks_must_be_able_to_guard_and_why_not_is_not_told(world):
    erin, dan = world["erin"], world["dan"]
    Person.objects.filter(id=dan.id).update(created_at=now())
    teen("gina", 17)
    for handle in ("dan", "gina"):
        with pytest.raises(NoGuardian, match="cannot be your guardian"):
            actions.ask(viewer=viewer_of(erin), handle=handle)
    for handle in ("nobody", "erin"):
        with pytest.raises(NoSuchPerson):
            actions.ask(viewer=viewer_of(erin), handle=handle)
    social.block(viewer=viewer_of(world["bob"]), person=erin)
    with pytest.raises(NoSuchPerson):
        actions.ask(viewer=viewer_of(erin), handle="bob")
    assert rows() == []


def test_an_adult_who_asks_by_name_learns_nothing_of_whom_it_reached(world, inbox):
    """Whether somebody is under 18, follows, or says no: the adult sees the same."""
    bob, erin, carol = world["bob"], world["erin"], world["carol"]
    follower = teen("gina")
    social.follow(viewer=viewer_of(follower), followed=bob)
    for handle in ("erin", "carol", "gina"):
        actions.ask(viewer=viewer_of(bob), handle=handle)
    mine = for_viewer(viewer_of(bob)).links()
    assert {(one.other.handle, one.state, one.is_asker) for one in mine} == {
        (handle, "proposed", True) for handle in ("erin", "carol", "gina")
    }
    assert for_viewer(viewer_of(erin)).links() == for_viewer(viewer_of(carol)).links() == []
    assert inbox(erin) == inbox(carol) == []
    assert inbox(follower) == ["Bob asks for a family link with you."]
    heard = for_viewer(viewer_of(follower)).links()[0]
    actions.answer(viewer=viewer_of(follower), link=heard.link, accepts=False)
    again = {(one.other.handle, one.state) for one in for_viewer(viewer_of(bob)).links()}
    assert again == {(handle, "proposed") for handle in ("erin", "carol", "gina")}
    assert inbox(follower) == []
    assert inbox(bob) == ["gina follows you."]


def test_a_question_that_reached_nobody_makes_way_for_a_code(world):
    erin, bob = world["erin"], world["bob"]
    lone = actions.ask(viewer=viewer_of(bob), handle="erin")
    assert linked(erin, bob) != lone.link
    assert rows() == [
        ("bob", "erin", "guardian", "ended"),
        ("bob", "erin", "guardian", "linked"),
        ("erin", "bob", "teen", "linked"),
    ]


def test_both_may_ask_each_other_and_it_is_one_question(world):
    erin, bob = world["erin"], world["bob"]
    actions.ask(viewer=viewer_of(bob), handle="erin")
    asked = actions.ask(viewer=viewer_of(erin), handle="bob")
    code, _ = actions.make_code(viewer=viewer_of(erin))
    assert actions.ask_by_code(viewer=viewer_of(bob), code=code).link == asked.link
    actions.answer(viewer=viewer_of(bob), link=asked.link, accepts=True)
    assert [row for row in rows() if row[3] in LIVING] == [
        ("bob", "erin", "guardian", "linked"),
        ("erin", "bob", "teen", "linked"),
    ]


def test_only_who_was_asked_answers_and_only_while_it_waits(world):
    erin, bob, alice = world["erin"], world["bob"], world["alice"]
    asked = actions.ask(viewer=viewer_of(erin), handle="bob")
    for other in (erin, alice):
        with pytest.raises(NoSuchLink, match="not here any more"):
            actions.answer(viewer=viewer_of(other), link=asked.link, accepts=True)
    Link.objects.update(expires_at=now())
    with pytest.raises(NoSuchLink):
        actions.answer(viewer=viewer_of(bob), link=asked.link, accepts=True)
    assert {row[3] for row in rows()} == {"proposed"}
    assert actions.expire()
    assert not actions.expire()
    assert {row[3] for row in rows()} == {"expired"}


def test_what_was_taken_back_cannot_be_answered(world, inbox):
    erin, bob = world["erin"], world["bob"]
    asked = actions.ask(viewer=viewer_of(erin), handle="bob")
    assert inbox(bob) != []
    actions.end(viewer=viewer_of(erin), link=asked.link)
    actions.end(viewer=viewer_of(erin), link=asked.link)
    with pytest.raises(NoSuchLink):
        actions.answer(viewer=viewer_of(bob), link=asked.link, accepts=True)
    assert {row[3] for row in rows()} == {"ended"}
    assert inbox(bob) == []


def test_a_teen_has_two_guardians_at_the_most_and_an_adult_so_many_teens(world, settings):
    erin, bob, carol, dan = world["erin"], world["bob"], world["carol"], world["dan"]
    linked(erin, bob)
    linked(erin, carol)
    code, _ = actions.make_code(viewer=viewer_of(erin))
    with pytest.raises(TooManyLinks, match="as many family links"):
        actions.ask_by_code(viewer=viewer_of(dan), code=code)
    with pytest.raises(TooManyLinks):
        actions.ask(viewer=viewer_of(erin), handle="dan")
    settings.PARVIS_GUARDIAN_TEENS = 1
    with pytest.raises(NoGuardian):
        actions.ask(viewer=viewer_of(teen("gina")), handle="bob")
    assert len(rows()) == 4
    social.follow(viewer=viewer_of(erin), followed=dan)
    actions.ask(viewer=viewer_of(dan), handle="erin")
    assert [row for row in rows() if "dan" in row] == [("dan", "erin", "guardian", "proposed")]


def test_room_is_counted_again_when_somebody_says_yes(world):
    erin = world["erin"]
    asked = [actions.ask(viewer=viewer_of(erin), handle=handle) for handle in ("bob", "carol", "dan")]
    for one, handle in zip(asked[:2], ("bob", "carol"), strict=True):
        actions.answer(viewer=viewer_of(world[handle]), link=one.link, accepts=True)
    with pytest.raises(TooManyLinks):
        actions.answer(viewer=viewer_of(world["dan"]), link=asked[2].link, accepts=True)
    assert ("dan", "erin", "guardian", "proposed") in rows()


def test_few_questions_of_a_person_wait(world):
    erin = world["erin"]
    for number in range(6):
        made = open_account(handle=f"grown{number}", birth_date=date(1980, 1, 1), home="FR", language="fr")
        Person.objects.filter(id=made.id).update(created_at=now() - timedelta(days=10))
    for number in range(5):
        actions.ask(viewer=viewer_of(erin), handle=f"grown{number}")
    with pytest.raises(TooManyAsked, match="Take one back"):
        actions.ask(viewer=viewer_of(erin), handle="grown5")
    assert len(rows()) == 10


def test_either_ends_a_link_and_the_other_is_told(world, inbox):
    erin, bob = world["erin"], world["bob"]
    link = linked(erin, bob)
    actions.end(viewer=viewer_of(erin), link=link)
    actions.end(viewer=viewer_of(erin), link=link)
    assert {row[3] for row in rows()} == {"ended"}
    assert inbox(bob)[0] == "Erin ended the family link with you."
    assert Event.objects.filter(kind=kinds.ENDED).count() == 1
    second = linked(erin, bob)
    actions.end(viewer=viewer_of(bob), link=second)
    assert inbox(erin)[0] == "Bob ended the family link with you."
    with pytest.raises(NoSuchLink):
        actions.end(viewer=viewer_of(world["alice"]), link=second)


def test_a_block_ends_what_the_two_share(world):
    erin, bob, carol = world["erin"], world["bob"], world["carol"]
    linked(erin, bob)
    actions.ask(viewer=viewer_of(erin), handle="carol")
    social.block(viewer=viewer_of(erin), person=bob)
    social.block(viewer=viewer_of(carol), person=erin)
    for event in [*Event.objects.filter(kind="person.blocked")] * 2:
        SUBSCRIBERS[0].handle(event)
    assert {row[3] for row in rows()} == {"ended"}
    assert Event.objects.filter(kind=kinds.ENDED).count() == 1


def test_a_link_ends_by_itself_at_18(world, inbox):
    erin, bob = world["erin"], world["bob"]
    linked(erin, bob)
    linked(teen("gina"), bob)
    with patch("parvis.guardians.actions.ending.is_teen", lambda band: False):
        assert not actions.end_grown(), "nobody is looked at twice in a day"
        Link.objects.filter(person=erin).update(checked_at=now() - timedelta(days=1))
        assert actions.end_grown()
    assert [row for row in rows() if "erin" in row] == [
        ("bob", "erin", "guardian", "ended"),
        ("erin", "bob", "teen", "ended"),
    ]
    assert ("gina", "bob", "teen", "linked") in rows()
    for one in (erin, bob):
        assert inbox(one)[0] == "A family link of yours has ended. What was set holds no more."


def test_who_is_looked_at_and_still_young_stays_linked(world):
    linked(world["erin"], world["bob"])
    Link.objects.update(checked_at=now() - timedelta(days=1))
    assert actions.end_grown()
    assert {row[3] for row in rows()} == {"linked"}


def test_the_database_keeps_to_the_graph(world):
    linked(world["erin"], world["bob"])
    with pytest.raises(IntegrityError), transaction.atomic():
        Link.objects.update(state="proposed")
    actions.end(viewer=viewer_of(world["bob"]), link=Link.objects.all()[0].link)
    with pytest.raises(IntegrityError), transaction.atomic():
        Link.objects.update(state="linked")


def test_what_is_over_is_deleted_after_a_while_with_its_rules_and_log(world):
    erin, bob = world["erin"], world["bob"]
    link = linked(erin, bob)
    rules(bob, link, minutes=60)
    actions.make_code(viewer=viewer_of(erin))
    actions.end(viewer=viewer_of(erin), link=link)
    assert not actions.sweep()
    Link.objects.update(closed_at=now() - timedelta(days=91))
    Code.objects.update(expires_at=now())
    assert actions.sweep()
    assert (Link.objects.count(), Change.objects.count(), Code.objects.count()) == (0, 0, 0)


def test_no_two_letters_of_a_code_are_taken_for_another():
    assert asking.hash_of("o0IL-1abc") == asking.hash_of("00111ABC")
    assert asking.hash_of("00111ABC") != asking.hash_of("00111ABD")
