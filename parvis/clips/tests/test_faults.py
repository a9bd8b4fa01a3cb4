"""A worker that is killed at any moment: the clip is finished by the next one, once, and nothing is left over."""

import os
import random
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.db import connection

from parvis.clips import states
from parvis.clips.actions import Details, post_file
from parvis.clips.models import Clip, Part, Upload
from parvis.clips.processing import claims
from parvis.clips.processing.sweep import clear_upload, remove_retired, sweep_orphans
from parvis.clips.tests.conftest import make_all, stored
from parvis.events.models import Event
from parvis.kit.clock import now

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.faults]

WORKER = """
import os, sys, time
import django
from django.conf import settings
from parvis.project import settings as base
folder = {"location": sys.argv[1] + "/media"}
base.STORAGES["default"] = {"BACKEND": "parvis.clips.storage.FolderStorage", "OPTIONS": folder}
base.DATABASES["default"]["NAME"] = sys.argv[2]
base.PARVIS_DATA = __import__("pathlib").Path(sys.argv[1])
django.setup()
from parvis.clips.processing.claims import free_dead_claims
from parvis.clips.processing.steps import make_first, make_rest
from parvis.clips.processing.sweep import clear_upload
print("ready", flush=True)
while True:
    free_dead_claims()
    if not (make_first() or make_rest() or clear_upload()):
        time.sleep(0.1)
"""


class Worker:
    """A real process that makes clips, until it is killed."""

    def __init__(self, folder) -> None:
        name = connection.settings_dict["NAME"]
        environment = {**os.environ, "PARVIS_DATA": str(django_settings.PARVIS_DATA), "PARVIS_DATABASE_POOL": "0"}
        environment["PARVIS_KEYS"] = str(django_settings.PARVIS_KEYS)
        self.process = subprocess.Popen(
            [sys.executable, "-c", WORKER, str(folder), name], env=environment, stdout=subprocess.PIPE
        )
        assert self.process.stdout is not None
        self.process.stdout.readline()

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()


def wait_until(true, seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def test_kill_9_at_random_moments_finishes_the_clip_once(world, large_video, media_folder, tmp_path, monkeypatch):
    monkeypatch.setattr("parvis.clips.processing.scratch.YOUNG_SECONDS", 0.0)
    clip = post_file(creator=world["alice"], path=large_video, details=Details(title="Survivor"))
    chance = random.Random(7)
    for _ in range(6):
        worker = Worker(tmp_path)
        time.sleep(chance.uniform(0.05, 2.0))
        worker.kill()
        if Clip.objects.get(id=clip.id).processing == states.READY:
            break
    time.sleep(0.1)
    claims.free_dead_claims()
    make_all()
    _finished_once(clip, media_folder)


@pytest.mark.parametrize("state", [states.PROBED, states.PLAYABLE])
def test_kill_9_after_each_step_goes_on_from_there(world, large_video, media_folder, tmp_path, monkeypatch, state):
    monkeypatch.setattr("parvis.clips.processing.scratch.YOUNG_SECONDS", 0.0)
    clip = post_file(creator=world["alice"], path=large_video)
    worker = Worker(tmp_path)
    reached = {
        states.PROBED: (states.PROBED, states.PLAYABLE, states.READY),
        states.PLAYABLE: (states.PLAYABLE, states.READY),
    }
    wait_until(lambda: Clip.objects.get(id=clip.id).processing in reached[state])
    worker.kill()
    claims.free_dead_claims()
    make_all()
    _finished_once(clip, media_folder)


def _finished_once(clip: Clip, media_folder) -> None:
    while clear_upload():
        pass
    row = Clip.objects.get(id=clip.id)
    assert row.processing == states.READY
    kinds = list(Event.objects.filter(object=clip.id).values_list("kind", flat=True))
    assert kinds.count("clip.published") == 1
    assert not Part.objects.exists()
    assert Upload.objects.get().cleared_at is not None
    row.renditions.filter(is_temporary=True).update(retired_at=now() - timedelta(hours=1))
    while remove_retired():
        pass
    names = [name.rsplit("/", 1)[1] for name in stored(media_folder)]
    assert sorted(names) == sorted(["poster.webp", *row.renditions.values_list("file", flat=True)])
    assert len(set(row.renditions.values_list("name", flat=True))) == row.renditions.count() >= 2
    assert list((media_folder.parent / "work").iterdir()) == []


def test_a_lease_that_ran_out_is_taken_over(world, video, monkeypatch):
    clip = post_file(creator=world["alice"], path=video)
    Clip.objects.filter(id=clip.id).update(claimed_by=clip.id, lease_until=now() + timedelta(seconds=30))
    make_all()
    assert Clip.objects.get(id=clip.id).processing == states.RECEIVED
    Clip.objects.filter(id=clip.id).update(lease_until=now() - timedelta(seconds=1))
    make_all()
    assert Clip.objects.get(id=clip.id).processing == states.READY


def test_a_claim_that_was_lost_changes_nothing(world, video):
    clip = post_file(creator=world["alice"], path=video)
    with claims.claimed((states.RECEIVED,)) as claim:
        assert claim is not None
        Clip.objects.filter(id=clip.id).update(claimed_by=clip.id)
        with pytest.raises(claims.ClaimLost), claim.moving(states.PROBED) as row:
            row.save()
    assert Clip.objects.get(id=clip.id).processing == states.RECEIVED


def test_orphans_are_swept_and_what_is_named_stays(world, video, media_folder):
    clip = post_file(creator=world["alice"], path=video)
    make_all()
    before = stored(media_folder)
    orphans = ["clips/00000000-0000-7000-8000-000000000000/540p.mp4", f"clips/{clip.id}/.draft.123",
               "uploads/00000000-0000-7000-8000-000000000000/0-abc", f"clips/{clip.id}/720p.mp4.old"]  # fmt: skip
    for name in orphans:
        path = media_folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    assert sweep_orphans() == 0, "young files may belong to work that is under way"
    assert sweep_orphans(timedelta(0)) == len(orphans)
    assert stored(media_folder) == before
