"""Parts of a clip that are reported alone: its words and its captions. The clip stays."""

import pytest

from parvis.clips import actions as clips
from parvis.clips.queries import caption_text
from parvis.clips.queries import for_viewer as clips_for
from parvis.clips.words import words_of
from parvis.safety import actions, states
from parvis.safety.errors import NothingToReport
from parvis.safety.models import Case, Report
from parvis.safety.queries import for_moderator
from parvis.safety.tests.conftest import decided, reported
from parvis.social.tests.conftest import make_clip, viewer_of

VTT = "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\n<i>Black</i> &amp; white\n\n00:00:01.000 --> 00:00:02.000\nTwo\nlines\n"


def reversed_(world, case, decision):
    actions.appeal(person=world["alice"].id, decision_id=decision.id, words="It is a song.")
    actions.hear(by=world["olga"], case_id=case.id, is_reversed=True, answer="It is.")


def test_removed_words_leave_the_clip_and_come_back_but_for_what_was_written_since(world, clip):
    alice = world["alice"]
    clips.describe(creator=alice.id, clip_id=clip.id, details=clips.Details(caption="A #word"))
    case = reported(world["bob"], "words", clip)
    decision = decided(world["frank"], case, on_thing=states.REMOVE)
    seen = clips_for(viewer_of(world["bob"])).one(clip.id)
    assert (seen.title, seen.caption, seen.tags) == ("", "", [])
    with pytest.raises(NothingToReport):
        reported(world["carol"], "words", clip)
    clips.describe(creator=alice.id, clip_id=clip.id, details=clips.Details(title="Another"))
    reversed_(world, case, decision)
    seen = clips_for(viewer_of(world["bob"])).one(clip.id)
    assert (words_of(seen).title, seen.caption, seen.tags) == ("Another", "A #word", ["word"])


def test_removed_captions_leave_the_clip_and_come_back(world, clip):
    alice = world["alice"]
    clips.add_captions(creator=alice.id, clip_id=clip.id, language="en", data=VTT.encode())
    case = reported(world["bob"], "captions", clip)
    thing = for_moderator(world["frank"]).case(case.id).thing
    assert thing is not None
    assert thing.text == "Black & white\nTwo lines"
    decision = decided(world["frank"], case, on_thing=states.REMOVE)
    assert not clip.captions.exists()
    reversed_(world, case, decision)
    assert caption_text(clip.id) == "Black & white\nTwo lines"


def test_what_a_clip_does_not_have_cannot_be_reported(world):
    bare = make_clip(world["alice"], title="")
    for kind in ("words", "captions"):
        with pytest.raises(NothingToReport):
            reported(world["bob"], kind, bare)
    assert (Case.objects.count(), Report.objects.count()) == (0, 0)


def test_the_page_of_a_report_offers_the_parts_that_are_there(world, clip, client_of):
    page = client_of(world["bob"]).get(f"/report/clip/{clip.id}").content.decode()
    assert f"/report/words/{clip.id}" in page
    assert f"/report/captions/{clip.id}" not in page
