"""Appeals: once, in time, heard by another; a reversal undoes everything."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, transaction

from parvis.accounts.actions.profile import avatar_path
from parvis.accounts.models import Person
from parvis.cells.keys import pseudonym, seal
from parvis.clips import actions as clip_actions
from parvis.clips.queries import for_viewer as clips_for
from parvis.events.models import Event
from parvis.kit.clock import now
from parvis.safety import actions, queries, states
from parvis.safety.errors import (
    AlreadyDecided,
    AppealTooLate,
    AppealUsed,
    BadDecision,
    NoSuchDecision,
    NothingToAppeal,
    OwnDecision,
)
from parvis.safety.models import Appeal, Case, Decision, LogEntry, Report
from parvis.safety.policies import appeal_ends
from parvis.safety.tests.conftest import decided, reported
from parvis.social import queries as social
from parvis.social.tests.conftest import viewer_of


def rows():
    return [Appeal.objects.count(), LogEntry.objects.count(), Event.objects.count(), *Case.objects.values_list("state")]


def appealed(decision):
    actions.appeal(person=decision.person_id, decision_id=decision.id, words="It was a joke among friends.")
    return Case.objects.get(id=decision.case_id)


def reverse(by, decision):
    case = appealed(decision)
    return actions.hear(by=by, case_id=case.id, is_reversed=True, answer="You are right.")


def test_another_moderator_hears_an_appeal_and_who_decided_is_refused_here_and_by_the_database(world, clip):
    decision = decided(world["frank"], reported(world["bob"], "clip", clip), on_thing=states.REMOVE)
    case = appealed(decision)
    assert case.state == states.APPEALED
    before = rows()
    for attempt in (
        lambda: actions.hear(by=world["frank"], case_id=case.id, is_reversed=False, answer="No."),
        lambda: actions.claim(by=world["frank"], case_id=case.id),
    ):
        with pytest.raises(OwnDecision, match="Another moderator"):
            attempt()
    assert rows() == before
    with pytest.raises(IntegrityError, match="who decided"), transaction.atomic():
        Appeal.objects.update(state=states.UPHELD, heard_by=pseudonym(world["frank"].id), heard_at=now())
    heard = actions.hear(by=world["olga"], case_id=case.id, is_reversed=False, answer="It stays.")
    assert heard.state == states.UPHELD
    statement = queries.for_viewer(viewer_of(world["alice"])).statement(decision.id)
    assert (statement.answer, statement.may_appeal) == ("It stays.", False)
    assert Event.objects.get(kind="safety.heard").data == {"decision": str(decision.id), "outcome": "upheld"}
    with pytest.raises(AlreadyDecided):
        actions.hear(by=world["olga"], case_id=case.id, is_reversed=True, answer="Or not.")


def test_there_is_one_appeal_and_only_by_the_person_concerned(world, clip):
    decision = decided(world["frank"], reported(world["bob"], "clip", clip), on_thing=states.REMOVE)
    before = rows()
    with pytest.raises(NoSuchDecision):
        actions.appeal(person=world["bob"].id, decision_id=decision.id, words="x")
    with pytest.raises(BadDecision):
        actions.appeal(person=world["alice"].id, decision_id=decision.id, words=" ")
    assert rows() == before
    appealed(decision)
    before = rows()
    with pytest.raises(AppealUsed, match="already"):
        appealed(decision)
    assert rows() == before


def test_after_six_months_it_is_too_late_here_and_in_the_database(world, clip):
    decision = decided(world["frank"], reported(world["bob"], "clip", clip), on_thing=states.REMOVE)
    Decision.objects.update(created_at=now() - timedelta(days=190))
    before = rows()
    with pytest.raises(AppealTooLate, match="six months"):
        appealed(decision)
    assert rows() == before
    words = seal(decision.person_id, queries.APPEAL_WORDS, "late")
    with pytest.raises(IntegrityError, match="six months"), transaction.atomic():
        Appeal.objects.create(person_id=decision.person_id, home="FR", decision=decision, words=words)


def test_the_end_of_a_month_is_six_months_on_too():
    made = Decision(created_at=datetime(2026, 8, 31, 12, tzinfo=UTC))
    assert appeal_ends(made) == datetime(2027, 2, 28, 12, tzinfo=UTC)
    assert appeal_ends(Decision(created_at=datetime(2026, 3, 5, tzinfo=UTC))) == datetime(2026, 9, 5, tzinfo=UTC)


def test_what_took_nothing_away_cannot_be_appealed_against(world, clip):
    decision = decided(world["frank"], reported(world["bob"], "clip", clip), ground="", reason="")
    with pytest.raises(NothingToAppeal):
        appealed(decision)
    assert Appeal.objects.count() == 0


def test_a_reversal_shows_the_clip_again_and_tells_everybody(world, clip):
    decision = decided(world["frank"], reported(world["bob"], "clip", clip), on_thing=states.REMOVE)
    reverse(world["olga"], decision)
    shown = clips_for(viewer_of(world["bob"])).one(clip.id)
    assert (shown.title, shown.hidden_by) == ("On old stones", "")
    decision.refresh_from_db()
    assert decision.lifted_at is not None
    assert Report.objects.get().outcome == "nothing"
    assert Event.objects.filter(kind="safety.answered").count() == 2
    assert list(LogEntry.objects.order_by("id").values_list("what", flat=True)) == [
        "opened",
        "decided",
        "appealed",
        "reversed",
    ]


def test_a_clip_that_its_creator_had_hidden_stays_hidden_by_them(world, clip):
    case = reported(world["bob"], "clip", clip)
    clip_actions.hide(by=world["alice"].id, clip_id=clip.id)
    reverse(world["olga"], decided(world["frank"], case, on_thing=states.REMOVE))
    clip.refresh_from_db()
    assert (clip.publication, clip.hidden_by) == ("hidden", "creator")
    assert clip_actions.show(by=world["alice"].id, clip_id=clip.id).publication == "published"


def test_a_reversal_gives_a_comment_back_with_its_count(world, clip, comment):
    decision = decided(world["frank"], reported(world["alice"], "comment", comment), on_thing=states.REMOVE)
    reverse(world["olga"], decision)
    page = social.for_viewer(viewer_of(world["alice"])).comments(clip)
    assert ([one.text for one in page.comments], page.count) == (["Go away"], 1)


def test_a_comment_deleted_meanwhile_stays_deleted(world, clip, comment):
    from parvis.social import actions as social_actions

    decision = decided(world["frank"], reported(world["alice"], "comment", comment), on_thing=states.REMOVE)
    social_actions.delete_comment(viewer=viewer_of(world["bob"]), comment_id=comment.id)
    reverse(world["olga"], decision)
    page = social.for_viewer(viewer_of(world["alice"])).comments(clip)
    assert (page.comments, page.count) == ([], 0)


@pytest.mark.django_db(transaction=True)
def test_a_reversal_gives_name_words_and_picture_back(world, settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {**settings.STORAGES["default"], "OPTIONS": {"location": tmp_path}},
    }
    alice = world["alice"]
    default_storage.save(avatar_path("k1"), ContentFile(b"x"))
    Person.objects.filter(id=alice.id).update(bio="Words", avatar_key="k1")
    profile = decided(world["frank"], reported(world["bob"], "profile", alice), on_thing=states.REMOVE)
    picture = decided(world["frank"], reported(world["bob"], "picture", alice), on_thing=states.REMOVE)
    assert not default_storage.exists(avatar_path("k1")), "its address leads nowhere"
    reverse(world["olga"], profile)
    reverse(world["olga"], picture)
    alice.refresh_from_db()
    assert (alice.display_name, alice.bio, alice.avatar_key) == ("Alice", "Words", "k1")
    assert default_storage.exists(avatar_path("k1"))


def test_words_of_an_appeal_are_sealed(world, clip):
    appealed(decided(world["frank"], reported(world["bob"], "clip", clip), on_thing=states.REMOVE))
    with connection.cursor() as cursor:
        cursor.execute("select words from safety_appeal")
        assert b"joke" not in bytes(cursor.fetchone()[0])
