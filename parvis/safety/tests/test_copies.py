"""Copies that were there before a look was blocked are found, and wait for a moderator as new ones do."""

import subprocess
from datetime import timedelta

import imageio_ffmpeg
import pytest

from parvis.clips import states as clip_states
from parvis.clips.actions import delete, hide, post_file, show
from parvis.clips.models import Clip, Likeness
from parvis.clips.processing.likenesses import Making, Round
from parvis.clips.tests.conftest import make_all, media_folder
from parvis.events.models import Event
from parvis.kit.clock import now
from parvis.media.likeness import VERSION, of_pictures
from parvis.media.tests.test_likeness import scenes
from parvis.safety import actions, states
from parvis.safety.actions import looks
from parvis.safety.models import BlockedLook, Case, Sweep
from parvis.safety.tests.conftest import decided
from parvis.safety.tests.test_looks import is_seen, removed, with_looks
from parvis.social.tests.conftest import make_clip

__all__ = ["media_folder"]


@pytest.fixture
def swept(monkeypatch):
    """Does all that is to be done of sweeps, also what waits for its time."""

    def go() -> None:
        for hours in (0, 1):
            moment = now() + timedelta(hours=hours)
            monkeypatch.setattr(looks, "now", lambda moment=moment: moment)
            while looks.sweep():
                pass

    return go


def held() -> list[Clip]:
    return list(Clip.objects.filter(limits__contains=[clip_states.HELD]).order_by("id"))


@pytest.fixture
def copy(world):
    """Dan has published what alice publishes too, mirrored."""
    return with_looks(make_clip(world["dan"]), scenes(1)[:, :, ::-1])


@pytest.fixture
def other(world):
    return with_looks(make_clip(world["dan"]), scenes(2))


def test_a_copy_that_was_published_before_waits_for_a_moderator_and_its_creator_is_told(
    world, clip, copy, other, swept
):
    decision = removed(world, with_looks(clip, scenes(1)))
    assert is_seen(copy, world["bob"])
    swept()
    case = Case.objects.get(object=copy.id)
    assert (case.state, case.match) == (states.WAITING, BlockedLook.objects.get(decision=decision.id).id)
    assert (is_seen(copy, world["bob"]), is_seen(copy, world["dan"]), is_seen(other, world["bob"])) == (
        False,
        True,
        True,
    )
    assert list(Event.objects.filter(kind="safety.held").values_list("object", flat=True)) == [world["dan"].id]
    assert Event.objects.filter(kind="clip.hidden", object=copy.id).count() == 1
    assert held() == [copy]


def test_a_copy_that_is_left_is_back_where_it_stood_and_is_not_asked_about_again(world, clip, copy, swept):
    published, words = copy.published_at, copy.title
    removed(world, with_looks(clip, scenes(1)))
    swept()
    decided(world["frank"], Case.objects.get(object=copy.id), ground="", reason="", facts="")
    copy.refresh_from_db()
    assert (copy.published_at, copy.first_published_at, copy.title, copy.limits) == (published, None, words, [])
    assert is_seen(copy, world["bob"])
    removed(world, with_looks(make_clip(world["carol"]), scenes(1)))
    swept()
    assert is_seen(copy, world["bob"])
    assert Case.objects.filter(object=copy.id).count() == 1


def test_a_copy_that_is_removed_comes_back_by_an_appeal(world, clip, copy, swept):
    published = copy.published_at
    removed(world, with_looks(clip, scenes(1)))
    swept()
    decision = decided(world["frank"], Case.objects.get(object=copy.id), on_thing=states.REMOVE, reason="hate")
    swept()
    actions.appeal(person=world["dan"].id, decision_id=decision.id, words="It is a report about it.")
    actions.hear(by=world["olga"], case_id=decision.case_id, is_reversed=True, answer="You are right.")
    copy.refresh_from_db()
    assert (copy.published_at, is_seen(copy, world["bob"])) == (published, True)


def test_a_held_copy_that_its_creator_hides_and_shows_is_still_held(world, clip, copy, swept):
    hide(by=world["dan"].id, clip_id=copy.id)
    removed(world, with_looks(clip, scenes(1)))
    swept()
    show(by=world["dan"].id, clip_id=copy.id)
    assert not is_seen(copy, world["bob"])
    assert held() == [copy]


def test_nothing_is_asked_about_what_is_removed_or_deleted_already(world, clip, copy, other, swept):
    removed(world, copy, reason="nudity")
    Likeness.objects.filter(clip=other).update(asked=of_pictures(scenes(1)).asked)
    delete(creator=world["dan"].id, clip_id=other.id)
    removed(world, with_looks(clip, scenes(1)))
    swept()
    assert held() == []
    assert not Case.objects.filter(match__isnull=False).exists()


def test_a_sweep_that_is_stopped_anywhere_goes_on_and_finds_each_once(world, clip, monkeypatch, swept):
    copies = [with_looks(make_clip(world["dan"]), scenes(1)) for _ in range(5)]
    removed(world, with_looks(clip, scenes(1)))
    monkeypatch.setattr(looks, "TOGETHER", 2)
    really, calls = looks.hold_copy, []

    def stopped(row, look):
        calls.append(row)
        if len(calls) in {2, 5}:
            raise RuntimeError
        return really(row, look)

    monkeypatch.setattr(looks, "hold_copy", stopped)
    for _ in range(2):
        with pytest.raises(RuntimeError):
            swept()
    assert 0 < len(held()) < 5
    swept()
    assert held() == copies
    assert Event.objects.filter(kind="safety.held").count() == Case.objects.filter(match__isnull=False).count() == 5
    assert Sweep.objects.get().done_at is not None


def test_what_was_being_made_when_the_look_was_blocked_is_found_the_second_time(world, clip, swept):
    early = with_looks(make_clip(world["dan"]), scenes(1))
    kept = Likeness.objects.filter(clip=early)
    kept.update(version=0)  # as if its transaction were not over
    removed(world, with_looks(clip, scenes(1)))
    while looks.sweep():
        pass
    kept.update(version=VERSION)
    assert (held(), Sweep.objects.get().done_at) == ([], None)
    swept()
    assert held() == [early]


def test_a_look_that_is_off_the_list_holds_nothing_more(world, clip, copy, swept):
    decision = removed(world, with_looks(clip, scenes(1)))
    actions.appeal(person=world["alice"].id, decision_id=decision.id, words="It was a joke among friends.")
    actions.hear(by=world["olga"], case_id=decision.case_id, is_reversed=True, answer="You are right.")
    swept()
    assert (held(), Sweep.objects.get().done_at is not None) == ([], True)


@pytest.fixture
def film(tmp_path):
    path = tmp_path / "film.mp4"
    noise = ["-f", "lavfi", "-i", "mandelbrot=size=360x640:rate=15,trim=duration=2", "-pix_fmt", "yuv420p"]
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-loglevel", "error", "-y", *noise, "-preset", "ultrafast", str(path)]
    subprocess.run(command, check=True, timeout=60)
    return path


@pytest.mark.django_db(transaction=True)
def test_clips_older_than_the_hashes_get_them_and_keep_copies_out_and_are_found(world, media_folder, film):
    first, second = (post_file(creator=world[name], path=film) for name in ("alice", "dan"))
    make_all()
    Likeness.objects.all().delete()
    removed(world, first)
    assert not BlockedLook.objects.exists()
    going = Round()
    assert (going.step(), going.step(), going.step()) == (True, False, False)
    assert list(Likeness.objects.values_list("version", flat=True)) == [0, 0]
    (media_folder / "clips" / str(second.id)).rename(media_folder / "away")
    making = Making()
    assert (making.step(), making.step(), making.step()) == (True, True, False)
    assert Likeness.objects.get(clip=second).asked == b""
    assert BlockedLook.objects.count() == 1
    (media_folder / "away").rename(media_folder / "clips" / str(second.id))
    Likeness.objects.filter(clip=second).update(version=0)
    assert making.step()
    assert held() == [second]
    assert Round().step()
    assert not Likeness.objects.filter(version=0).exists()


@pytest.mark.django_db(transaction=True)
def test_while_the_storage_does_not_answer_a_likeness_stays_missing(world, media_folder, film, monkeypatch):
    clip = post_file(creator=world["alice"], path=film)
    make_all()
    Likeness.objects.all().delete()
    Round().step()

    def away(_name):
        raise OSError

    with monkeypatch.context() as broken:
        broken.setattr("parvis.clips.storage.chunks", away)
        making = Making()
        assert (making.step(), making.step()) == (True, False)
    assert Likeness.objects.get(clip=clip).version == 0
    assert Making().step()
    assert Likeness.objects.get(clip=clip).shown
    assert is_seen(clip, world["bob"])
