"""The doctor: each thing that may be wrong is found, with what to do."""

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import storages
from django.db import connection, transaction

from parvis.cells import keys
from parvis.events.actions import record
from parvis.feed import encoding, nightly, standing
from parvis.feed.kept import blank, folder
from parvis.kit.ids import uuid7
from parvis.ops import codecs, doctor
from parvis.ops.doctor import LOOKS, Look
from parvis.ops.finding import Finding
from parvis.recommender.durable import Durable
from parvis.recommender.encoder import files
from parvis.recommender.manifest import Manifest


def states(findings: Iterator[Finding]) -> dict[str, str]:
    return {one.name: one.state for one in findings}


def only(findings: Iterator[Finding]) -> Finding:
    (one,) = findings
    return one


@pytest.mark.django_db
def test_a_good_database_is_fine() -> None:
    assert states(doctor.look_at_database()) == {"database": "fine", "tables": "fine", "time": "fine"}


@pytest.mark.django_db(transaction=True)
def test_a_database_that_pg_restore_brought_from_another_server_is_found() -> None:
    with transaction.atomic():
        record("session.ended", home="FR", data={"session": "x"})
    with connection.cursor() as cursor:
        cursor.execute("update events_event set xid = '9000000000'::xid8")
    findings = {one.name: one for one in doctor.look_at_database()}
    assert findings["readers"].state == "failure"
    assert "parvis migrate" in findings["readers"].advice


@pytest.mark.django_db
def test_the_key_of_another_installation_is_found(settings: Any, tmp_path: Path) -> None:
    settings.PARVIS_KEYS = tmp_path / "keys"
    keys.forget_cached_keys()
    keys.create_person_key(uuid7(), "FR")
    assert only(doctor.look_at_market_keys()).state == "fine"
    (tmp_path / "keys" / "markets" / "FR.key").write_bytes(b"x" * 32)
    keys.forget_cached_keys()
    assert only(doctor.look_at_market_keys()).state == "failure"
    (tmp_path / "keys" / "markets" / "FR.key").unlink()
    keys.forget_cached_keys()
    assert only(doctor.look_at_market_keys()).state == "failure"
    assert not (tmp_path / "keys" / "markets" / "FR.key").exists(), "none is made in its place"
    keys.forget_cached_keys()


@pytest.mark.django_db
def test_a_missing_migration_is_found() -> None:
    with connection.cursor() as cursor:
        cursor.execute("delete from django_migrations where app = 'clips'")
    findings = {one.name: one for one in doctor.look_at_database()}
    assert findings["tables"].state == "failure"
    assert "migrations are missing" in findings["tables"].seen
    assert findings["tables"].advice == "Run: parvis migrate"


@pytest.mark.django_db
def test_a_server_that_is_too_old_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "OLDEST_SERVER", 990_000)
    findings = {one.name: one for one in doctor.look_at_database()}
    assert findings["database"].state == "failure"


def test_a_storage_that_cannot_be_written_is_found(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(storages["default"]), "save", full)
    found = only(doctor.look_at_storage())
    assert found.state == "failure"
    assert "No space left on device" in found.seen
    assert "PARVIS_DATA" in found.advice


def test_a_full_disk_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    class Usage:
        free = 500_000_000

    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda path: Usage)
    assert only(doctor.look_at_disk()).state == "failure"


def test_keys_that_others_may_read_are_found(settings: Any, tmp_path: Path) -> None:
    settings.PARVIS_KEYS = tmp_path
    tmp_path.chmod(0o700)
    (tmp_path / "market.key").touch(mode=0o644)
    found = only(doctor.look_at_keys())
    assert found.state == "failure"
    assert found.advice == f"Run: chmod -R go= {tmp_path}"
    (tmp_path / "market.key").chmod(0o600)
    assert only(doctor.look_at_keys()).state == "fine"


def test_missing_keys_are_found(settings: Any, tmp_path: Path) -> None:
    settings.PARVIS_KEYS = tmp_path / "none"
    assert "Bring it back from the backup" in only(doctor.look_at_keys()).advice


def test_an_open_address_without_https_is_found(settings: Any) -> None:
    settings.PARVIS_ORIGIN = "http://square.example"
    assert only(doctor.look_at_origin()).state == "failure"
    settings.PARVIS_ORIGIN = "https://square.example"
    assert only(doctor.look_at_origin()).state == "fine"


def test_a_mail_server_that_does_not_answer_is_found(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    found = only(doctor.look_at_mail())
    assert (found.state, found.advice) == ("failure", "Correct PARVIS_EMAIL_URL.")


@pytest.mark.django_db
def test_no_worker_is_something_to_know() -> None:
    assert only(doctor.look_at_worker()).state == "warning"


def test_the_codecs_of_this_release_are_all_there() -> None:
    assert only(codecs.look_at_ffmpeg()).state == "fine"
    assert only(codecs.look_at_pyav()).state == "fine"


def test_an_ffmpeg_without_an_encoder_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codecs, "ENCODERS", ("libx264", "no-such-encoder"))
    found = only(codecs.look_at_ffmpeg())
    assert found.state == "failure"
    assert "no-such-encoder" in found.seen


def test_a_look_that_breaks_is_a_finding_not_an_end() -> None:
    def broken() -> Iterator[Finding]:
        raise RuntimeError("boom")
        yield

    assert only(Look("thing", broken).findings()).seen == "RuntimeError: boom"


def test_every_look_has_a_name_of_its_own() -> None:
    assert len({look.name for look in LOOKS}) == len(LOOKS)


def test_weights_that_reward_what_nobody_wants_are_found(settings: Any) -> None:
    assert only(doctor.look_at_feed()).state == "fine"
    settings.PARVIS_FEED_WEIGHTS = {**settings.PARVIS_FEED_WEIGHTS, "skip": 0.5}
    found = only(doctor.look_at_feed())
    assert (found.state, "skip 0.5" in found.seen) == ("warning", True)


def test_a_learner_is_fine_silent_in_trouble_or_not_there(settings: Any, tmp_path: Path) -> None:
    settings.PARVIS_DATA = tmp_path
    found = only(doctor.look_at_learner())
    assert (found.state, found.advice) == ("warning", "Start one: parvis learn (parvis demo has its own)")
    with Durable(folder(), *blank()) as durable:
        durable.recover()
        durable.snapshot()
    standing.say(folder(), standing.Standing(time.time()))
    found = only(doctor.look_at_learner())
    assert found.state == "fine"
    assert re.fullmatch(r"kept \d+ s ago, \d\.\d MB", found.seen)
    standing.say(folder(), standing.Standing(time.time(), events=9, wrong_events=2, begun_anew=1))
    assert "2 of 9 events were of no use, 0 snapshots damaged, begun anew from rows 1 times" in (
        only(doctor.look_at_learner()).seen
    )
    standing.say(folder(), standing.Standing(time.time(), "No space left on device"))
    found = only(doctor.look_at_learner())
    assert (found.state, found.seen.startswith("No space left on device; kept ")) == ("warning", True)
    standing.say(folder(), standing.Standing(time.time() - 600))
    found = only(doctor.look_at_learner())
    assert (found.state, found.seen.startswith("not heard for 600 s; kept ")) == ("warning", True)


def test_an_encoder_is_looked_at_where_an_hour_is_set(settings: Any, tmp_path: Path) -> None:
    settings.PARVIS_DATA = tmp_path
    assert only(doctor.look_at_encoder()).seen == "not used: PARVIS_ENCODER_HOUR is not set"
    settings.PARVIS_ENCODER_HOUR = 3
    assert only(doctor.look_at_encoder()).state == "warning"
    place = encoding.folder()
    place.mkdir(parents=True)
    made = files.Made(Manifest("a", "b", 0, (), "c" * 64), "1", time.time() - 7200, 0.0, 5000, 70, 60)
    (place / files.MANIFEST).write_bytes(made.to_json())
    found = only(doctor.look_at_encoder())
    assert (found.state, found.seen) == ("fine", "model cccccccccccccccc of 2 h ago, from 5000 likings")
    (place / nightly.LAST).write_text('{"at": 1.0, "trouble": "it took too long"}')
    assert "last time: it took too long" in only(doctor.look_at_encoder()).seen
    (place / files.MANIFEST).write_bytes(b"{")
    assert only(doctor.look_at_encoder()).advice == "Train it: parvis recommender train"
