"""Parts of a clip that are reported alone: its words, its captions, its tags. The clip stays."""

import pytest

from parvis.clips import actions as clips
from parvis.clips.models import Clip
from parvis.clips.queries import caption_text, tag_named
from parvis.clips.queries import for_viewer as clips_for
from parvis.clips.words import words_of
from parvis.safety import actions, queries, states
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


def tagged(world, name, caption):
    made = make_clip(world[name])
    clips.describe(creator=world[name].id, clip_id=made.id, details=clips.Details(caption=caption))
    return made


def test_a_removed_tag_is_in_no_clip_nor_in_any_to_come_and_returns_to_those_that_had_it(world):
    first, other = tagged(world, "alice", "#bad and #good"), tagged(world, "carol", "#BAD")
    tag = tag_named("#Bad")
    case = reported(world["bob"], "tag", tag)
    assert case.person == world["alice"], "who used it first"
    decision = decided(world["frank"], case, on_thing=states.REMOVE)
    later = tagged(world, "dan", "#bad again")
    assert [Clip.objects.get(id=one.id).tags for one in (first, other, later)] == [["good"], [], []]
    assert Clip.objects.get(id=first.id).caption == "#bad and #good"
    with pytest.raises(NothingToReport):
        reported(world["bob"], "tag", tag)
    assert queries.for_viewer(viewer_of(world["alice"])).statement(decision.id).thing.title == "#bad"
    reversed_(world, case, decision)
    assert [Clip.objects.get(id=one.id).tags for one in (first, other)] == [["bad", "good"], ["bad"]]
    clips.describe(creator=world["dan"].id, clip_id=later.id, details=clips.Details(title="New"))
    assert Clip.objects.get(id=later.id).tags == ["bad"]


def test_a_tag_that_no_clip_has_cannot_be_reported_and_drafts_tell_of_none(world):
    draft = make_clip(world["alice"], publication="draft", published_at=None, title="")
    clips.describe(creator=world["alice"].id, clip_id=draft.id, details=clips.Details(caption="#secret"))
    assert tag_named("secret") is None
    gone = tagged(world, "alice", "#gone")
    clips.delete(creator=world["alice"].id, clip_id=gone.id)
    with pytest.raises(NothingToReport):
        reported(world["bob"], "tag", tag_named("gone"))
    assert Case.objects.count() == 0


def test_the_page_of_a_report_of_a_clip_leads_to_its_tags(world, client_of):
    clip = tagged(world, "alice", "#jazz")
    address = f"/report/tag/{tag_named('jazz').id}"
    bob = client_of(world["bob"])
    assert address in bob.get(f"/report/clip/{clip.id}").content.decode()
    assert bob.post(f"{address}?about=hate", {"reason": "hate"}).status_code == 200
    assert Case.objects.get().kind == "tag"
