"""Decisions: who may make them, what they do at once and altogether, and what is written down for ever."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, transaction
from django.test import Client

from parvis.accounts.actions.leaving import leave, stay
from parvis.accounts.actions.profile import avatar_path
from parvis.accounts.models import Person
from parvis.accounts.world import PASSWORD
from parvis.clips.errors import NoSuchClip
from parvis.clips.queries import for_viewer as clips_for
from parvis.events.models import Event
from parvis.kit.clock import now
from parvis.safety import actions, queries, states
from parvis.safety.errors import AlreadyDecided, BadDecision, CaseTaken, NoSuchDecision, NotAModerator, OwnCase
from parvis.safety.models import Case, Decision, LogEntry, Report
from parvis.safety.reconcilers import end_one_suspension, send_letter
from parvis.safety.tests.conftest import decided, reported
from parvis.social import queries as social
from parvis.social.tests.conftest import viewer_of


def rows():
    counts = [Decision.objects.count(), LogEntry.objects.count(), Event.objects.count()]
    return counts, list(Case.objects.values_list("state", "claimed_by"))


def test_a_removed_clip_is_seen_by_nobody_else_and_its_creator_cannot_show_it_again(world, clip):
    case = reported(world["bob"], "clip", clip)
    decision = decided(world["frank"], case, on_thing=states.REMOVE)
    with pytest.raises(NoSuchClip):
        clips_for(viewer_of(world["bob"])).one(clip.id)
    assert clips_for(viewer_of(world["alice"])).one(clip.id).hidden_by == "operator"
    case.refresh_from_db()
    assert (case.state, case.claimed_by) == (states.DECIDED, None)
    event = Event.objects.get(kind="safety.decided")
    assert (event.object, event.actor) == (world["alice"].id, None)
    assert event.data == {"decision": str(decision.id), "measures": ["remove"]}
    answered = Event.objects.get(kind="safety.answered")
    assert (answered.object, answered.data["outcome"]) == (world["bob"].id, "acted")
    assert Report.objects.get().outcome == "acted"
    assert list(LogEntry.objects.order_by("id").values_list("what", flat=True)) == ["opened", "decided"]


def test_a_removed_comment_is_gone_from_the_list_and_the_count(world, clip, comment):
    decided(world["frank"], reported(world["alice"], "comment", comment), on_thing=states.REMOVE)
    page = social.for_viewer(viewer_of(world["alice"])).comments(clip)
    assert (page.comments, page.count) == ([], 0)


def test_a_removed_profile_and_picture_are_empty(world, settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {**settings.STORAGES["default"], "OPTIONS": {"location": tmp_path}},
    }
    alice = world["alice"]
    default_storage.save(avatar_path("k1"), ContentFile(b"x"))
    Person.objects.filter(id=alice.id).update(bio="Bad words", avatar_key="k1")
    with transaction.atomic():
        decided(world["frank"], reported(world["bob"], "profile", alice), on_thing=states.REMOVE)
        decided(world["frank"], reported(world["bob"], "picture", alice), on_thing=states.REMOVE)
    alice.refresh_from_db()
    assert (alice.display_name, alice.bio, alice.avatar_key) == ("", "", "")
    with connection.cursor() as cursor:
        cursor.execute("select before from safety_decision order by id limit 1")
        assert b"Bad words" not in bytes(cursor.fetchone()[0])


def test_nothing_wrong_tells_the_reporter_and_nobody_else(world, clip):
    case = reported(world["bob"], "clip", clip)
    decided(world["frank"], case, ground="", reason="", facts="")
    assert clips_for(viewer_of(world["bob"])).one(clip.id)
    assert not Event.objects.filter(kind="safety.decided").exists()
    assert Event.objects.get(kind="safety.answered").data["outcome"] == "nothing"
    assert queries.for_viewer(viewer_of(world["alice"])).decisions() == []


@pytest.mark.parametrize("by", ["alice", "bob", "dan"])
def test_nobody_without_the_role_decides(world, clip, by):
    case = reported(world["bob"], "clip", clip)
    before = rows()
    for attempt in (lambda: decided(world[by], case), lambda: actions.claim(by=world[by], case_id=case.id)):
        with pytest.raises(NotAModerator, match="moderators"):
            attempt()
    assert rows() == before


def test_support_sees_and_does_not_decide(world, clip):
    actions.set_role(by=world["olga"], person=world["dan"], role="support", has=True)
    dan = Person.objects.get(id=world["dan"].id)
    case = reported(world["bob"], "clip", clip)
    assert len(queries.for_moderator(dan).queue()) == 1
    before = rows()
    with pytest.raises(NotAModerator):
        decided(dan, case, on_thing=states.REMOVE)
    with pytest.raises(NotAModerator):
        actions.set_role(by=world["frank"], person=world["bob"], role="moderator", has=True)
    assert rows() == before
    actions.set_role(by=world["olga"], person=dan, role="support", has=False)
    with pytest.raises(NotAModerator):
        queries.for_moderator(Person.objects.get(id=dan.id))


def test_a_case_in_one_hand_is_not_decided_by_another_until_the_lease_is_over(world, clip):
    case = reported(world["bob"], "clip", clip)
    actions.claim(by=world["frank"], case_id=case.id)
    before = rows()
    for attempt in (
        lambda: actions.claim(by=world["olga"], case_id=case.id),
        lambda: decided(world["olga"], case, on_thing=states.REMOVE),
    ):
        with pytest.raises(CaseTaken, match="in hand"):
            attempt()
    assert rows() == before
    assert [row.hand for row in queries.for_moderator(world["olga"]).queue()] == ["other"]
    Case.objects.update(lease_until=now() - timedelta(seconds=1))
    actions.claim(by=world["olga"], case_id=case.id)
    actions.release(by=world["frank"], case_id=case.id)
    assert [row.hand for row in queries.for_moderator(world["olga"]).queue()] == ["mine"]
    actions.release(by=world["olga"], case_id=case.id)
    assert decided(world["frank"], case, on_thing=states.REMOVE)


def test_a_decision_is_made_once_and_not_about_oneself(world, clip):
    case = reported(world["bob"], "profile", world["frank"])
    with pytest.raises(OwnCase, match="about you"):
        decided(world["frank"], case)
    case = reported(world["bob"], "clip", clip)
    decided(world["frank"], case)
    before = rows()
    with pytest.raises(AlreadyDecided):
        decided(world["olga"], case, on_thing=states.REMOVE)
    assert rows() == before


@pytest.mark.parametrize(
    "parts",
    [
        {"on_thing": "burn"},
        {"on_thing": states.REMOVE, "ground": ""},
        {"on_thing": states.REMOVE, "reason": "because"},
        {"on_thing": states.REMOVE, "facts": "  "},
        {"on_thing": states.REMOVE, "ground": states.LAW, "rule": ""},
        {"on_account": states.SUSPEND, "days": 2},
        {"on_account": "jail"},
        {"on_thing": states.REMOVE, "facts": "x" * 5001},
    ],
)
def test_a_decision_whose_parts_do_not_fit_is_refused(world, clip, parts):
    case = reported(world["bob"], "clip", clip)
    before = rows()
    with pytest.raises(BadDecision):
        decided(world["frank"], case, **parts)
    assert rows() == before


def test_a_suspended_person_cannot_sign_in_reads_why_and_is_back_when_it_is_over(world, clip):
    alice = world["alice"]
    alice.set_password(PASSWORD)
    alice.save()
    signed_in = Client()
    signed_in.force_login(alice, "allauth.account.auth_backends.AuthenticationBackend")
    decision = decided(world["frank"], reported(world["bob"], "clip", clip), on_account=states.SUSPEND, days=3)
    assert not Person.objects.get(id=alice.id).is_active
    assert signed_in.get("/settings/").status_code == 302
    page = Client().post("/sign-in", {"handle": "alice", "password": PASSWORD})
    assert page["Location"].startswith(f"/decisions/{decision.id}?key=")
    assert "It says so." in Client().get(page["Location"]).content.decode()
    wrong = Client().post("/sign-in", {"handle": "alice", "password": "wrong"})
    assert wrong.status_code == 422
    assert not end_one_suspension()
    Decision.objects.update(until=now() - timedelta(seconds=1))
    assert end_one_suspension()
    assert Person.objects.get(id=alice.id).is_active
    assert not end_one_suspension()


def test_an_account_closed_twice_stays_closed_when_one_suspension_ends(world, clip):
    suspended = decided(world["frank"], reported(world["bob"], "clip", clip), on_account=states.SUSPEND, days=1)
    case = Case.objects.create(person=world["alice"], home="FR", kind="profile", object=world["alice"].id, due_at=now())
    closed = decided(world["frank"], case, on_account=states.CLOSE)
    Decision.objects.filter(id=suspended.id).update(until=now() - timedelta(seconds=1))
    assert end_one_suspension()
    assert not Person.objects.get(id=world["alice"].id).is_active
    actions.appeal(person=world["alice"].id, decision_id=closed.id, words="Why?")
    actions.hear(by=world["olga"], case_id=case.id, is_reversed=True, answer="You are right.")
    assert Person.objects.get(id=world["alice"].id).is_active


def test_what_was_opened_otherwise_is_not_opened_by_us(world, clip):
    """An account that an operator had closed before stays closed when our suspension ends."""
    case = reported(world["bob"], "clip", clip)
    Person.objects.filter(id=world["alice"].id).update(is_active=False)
    decided(world["frank"], case, on_account=states.SUSPEND, days=1)
    Decision.objects.update(until=now() - timedelta(seconds=1))
    assert end_one_suspension()
    assert not Person.objects.get(id=world["alice"].id).is_active


def test_the_log_refuses_to_be_changed(world, clip):
    decided(world["frank"], reported(world["bob"], "clip", clip))
    for change in (lambda: LogEntry.objects.update(what="nothing"), lambda: LogEntry.objects.all().delete()):
        with pytest.raises(IntegrityError, match="only grows"), transaction.atomic():
            change()
    assert LogEntry.objects.count() == 2


def test_no_row_about_a_person_names_who_decided(world, clip):
    decision = decided(world["frank"], reported(world["bob"], "clip", clip), on_thing=states.REMOVE)
    assert decision.decided_by != world["frank"].id
    assert LogEntry.objects.get(what="decided").by == decision.decided_by


def test_a_statement_is_for_its_person_and_for_who_has_the_key(world, clip):
    decision = decided(world["frank"], reported(world["bob"], "clip", clip), on_thing=states.REMOVE)
    assert queries.for_viewer(viewer_of(world["alice"])).statement(decision.id).facts == "It says so."
    key = queries.statement_address(decision).partition("key=")[2]
    assert queries.for_viewer(viewer_of(world["bob"])).statement(decision.id, key).by_report
    for wrong in ("", "x", key[:-2], key.replace(".", "x")):
        with pytest.raises(NoSuchDecision):
            queries.for_viewer(viewer_of(world["bob"])).statement(decision.id, wrong)


def test_a_letter_goes_to_a_verified_address_once(world, clip, mailoutbox, monkeypatch):
    decided(world["frank"], reported(world["bob"], "clip", clip), on_thing=states.REMOVE)
    monkeypatch.setattr("parvis.safety.reconcilers.email_of", lambda person: "alice@example.org")
    assert send_letter()
    assert not send_letter()
    (letter,) = mailoutbox
    assert letter.to == ["alice@example.org"]
    assert "/decisions/" in letter.body
    assert "alice" in letter.body


def test_without_an_address_no_letter_goes(world, clip, mailoutbox):
    decided(world["frank"], reported(world["bob"], "clip", clip), on_thing=states.REMOVE)
    assert send_letter()
    assert mailoutbox == []
    assert not send_letter()


def test_the_database_keeps_one_decision_of_a_case(world, clip):
    case = reported(world["bob"], "clip", clip)
    decided(world["frank"], case, on_thing=states.REMOVE)
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.create(person_id=case.person_id, home="FR", case=case, facts=b"", decided_by=case.id)


def test_who_is_leaving_and_is_suspended_keeps_all_but_is_back_only_when_it_is_over(world, clip):
    alice = world["alice"]
    case = reported(world["bob"], "clip", clip)
    leave(alice, at=now() + timedelta(days=30))
    decided(world["frank"], case, on_account=states.SUSPEND, days=1)
    stay(Person.objects.get(id=alice.id))
    fresh = Person.objects.get(id=alice.id)
    assert (fresh.is_active, fresh.leaves_at) == (False, None)
    Decision.objects.update(until=now() - timedelta(seconds=1))
    assert end_one_suspension()
    assert Person.objects.get(id=alice.id).is_active


def test_the_end_of_a_suspension_does_not_call_back_who_is_leaving(world, clip):
    alice = world["alice"]
    case = reported(world["bob"], "clip", clip)
    leave(alice, at=now() + timedelta(days=30))
    decided(world["frank"], case, on_account=states.SUSPEND, days=1)
    Decision.objects.update(until=now() - timedelta(seconds=1))
    assert end_one_suspension()
    fresh = Person.objects.get(id=alice.id)
    assert not fresh.is_active
    assert fresh.leaves_at is not None
    stay(fresh)
    assert Person.objects.get(id=alice.id).is_active
