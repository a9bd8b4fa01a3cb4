"""Reports: whoever sees a thing may report it, twice is once, and many of one thing are one case."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from parvis.accounts.viewer import anonymous
from parvis.clips import states as clip_states
from parvis.clips.models import Clip
from parvis.events.models import Event
from parvis.kit.ids import uuid7
from parvis.safety import actions, queries, registry
from parvis.safety.actions.reports import due
from parvis.safety.errors import NotAModerator, NothingToReport, OwnThing, UnknownReason
from parvis.safety.models import Case, LogEntry, Report
from parvis.safety.reasons import CATEGORIES, REASONS
from parvis.safety.tests.conftest import decided, reported
from parvis.safety.things import KINDS
from parvis.social.tests.conftest import viewer_of


def rows():
    return [Report.objects.count(), Case.objects.count(), LogEntry.objects.count(), Event.objects.count()]


def test_there_are_nine_kinds_and_each_can_be_reported():
    assert len(registry.NAMES) == 9
    assert all(registry.kind_of(name) for name in registry.NAMES)
    assert all(registry.kind_of(kind.name) is kind for kind in KINDS)
    with pytest.raises(ValueError, match="registered"):
        registry.register(registry.ThingKind("ghost", "", (), *[lambda *_: None] * 3))


def test_reports_of_one_thing_are_one_case_and_one_persons_second_is_the_first(world, clip):
    bob = viewer_of(world["bob"])
    first = actions.report(viewer=bob, kind="clip", thing_id=clip.id, reason="nudity", words="At second 3")
    again = actions.report(viewer=bob, kind="clip", thing_id=clip.id, reason="hate", words="Again")
    assert (again.id, again.reason) == (first.id, "nudity")
    reported(world["carol"], "clip", clip, "hate")
    visitor = anonymous("DE", "de")
    actions.report(viewer=visitor, kind="clip", thing_id=clip.id, reason="copyright", words="My song")
    actions.report(viewer=visitor, kind="clip", thing_id=clip.id, reason="copyright", words="My song")
    case = Case.objects.get()
    assert (case.person, case.home, case.kind, case.object) == (world["alice"], "FR", "clip", clip.id)
    assert case.reports.count() == 3
    assert case.severity == REASONS["hate"].severity
    assert list(LogEntry.objects.values_list("what", flat=True)) == ["opened"]
    assert Event.objects.filter(kind="safety.reported").count() == 3


def test_words_are_sealed_for_who_reported_and_a_moderator_reads_them(world, clip):
    case = reported(world["bob"], "clip", clip, words="At second three")
    with connection.cursor() as cursor:
        cursor.execute("select words from safety_report")
        assert b"second" not in bytes(cursor.fetchone()[0])
    shown = queries.for_moderator(world["frank"]).case(case.id)
    assert [(one.words, one.is_visitor) for one in shown.reports] == [("At second three", False)]
    with pytest.raises(NotAModerator):
        queries.for_moderator(world["bob"])


def test_what_one_cannot_see_cannot_be_reported_and_nothing_tells_it_from_what_is_not_there(world, clip, comment):
    Clip.objects.filter(id=clip.id).update(publication=clip_states.HIDDEN, title="")
    before = rows()
    bob = viewer_of(world["carol"])
    for kind, thing in [("clip", clip.id), ("comment", comment.id), ("clip", uuid7()), ("message", uuid7())]:
        with pytest.raises(NothingToReport, match="not here any more"):
            actions.report(viewer=bob, kind=kind, thing_id=thing, reason="hate")
    assert rows() == before


def test_nobody_reports_their_own_and_a_reason_is_of_the_list(world, clip):
    before = rows()
    with pytest.raises(OwnThing, match="your own"):
        reported(world["alice"], "clip", clip)
    with pytest.raises(UnknownReason, match="from the list"):
        reported(world["bob"], "clip", clip, "because")
    assert rows() == before


def test_every_kind_that_exists_is_reported_and_belongs_to_its_person(world, clip, comment):
    world["alice"].avatar_key = "abc"
    world["alice"].save()
    for kind, thing, whose in [
        ("clip", clip, "alice"),
        ("comment", comment, "bob"),
        ("profile", world["alice"], "alice"),
        ("picture", world["alice"], "alice"),
    ]:
        assert reported(world["carol"], kind, thing).person == world[whose]


def test_the_database_keeps_one_waiting_case_of_a_thing(world, clip):
    case = reported(world["bob"], "clip", clip)
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.create(person=case.person, home="FR", kind="clip", object=clip.id, due_at=case.due_at)
    decided(world["frank"], case)
    assert reported(world["bob"], "clip", clip).id != case.id


def test_the_queue_stands_by_severity_reach_and_age(world, clip):
    opened = queries.now()
    assert due(opened, 4, 0) - opened == timedelta(hours=1)
    assert due(opened, 3, 0) < due(opened, 2, 0) < due(opened, 1, 0)
    assert due(opened, 2, 999) - opened == timedelta(hours=12)
    assert due(opened - timedelta(days=8), 1, 0) < due(opened, 4, 0), "what waits long is not passed for ever"
    slow = reported(world["bob"], "clip", clip, "nudity")
    quick = reported(world["bob"], "profile", world["carol"], "suicide")
    assert [row.case.id for row in queries.for_moderator(world["frank"]).queue()] == [quick.id, slow.id]
    reported(world["dan"], "clip", clip, "grooming")
    assert [row.case.id for row in queries.for_moderator(world["frank"]).queue()] == [slow.id, quick.id]


def test_reasons_are_unambiguous():
    codes = [reason.code for category in CATEGORIES for reason in category.reasons]
    assert len(codes) == len(set(codes)) == len(REASONS)
    assert all(1 <= reason.severity <= 4 for reason in REASONS.values())
