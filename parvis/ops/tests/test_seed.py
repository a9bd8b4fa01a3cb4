"""The demo world: complete, once, and whole again after a kill at any place."""

import importlib
from pathlib import Path
from typing import Any

import pytest

from parvis.accounts.models import Person
from parvis.accounts.world import NAMED
from parvis.clips import states
from parvis.clips.actions import begin_upload
from parvis.clips.models import Clip
from parvis.media.synth import SCENES, TUNES
from parvis.ops import seed
from parvis.ops.world import CLIPS, FOLLOWS
from parvis.social.models import Follow

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """No film is made and no worker is waited for; returns what was asked for."""
    asked: list[dict[str, Any]] = []

    def write(path: Path, **wanted: Any) -> None:
        asked.append(wanted)
        path.write_bytes(b"a film")

    monkeypatch.setattr(seed, "make_clip", write)
    monkeypatch.setattr(seed, "PATIENCE_SECONDS", 0.0)
    monkeypatch.setattr(seed.connection, "close", lambda: None)
    return asked


def run(clips: Path | None = None) -> list[str]:
    said: list[str] = []
    seed.seed_world(said.append, clips=clips)
    return said


def alive() -> int:
    return Clip.objects.exclude(publication=states.DELETED).count()


def test_the_world_is_made_of_people_clips_and_follows(quick: list[dict[str, Any]]) -> None:
    said = run()
    assert set(Person.objects.values_list("handle", flat=True)) >= {one.handle for one in NAMED}
    assert set(Clip.objects.values_list("processing", "publication")) == {(states.RECEIVED, states.PUBLISHED)}
    assert alive() == len(CLIPS) == len(quick)
    assert Follow.objects.count() == len(FOLLOWS)
    assert sum("posted" in line for line in said) == len(CLIPS)


def test_a_second_start_makes_nothing_new(quick: list[dict[str, Any]]) -> None:
    run()
    quick.clear()
    said = run()
    assert quick == []
    assert not any("posted" in line for line in said)
    assert (alive(), Follow.objects.count()) == (len(CLIPS), len(FOLLOWS))


def test_an_upload_that_a_kill_cut_short_is_posted_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(**_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(importlib.import_module("parvis.clips.actions.post_file"), "receive", killed)
        with pytest.raises(KeyboardInterrupt):
            run()
    cut = Clip.objects.get()
    assert cut.processing == states.UPLOADING
    run()
    assert Clip.objects.get(id=cut.id).publication == states.DELETED
    assert alive() == len(CLIPS)


def test_a_folder_is_posted_once_and_what_is_no_video_is_left(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    for name in ("one.mp4", "deep/two.MOV", "notes.txt"):
        (tmp_path / name).write_bytes(b"something")
    said = run(tmp_path)
    assert alive() == len(CLIPS) + 2
    assert sum(line.endswith(("posted one.mp4", "posted two.MOV")) for line in said) == 2
    run(tmp_path)
    assert alive() == len(CLIPS) + 2


def test_a_file_that_is_too_large_is_said_and_the_next_one_posted(tmp_path: Path, settings: Any) -> None:
    run()
    settings.PARVIS_UPLOAD_BYTES = 1_000_000
    (tmp_path / "huge.mp4").write_bytes(bytes(1_000_001))
    (tmp_path / "small.mp4").write_bytes(b"small")
    said = run(tmp_path)
    assert any(line.startswith("huge.mp4: ") for line in said)
    assert alive() == len(CLIPS) + 1


def test_somebody_elses_open_upload_is_left_alone() -> None:
    run()
    bob = Person.objects.get(handle="bob")
    begin_upload(creator=bob.id, home=bob.home, length=10)
    run()
    assert (
        Clip.objects.filter(creator=bob, processing=states.UPLOADING).exclude(publication=states.DELETED).count() == 1
    )


def test_every_planned_clip_can_be_made_and_is_said_about_by_people_who_exist() -> None:
    handles = {one.handle for one in NAMED}
    for plan in CLIPS:
        assert plan.scene in SCENES
        assert plan.tune in TUNES
        assert {plan.creator, *plan.likes, *(who for who, _ in plan.comments)} <= handles
        assert plan.creator != "erin"
    assert len({plan.title for plan in CLIPS}) == len(CLIPS)
