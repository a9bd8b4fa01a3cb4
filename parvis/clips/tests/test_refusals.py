"""What cannot be a clip is refused in words; what failed is tried again; nothing is lost."""

import errno

import pytest

from parvis.clips import actions, states
from parvis.clips.actions import Details, post_file
from parvis.clips.models import Clip, Part
from parvis.clips.processing import steps
from parvis.clips.processing.sweep import clear_upload, erase_clip
from parvis.clips.progress import message_of, progress_of
from parvis.clips.queries import feed_rows
from parvis.clips.tests.conftest import fresh, make_all, stored
from parvis.events.models import Event

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_file_that_is_no_video_is_refused_in_words_and_leaves_nothing(world, tmp_path, media_folder):
    path = tmp_path / "evil.mp4"
    path.write_text("<script>alert(1)</script>" * 100)
    clip = post_file(creator=world["alice"], path=path, details=Details(title="Evil"))
    make_all()
    clip = fresh(clip)
    assert clip.processing == states.REFUSED
    assert message_of(clip) == "This file is not a video that can be read."
    assert list(feed_rows()) == []
    while clear_upload():
        pass
    assert stored(media_folder) == []
    assert not Part.objects.exists()
    assert list(Event.objects.filter(object=clip.id).values_list("kind", flat=True)) == ["clip.failed"]


def test_an_empty_file_is_refused(world, tmp_path):
    path = tmp_path / "empty.mp4"
    path.touch()
    clip = post_file(creator=world["alice"], path=path)
    make_all()
    assert fresh(clip).processing == states.REFUSED


def test_a_video_that_is_too_long_is_refused_with_the_limit(world, video, settings):
    settings.PARVIS_CLIP_SECONDS = 1
    clip = post_file(creator=world["alice"], path=video)
    make_all()
    assert message_of(fresh(clip)) == "This video is too long. A clip may last 1 seconds."


def test_a_refused_draft_takes_a_new_file_and_keeps_its_words(world, video, tmp_path):
    path = tmp_path / "evil.mp4"
    path.write_text("no video")
    alice = world["alice"]
    clip = post_file(creator=alice, path=path, details=Details(title="Second try"))
    make_all()
    upload = actions.begin_upload(creator=alice.id, home=alice.home, length=video.stat().st_size, clip=clip.id)
    with video.open("rb") as file:
        actions.receive(upload=upload, offset=0, stream=file)
    make_all()
    clip = fresh(clip)
    assert (clip.processing, clip.title, clip.publication) == (states.READY, "Second try", states.PUBLISHED)


def test_a_full_disk_is_no_refusal_and_the_clip_is_made_when_there_is_room(world, video, monkeypatch):
    clip = post_file(creator=world["alice"], path=video)

    def full(name, path):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("parvis.clips.storage.put_file", full)
        make_all()
    waiting = fresh(clip)
    assert waiting.processing == states.PROBED
    assert waiting.problem == "no-space"
    assert waiting.retry_at is not None
    assert Part.objects.exists()
    assert progress_of(waiting, None)["retry"] is True
    actions.retry(creator=world["alice"].id, clip_id=clip.id)
    make_all()
    assert fresh(clip).processing == states.READY
    assert fresh(clip).problem == ""


def test_what_fails_again_and_again_stops_and_waits_for_a_person(world, video, monkeypatch):
    clip = post_file(creator=world["alice"], path=video)

    def broken(*args, **kwargs):
        raise RuntimeError("a mistake of ours")

    with monkeypatch.context() as patch:
        patch.setattr("parvis.clips.processing.steps.probe", broken)
        for _ in range(steps.FAILURES_MOST):
            Clip.objects.filter(id=clip.id).update(retry_at=None)
            make_all()
    assert fresh(clip).processing == states.FAILED
    assert "safe" in message_of(fresh(clip))
    make_all()
    assert fresh(clip).processing == states.FAILED
    actions.retry(creator=world["alice"].id, clip_id=clip.id)
    make_all()
    assert fresh(clip).processing == states.READY


def test_a_clip_that_is_deleted_while_it_is_made_leaves_nothing(world, video, media_folder, monkeypatch):
    clip = post_file(creator=world["alice"], path=video)
    original = steps.transcode_first

    def deleting(*args, **kwargs):
        actions.delete(creator=world["alice"].id, clip_id=clip.id)
        return original(*args, **kwargs)

    monkeypatch.setattr("parvis.clips.processing.steps.transcode_first", deleting)
    make_all()
    while clear_upload() or erase_clip():
        pass
    assert stored(media_folder) == []
    assert list(feed_rows()) == []
    assert fresh(clip).erased_at is not None


def test_a_strangers_retry_changes_nothing(world, video):
    from parvis.clips.errors import NoSuchClip

    clip = post_file(creator=world["alice"], path=video)
    with pytest.raises(NoSuchClip):
        actions.retry(creator=world["bob"].id, clip_id=clip.id)
    assert fresh(clip).processing == states.RECEIVED


def test_first_renditions_go_before_ladders(world, video, large_video):
    earlier = post_file(creator=world["alice"], path=large_video)
    assert steps.make_first()
    later = post_file(creator=world["bob"], path=video)
    assert not steps.make_rest()
    assert steps.make_first()
    assert fresh(later).playable_at is not None
    assert steps.make_rest()
    assert fresh(earlier).processing == states.READY
