"""The archive of one person holds everything that is theirs, and reaches nobody else."""

import hashlib
import io
import uuid
import zipfile
from datetime import timedelta

import orjson
import pytest
from django.db.models import Q

from parvis.accounts.signin import FRESH_SECONDS
from parvis.accounts.world import PASSWORD
from parvis.cells.datamap import private_tables
from parvis.cells.records import Owner, rows_of
from parvis.clips import storage
from parvis.kit.clock import now
from parvis.owndata import leases, queries
from parvis.owndata.actions import arriving, downloads
from parvis.owndata.errors import NoSuchDownload
from parvis.owndata.leases import LEASE
from parvis.owndata.models import Arrival, Download
from parvis.owndata.tests.conftest import SAID, SECRET, VIDEO, archive_of, lines


def test_every_private_row_is_in_the_archive(alice):
    archive, owner = archive_of(alice), Owner.of(alice.id, alice.home)
    leaving = [table for table in private_tables() if table.exported]
    for table in leaving:
        rows, mine = lines(archive, table.name), rows_of(table, owner)
        assert len(rows) == len(mine), table.name
        assert all(set(row) == set(table.exported) for row in rows)
        if "id" in table.exported:
            assert [str(row["id"]) for row in rows] == [str(row.pk) for row in mine], table.name
    assert sum(bool(lines(archive, table.name)) for table in leaving) >= 15, "alice has lived"


def test_private_values_are_opened(alice):
    archive = archive_of(alice)
    (details,) = lines(archive, "accounts_privatedetails")
    assert details["birth_date"].startswith(str(now().year - 27))
    assert SECRET in {orjson.loads(row["sealed_words"] or "{}").get("caption") for row in lines(archive, "clips_clip")}
    assert lines(archive, "clips_upload")[0]["filename"] == "private name.mp4"
    assert lines(archive, "social_comment")[0]["text"] == SAID
    assert len(lines(archive, "feed_watch")) == 3
    assert not any("pseudonym" in row for row in lines(archive, "feed_watch"))


def test_nothing_that_opens_the_account_is_in_the_archive(alice):
    archive = archive_of(alice)
    everything = b"".join(archive.read(name) for name in archive.namelist())
    assert alice.password.encode() not in everything
    assert b"session_key" not in everything
    assert str(Owner.of(alice.id, "FR").pseudonym).encode() not in everything


def test_own_files_are_in_the_archive_and_the_manifest_has_the_hash_of_each_entry(alice):
    archive = archive_of(alice)
    manifest = orjson.loads(archive.read("manifest.json"))
    listed = {entry["name"]: entry for entry in manifest["entries"]}
    assert set(archive.namelist()) == {*listed, "manifest.json"}
    for name, entry in listed.items():
        assert hashlib.sha256(archive.read(name)).hexdigest() == entry["sha256"], name
    clip = next(row for row in lines(archive, "clips_clip") if row["poster"])
    assert archive.read(f"files/{storage.file_name(clip['id'], '540.mp4')}") == VIDEO
    assert manifest["format"] == 1
    assert manifest["person"]["handle"] == "alice"
    assert manifest["tables"]["social_comment"]["rows"] == 1
    assert manifest["missing"] == []


def test_the_pages_read_in_words_and_lead_only_within_the_archive(alice):
    archive = archive_of(alice)
    names = set(archive.namelist())
    watched = archive.read("pages/feed_watch.html").decode()
    assert "Vous avez regardé un clip pendant 9" in watched.replace("\xa0", " ")
    assert "Bob&#x27;s own" in watched
    assert SAID in archive.read("pages/social_comment.html").decode()
    for name in names:
        if name.endswith(".html"):
            text = archive.read(name).decode()
            assert "<script" not in text
            for part in text.split('src="')[1:] + text.split('href="')[1:]:
                address = part.partition('"')[0]
                target = address.removeprefix("../") if name.startswith("pages/") else address
                assert target in names, f"{name}: {address}"


def test_the_same_rows_make_the_same_archive(alice):
    first = archive_of(alice)
    Download.objects.all().delete()
    asked = Download.objects.create(home="FR", person=alice, asked_at=now())
    names = [one.filename for one in first.infolist()]
    assert names[0] == "data/accounts_block.jsonl"
    assert names[-1] == "manifest.json"
    made = []
    for _ in range(2):
        Download.objects.all().delete()
        Download.objects.create(id=asked.id, home="FR", person=alice, asked_at=asked.asked_at)
        assert downloads.make_one()
        row = Download.objects.get(id=asked.id)
        made.append(b"".join(queries.opened(row, downloads.stored_as(row.id))))
    assert made[0] == made[1]


def test_what_lies_in_the_storage_is_encrypted(alice, settings):
    archive_of(alice)
    row = Download.objects.get()
    lying = storage.read(downloads.stored_as(row.id))
    assert len(lying) > row.bytes
    for plain in (SAID.encode(), b"manifest.json", VIDEO[:40], b"PK\x05\x06"):
        assert plain not in lying


def test_a_killed_worker_leaves_a_row_that_the_next_one_finishes_once(alice, monkeypatch):
    asked = downloads.ask(alice)

    def killed(*_args, **_more):
        raise SystemExit  # as kill -9: nothing is tidied but what the lease does

    monkeypatch.setattr(downloads, "write", killed)
    with pytest.raises(SystemExit):
        downloads.make_one()
    monkeypatch.undo()
    # SystemExit ran the `finally` that a kill does not: put the lease back as a kill leaves it.
    Download.objects.filter(id=asked.id).update(lease_until=now() + LEASE, claimed_by=asked.id)
    assert downloads.make_one() is False
    Download.objects.filter(id=asked.id).update(lease_until=now() - LEASE)
    assert downloads.make_one() is True
    assert Download.objects.get().state == "ready"
    assert downloads.make_one() is False


def test_what_fails_is_tried_again_and_given_up_in_words(alice, monkeypatch, sign_in):
    downloads.ask(alice)
    monkeypatch.setattr(downloads, "write", lambda *_args, **_more: 1 / 0)
    for attempt in range(6):
        assert Download.objects.get().state == "asked", attempt
        Download.objects.update(retry_at=None)
        assert downloads.make_one()
    assert Download.objects.get().state == "failed"
    assert "Cela n’a pas marché" in sign_in("alice").get("/settings/data").content.decode()


def test_asking_twice_makes_one_archive(alice):
    assert downloads.ask(alice).id == downloads.ask(alice).id
    assert Download.objects.count() == 1


def test_its_person_fetches_it_after_a_fresh_sign_in_and_nobody_else(alice, sign_in):
    mine = sign_in("alice")
    assert mine.post("/settings/data").status_code == 303
    downloads.make_one()
    row = Download.objects.get()
    address = f"/settings/data/{row.id}"
    assert address in mine.get("/settings/data").content.decode()
    answer = mine.get(address)
    body = b"".join(answer.streaming_content)
    assert (answer.status_code, answer["Content-Length"]) == (200, str(len(body)))
    assert zipfile.ZipFile(io.BytesIO(body)).testzip() is None
    assert "no-store" in answer["Cache-Control"]

    assert sign_in("bob").get(address).status_code == 404
    session = mine.session
    session["account_authentication_methods"] = [
        {**one, "at": one["at"] - FRESH_SECONDS - 1} for one in session["account_authentication_methods"]
    ]
    session.save()
    stale = mine.get(address)
    assert (stale.status_code, stale["Location"]) == (302, f"/settings/confirm?next=%2Fsettings%2Fdata%2F{row.id}")
    assert mine.post("/settings/confirm", {"next": address, "password": PASSWORD}).status_code == 302
    assert mine.get(address).status_code == 200


def test_after_seven_days_it_is_gone_from_the_storage_too(alice):
    archive_of(alice)
    row = Download.objects.get()
    assert row.expires_at - row.ready_at == timedelta(days=7)
    assert downloads.remove_old() is False
    Download.objects.update(expires_at=now() - timedelta(seconds=1))
    with pytest.raises(NoSuchDownload):
        queries.download_of(alice, row.id)
    assert downloads.remove_old() is True
    assert storage.listing("owndata")[1] == []
    assert bytes(Download.objects.get().key or b"") == b""


def test_the_lease_is_renewed_while_the_rows_are_read_and_found_lost_when_it_is(alice, monkeypatch):
    monkeypatch.setattr(leases, "RENEW_SECONDS", 0.0)
    monkeypatch.setattr(leases, "LEASE", timedelta(hours=1))
    archive_of(alice)
    downloads.ask(alice)
    held = leases.take(Download, Q(state="asked"))
    held.renew()
    assert Download.objects.get(id=held.row.id).lease_until > now() + timedelta(minutes=59)
    Download.objects.filter(id=held.row.id).update(claimed_by=alice.id)
    with pytest.raises(leases.LeaseLost):
        held.renew()


def test_what_a_crash_left_between_a_file_and_its_row_is_swept_and_nothing_else(alice, monkeypatch):
    made = downloads.ask(alice)
    assert downloads.make_one()
    archive = b"".join(queries.opened(Download.objects.get(id=made.id), downloads.stored_as(made.id)))
    brought = arriving.bring(alice, io.BytesIO(archive))
    storage.put(downloads.stored_as(uuid.uuid4()), b"of a row that never was")
    downloads.sweep_archives()
    assert len(storage.listing("owndata")[1]) == 3, "it may be about to get its row"
    monkeypatch.setattr(downloads, "YOUNG", timedelta(seconds=-1))
    downloads.sweep_archives()
    assert set(storage.listing("owndata")[1]) == {str(made.id), str(brought.id)}
    Arrival.objects.update(key=None, state="ready")  # killed before it could delete the file
    downloads.sweep_archives()
    assert storage.listing("owndata")[1] == [str(made.id)]
