"""“Not interested” taken back: it counts no more, for the viewer and for the clip, here and in other processes."""

import time
import uuid

import pytest

from parvis.feed.models import Watch
from parvis.feed.tests.conftest import brought_back, erased, taken_along, watched
from parvis.feed.tests.test_watches import other_process
from parvis.kit.clock import ms


def at(event, seconds):
    """The same event, with an id that was made that many seconds ago."""
    old = uuid.UUID(event["id"]).int & ((1 << 80) - 1)
    return {**event, "id": str(uuid.UUID(int=(ms() - seconds * 1000) << 80 | old))}


def refused(live, viewer):
    return {str(live.catalogue.ids[clip]) for clip in live.company.get(viewer, time.time()).state.refused.tolist()}


def judged(live, clip):
    index = live.catalogue.index[clip.id]
    return float(live.learner.good[index]), float(live.learner.seen[index])


def test_what_was_taken_back_is_shown_again_and_counts_for_nothing(ask, report, bob, clips, live):
    clip = clips[5]
    report(bob, [watched(clip.id, "not-interested", 700)])
    assert refused(live, bob) == {str(clip.id)}
    assert judged(live, clip) == (-3.0, 1.0)
    answer = report(bob, [watched(clip.id, "undo", 0)])
    assert (answer.status, answer.json) == (200, {"stored": 1, "ignored": 0})
    assert [row.kind for row in Watch.objects.all()] == ["taken-back"]
    assert refused(live, bob) == set()
    assert judged(live, clip) == (0.0, 0.0)
    assert live.company.get(bob, time.time()).state.taste.events == 0
    assert str(clip.id) in {one["id"] for _ in range(9) for one in ask(bob).json["clips"]}


def test_a_refusal_that_is_sent_again_after_its_undo_stays_taken_back(report, bob, clips, live):
    event = watched(clips[5].id, "not-interested", 0)
    undo = watched(clips[5].id, "undo", 0)
    assert report(bob, [event, undo]).json["stored"] == 2
    assert report(bob, [event, undo]).json["stored"] == 0
    assert [row.kind for row in Watch.objects.all()] == ["taken-back"]
    assert refused(live, bob) == set()


def test_who_refuses_once_more_after_the_undo_has_refused(report, bob, clips, live):
    events = [watched(clips[5].id, kind, 0) for kind in ("not-interested", "undo", "not-interested")]
    report(bob, events)
    assert sorted(Watch.objects.values_list("kind", flat=True)) == ["not-interested", "taken-back"]
    assert refused(live, bob) == {str(clips[5].id)}
    assert judged(live, clips[5])[0] == -3.0


def test_an_undo_of_nothing_of_anothers_or_of_long_ago_changes_nothing(report, bob, visitor, clips, live):
    report(visitor, [watched(clips[5].id, "not-interested", 0)])
    report(bob, [at(watched(clips[6].id, "not-interested", 0), 7200), watched(clips[7].id, "skip", 300)])
    before = list(Watch.objects.order_by("id").values())
    judgement = [judged(live, clips[number]) for number in (5, 6, 7)]
    for number in (5, 6, 7):
        assert report(bob, [watched(clips[number].id, "undo", 0)]).json["stored"] == 0
    assert list(Watch.objects.order_by("id").values()) == before
    assert [judged(live, clips[number]) for number in (5, 6, 7)] == judgement
    assert refused(live, bob) == {str(clips[6].id)}


def test_nobody_reports_that_something_is_taken_back_already(report, bob, clips, live):
    assert report(bob, [watched(clips[5].id, "taken-back", 0)]).status == 422
    assert not Watch.objects.exists()


def test_another_process_learns_of_the_undo_at_its_next_look_and_of_both_at_once(report, bob, clips, live):
    other = other_process()
    try:
        other.company.get(bob, time.time())
        report(bob, [watched(clips[5].id, "not-interested", 0)])
        other.look()
        assert refused(other, bob) == {str(clips[5].id)}
        report(bob, [watched(clips[5].id, "undo", 0)])
        for _ in range(2):
            other.look()
            live.look()
            assert refused(other, bob) == refused(live, bob) == set()
            assert judged(other, clips[5]) == judged(live, clips[5]) == (0.0, 0.0)
        report(bob, [watched(clips[6].id, "not-interested", 0), watched(clips[6].id, "undo", 0)])
        other.look()
        assert judged(other, clips[6]) == (0.0, 0.0)
    finally:
        other.stop()


def test_a_process_that_starts_afterwards_never_heard_of_it(report, bob, clips, live):
    report(bob, [watched(clips[5].id, "not-interested", 0), watched(clips[5].id, "undo", 0)])
    other = other_process()
    try:
        assert refused(other, bob) == set()
        assert judged(other, clips[5]) == (0.0, 0.0)
        assert other.company.get(bob, time.time()).state.taste.events == 0
    finally:
        other.stop()


def test_what_was_taken_back_is_taken_along(report, bob, clips, live):
    report(bob, [watched(clips[5].id, "not-interested", 0), watched(clips[5].id, "undo", 0)])
    (row,) = taken_along(bob)
    erased(bob)
    brought_back(bob, *row)
    assert Watch.objects.get().kind == "taken-back"


@pytest.mark.parametrize("name", ["watch", "not-interested"])
def test_a_report_without_an_undo_is_stored_as_ever(name, report, bob, clips, live):
    assert report(bob, [watched(clips[5].id, name, 500)]).json == {"stored": 1, "ignored": 0}
