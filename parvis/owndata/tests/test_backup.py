"""A backup holds everything but what opens it; restored, all is as it was, and who was erased stays erased."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as configuration

from parvis.accounts.models import Person
from parvis.cells import destroyed, records
from parvis.cells.keys import forget_cached_keys, unseal
from parvis.clips import storage
from parvis.clips.models import Clip
from parvis.events.models import Cursor, Event
from parvis.kit.clock import now
from parvis.owndata.actions import leaving
from parvis.owndata.backup.restoring import restore
from parvis.owndata.backup.writing import BackupError, back_up
from parvis.owndata.models import Leaving
from parvis.owndata.tests.conftest import SAID, SECRET, VIDEO, tables_with
from parvis.social.subscribers import SUBSCRIBERS


def all_of_it() -> dict[str, int]:
    return {table.name: records.model_of(table.name).objects.count() for table in records.tables_in_order()}


def quiet(_text: str) -> None:
    pass


def emptied(settings, tmp_path, *, keys: bool = False) -> None:
    """As a new machine: no rows, no files, and no keys unless they are kept."""
    from django.core.management import call_command

    call_command("flush", interactive=False, verbosity=0)
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "parvis.clips.storage.FolderStorage", "OPTIONS": {"location": tmp_path / "new-media"}}
    }
    if not keys:
        settings.PARVIS_KEYS = tmp_path / "new-keys"
    forget_cached_keys()


@pytest.fixture
def backup(alice, tmp_path) -> tuple[Path, Path]:
    folder, keys = tmp_path / "backup", tmp_path / "apart"
    back_up(folder, keys, quiet)
    return folder, keys


def test_everything_is_there_again(alice, backup, settings, tmp_path):
    before = all_of_it()
    clip = Clip.objects.get(poster="poster.webp")
    emptied(settings, tmp_path)
    assert not Person.objects.exists()
    restore(*backup, quiet)
    assert all_of_it() == before
    assert storage.read(storage.file_name(clip.id, "540.mp4")) == VIDEO
    draft = Clip.objects.exclude(sealed_words=None).get()
    assert SECRET in unseal(alice.id, "clips_clip.sealed_words", draft.sealed_words)


def test_readers_go_on_where_they_stood_and_hear_what_comes_after(alice, backup, settings, tmp_path):
    for one in SUBSCRIBERS:
        while one.step():
            pass
    folder = tmp_path / "later"
    back_up(folder, None, quiet)
    stood = {row.subscriber: row.event for row in Cursor.objects.all()}
    emptied(settings, tmp_path, keys=True)
    restore(folder, None, quiet)
    assert {row.subscriber: row.event for row in Cursor.objects.all()} == stood
    assert [one.step() for one in SUBSCRIBERS] == [False] * len(SUBSCRIBERS)
    from django.db import transaction

    from parvis.events.actions import record

    with transaction.atomic():
        record("clip.deleted", home="FR", object=Clip.objects.first().id)
    assert all(one.step() for one in SUBSCRIBERS)


def test_what_nobody_had_read_is_read_after_the_restore(alice, backup, settings, tmp_path):
    Cursor.objects.all().delete()
    emptied(settings, tmp_path)
    restore(*backup, quiet)
    assert Event.objects.count() > 0
    assert all(one.step() for one in SUBSCRIBERS)


def test_who_was_erased_after_the_backup_stays_erased(alice, world, backup, settings, tmp_path):
    leaving.ask(alice, handle="alice")
    past = now() - timedelta(seconds=1)
    Leaving.objects.update(due_at=past)
    Person.objects.filter(id=alice.id).update(leaves_at=past)
    assert leaving.erase_one()
    emptied(settings, tmp_path, keys=True)  # the list beside the keys outlives the database
    restore(backup[0], None, quiet)
    assert not Person.objects.filter(id=alice.id).exists()
    assert Person.objects.filter(id=world["bob"].id).exists()
    assert set(tables_with(str(alice.id))) == {"events_event"}
    assert tables_with(SAID) == {}
    assert list(destroyed.come_back(destroyed.listed())) == []


def test_a_backup_without_its_keys_can_be_read_by_nobody(backup):
    folder, keys = backup
    lying = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert SAID.encode() in lying, "what is public is no secret"
    for secret in (SECRET.encode(), b"private name.mp4", b"alice@square.example"):
        assert secret not in lying
    for path in keys.rglob("*.key"):
        assert path.read_bytes() not in lying
    assert (keys / "markets" / "FR.key").exists()


def test_a_restore_that_is_refused_changes_nothing(alice, backup, settings, tmp_path):
    folder, keys = backup
    before = all_of_it()
    with pytest.raises(BackupError, match="There are people"):
        restore(folder, keys, quiet)
    assert all_of_it() == before
    emptied(settings, tmp_path)
    table = folder / "database" / "social_comment.copy"
    whole = table.read_bytes()
    table.write_bytes(whole[:-3] + b"xyz")
    with pytest.raises(BackupError, match="social_comment"):
        restore(folder, keys, quiet)
    table.write_bytes(whole)
    other = configuration.PARVIS_KEYS / "markets" / "FR.key"
    other.parent.mkdir(parents=True)
    other.write_bytes(b"x" * 32)
    with pytest.raises(BackupError, match="another key"):
        restore(folder, keys, quiet)
    with pytest.raises(BackupError, match="no whole backup"):
        restore(keys, None, quiet)
    assert not Person.objects.exists()
    assert other.read_bytes() == b"x" * 32


def test_what_signs_cookies_comes_along_though_the_new_installation_has_made_its_own(alice, settings, tmp_path):
    (settings.PARVIS_KEYS / "secret.key").write_text("of the square")
    folder, keys = tmp_path / "backup", tmp_path / "apart"
    back_up(folder, keys, quiet)
    emptied(settings, tmp_path)
    settings.PARVIS_KEYS.mkdir()
    (settings.PARVIS_KEYS / "secret.key").write_text("made by the command that restores")
    restore(folder, keys, quiet)
    assert (settings.PARVIS_KEYS / "secret.key").read_text() == "of the square"


def test_keys_do_not_lie_in_the_backup(alice, tmp_path):
    with pytest.raises(BackupError, match="folder of their own"):
        back_up(tmp_path / "one", tmp_path / "one" / "keys", quiet)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_text("x")
    with pytest.raises(BackupError, match="not empty"):
        back_up(tmp_path / "full", None, quiet)


def test_the_commands_say_in_one_line_what_cannot_be_done(tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_text("x")
    done = subprocess.run(
        [sys.executable, "-m", "parvis", "backup", str(tmp_path / "full")],
        capture_output=True, text=True, env={**os.environ, "PARVIS_DATA": str(tmp_path / "data")}, timeout=120,
    )  # fmt: skip
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert "not empty" in done.stderr
