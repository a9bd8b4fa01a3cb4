"""What was removed does not return: a clip that looks the same waits for a moderator, and its creator is told."""

import subprocess

import imageio_ffmpeg
import pytest
from django.db import IntegrityError, transaction

from parvis.accounts.notices import Told, declared
from parvis.clips import states as clip_states
from parvis.clips.actions import post_file, publish
from parvis.clips.errors import NoSuchClip
from parvis.clips.models import Clip, Likeness
from parvis.clips.progress import message_of
from parvis.clips.queries import for_viewer as clips_for
from parvis.clips.screening import screened
from parvis.clips.tests.conftest import make_all, media_folder
from parvis.events.models import Event
from parvis.media.likeness import VERSION, of_pictures
from parvis.media.tests.test_likeness import scenes
from parvis.safety import actions, queries, states
from parvis.safety.models import BlockedLook, Case, LogEntry
from parvis.safety.tests.conftest import decided, reported
from parvis.social.tests.conftest import make_clip, viewer_of

__all__ = ["media_folder"]


def with_looks(clip: Clip, pictures) -> Clip:
    found = of_pictures(pictures)
    Likeness.objects.create(
        clip=clip, creator=clip.creator, home=clip.home, version=VERSION, asked=found.asked, shown=found.shown
    )
    return clip


def removed(world, clip, reason="hate"):
    return decided(world["frank"], reported(world["bob"], "clip", clip), on_thing=states.REMOVE, reason=reason)


@pytest.fixture
def blocked(world, clip):
    """Alice's clip is removed for a reason for which it may not return."""
    return removed(world, with_looks(clip, scenes(1)))


def arriving(creator, pictures, **columns) -> Clip:
    """A clip that has just been made, as the worker leaves it."""
    clip = make_clip(creator, processing=clip_states.PLAYABLE, **{"published_at": None, "title": "", **columns})
    with transaction.atomic():
        screened(clip, of_pictures(pictures))
        clip.save(update_fields=["limits"])
    return clip


def is_seen(clip, person) -> bool:
    try:
        clips_for(viewer_of(person)).one(clip.id)
    except NoSuchClip:
        return False
    return True


def test_a_mirrored_copy_waits_for_a_moderator_and_its_creator_is_told(world, blocked):
    copy = arriving(world["dan"], scenes(1)[:, :, ::-1])
    case = Case.objects.get(object=copy.id)
    assert (case.state, case.person_id, case.severity) == (states.WAITING, world["dan"].id, 3)
    assert case.match == BlockedLook.objects.get(decision=blocked.id).id
    assert list(LogEntry.objects.filter(case=case.id).order_by("id").values_list("what", flat=True)) == [
        "opened", "matched",
    ]  # fmt: skip
    assert not is_seen(copy, world["bob"])
    assert is_seen(copy, world["dan"])
    assert "A moderator looks at it" in message_of(copy)
    kind = declared()["clip-held"]
    (telling,) = kind.tell(Event.objects.get(kind="safety.held"))
    assert (telling.person, telling.about, telling.by) == (world["dan"].id, copy.id, None)
    told = Told(copy.id, None, (), 1, "")
    assert kind.say(told).startswith("Your clip looks like one that was removed here.")
    assert (kind.link(told), kind.is_binding) == (f"/c/{copy.id}", True)


def test_the_moderator_sees_what_it_looks_like_and_why_that_was_removed(world, blocked, client_of):
    copy = arriving(world["dan"], scenes(1))
    case = Case.objects.get(object=copy.id)
    shown = queries.for_moderator(world["frank"]).case(case.id)
    assert (shown.reason, shown.match.reason, shown.match.case) == ("hate", "hate", blocked.case_id)
    client = client_of(world["frank"])
    assert "Looks like a removed clip" in client.get("/moderation/").text
    assert f"/moderation/cases/{blocked.case_id}" in client.get(f"/moderation/cases/{case.id}").text


def test_a_held_clip_that_is_left_appears_by_itself(world, blocked):
    copy = arriving(world["dan"], scenes(1))
    decided(world["frank"], Case.objects.get(object=copy.id), ground="", reason="", facts="")
    copy.refresh_from_db()
    assert (copy.limits, copy.published_at is not None) == ([], True)
    assert is_seen(copy, world["bob"])
    assert Event.objects.filter(kind="clip.published", object=copy.id).count() == 1


def test_a_held_clip_that_is_removed_can_be_appealed_for_and_comes_back(world, blocked):
    copy = arriving(world["dan"], scenes(1))
    decision = decided(world["frank"], Case.objects.get(object=copy.id), on_thing=states.REMOVE, reason="hate")
    assert not is_seen(copy, world["bob"])
    statement = queries.for_viewer(viewer_of(world["dan"])).statement(decision.id)
    assert (statement.may_appeal, statement.by_report) == (True, False)
    actions.appeal(person=world["dan"].id, decision_id=decision.id, words="It is a report about it.")
    actions.hear(by=world["olga"], case_id=decision.case_id, is_reversed=True, answer="You are right.")
    assert is_seen(copy, world["bob"])


def test_the_statement_says_that_a_machine_found_it(world, blocked, client_of):
    copy = arriving(world["dan"], scenes(1))
    decision = decided(world["frank"], Case.objects.get(object=copy.id), on_thing=states.REMOVE, reason="hate")
    text = client_of(world["dan"]).get(f"/decisions/{decision.id}").text
    assert "A machine found" in text
    assert "No automated means" not in text


def test_a_held_draft_is_not_seen_when_its_creator_publishes_it(world, blocked):
    copy = arriving(world["dan"], scenes(1), publication=clip_states.DRAFT)
    publish(creator=world["dan"].id, clip_id=copy.id)
    copy.refresh_from_db()
    assert (copy.publication, copy.published_at) == (clip_states.PUBLISHED, None)
    assert not is_seen(copy, world["bob"])


def test_an_appeal_that_is_won_takes_the_look_off_the_list(world, blocked):
    actions.appeal(person=world["alice"].id, decision_id=blocked.id, words="It was a joke among friends.")
    actions.hear(by=world["olga"], case_id=blocked.case_id, is_reversed=True, answer="You are right.")
    assert BlockedLook.objects.get().lifted_at is not None
    copy = arriving(world["dan"], scenes(1))
    assert copy.limits == []
    assert not Case.objects.filter(object=copy.id).exists()


def test_another_clip_is_not_held(world, blocked):
    other = arriving(world["dan"], scenes(2))
    assert other.limits == []
    assert not Event.objects.filter(kind="safety.held").exists()


@pytest.mark.parametrize("reason", ["nudity", "impersonation", "brand", "not-for-children"])
def test_what_may_return_is_not_on_the_list(world, clip, reason):
    removed(world, with_looks(clip, scenes(1)), reason)
    assert not BlockedLook.objects.exists()


def test_what_is_only_covered_is_not_on_the_list(world, clip):
    with_looks(clip, scenes(1))
    decided(world["frank"], reported(world["bob"], "clip", clip), on_thing=states.SENSITIVE, reason="hate")
    assert not BlockedLook.objects.exists()


def test_a_step_done_again_is_the_same_case_and_told_once(world, blocked):
    copy = arriving(world["dan"], scenes(1))
    screened(copy, of_pictures(scenes(1)))
    assert Case.objects.filter(object=copy.id).count() == 1
    assert Event.objects.filter(kind="safety.held").count() == 1


def test_the_database_lets_nobody_change_or_delete_the_list(blocked):
    before = list(BlockedLook.objects.values())
    for attempt in (
        lambda: BlockedLook.objects.all().delete(),
        lambda: BlockedLook.objects.update(reason="nudity"),
        lambda: BlockedLook.objects.update(shown=b""),
    ):
        with pytest.raises(IntegrityError, match="only grows"), transaction.atomic():
            attempt()
    assert list(BlockedLook.objects.values()) == before


@pytest.mark.django_db(transaction=True)
def test_a_cropped_and_mirrored_upload_of_a_removed_video_is_held(world, media_folder, tmp_path):
    first, second = tmp_path / "first.mp4", tmp_path / "second.mp4"
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error", "-y"]
    encode = ["-pix_fmt", "yuv420p", "-preset", "ultrafast"]
    noise = "mandelbrot=size=360x640:rate=15,trim=duration=3"
    subprocess.run([*command, "-f", "lavfi", "-i", noise, *encode, str(first)], check=True, timeout=60)
    mirrored = ["-vf", "crop=324:576,hflip", *encode]
    subprocess.run([*command, "-i", str(first), *mirrored, str(second)], check=True, timeout=60)
    clip = post_file(creator=world["alice"], path=first)
    make_all()
    assert is_seen(clip, world["bob"])
    removed(world, clip)
    copy = post_file(creator=world["dan"], path=second)
    make_all()
    copy.refresh_from_db()
    assert (copy.processing, copy.limits, copy.published_at) == (clip_states.READY, [clip_states.HELD], None)
    assert Case.objects.get(object=copy.id).match
