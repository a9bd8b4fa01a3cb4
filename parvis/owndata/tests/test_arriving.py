"""An archive brought along: the same person with the same rows, once; and what somebody else made up is refused."""

import hashlib
import io
import os
import uuid
import zipfile
from datetime import timedelta
from typing import Any

import orjson
import pytest

from parvis.accounts.errors import HandleTaken, TooYoung, WeakPassword
from parvis.accounts.models import Person
from parvis.cells import records
from parvis.cells.datamap import declared
from parvis.cells.errors import BadRow
from parvis.cells.keys import pseudonym
from parvis.cells.records import Owner
from parvis.clips import states, storage
from parvis.clips.models import Clip, Part
from parvis.clips.words import words_of
from parvis.feed.models import Watch
from parvis.kit.clock import now
from parvis.kit.errors import ParvisError
from parvis.owndata import queries
from parvis.owndata.actions import arriving, leaving
from parvis.owndata.errors import AnotherPerson, IsHere, NotAnArchive, OtherFormat, OtherMarket, TooMuch
from parvis.owndata.models import Arrival, Leaving
from parvis.owndata.tests.conftest import SAID, SECRET, VIDEO, archive_of
from parvis.social.models import ClipCounts, Comment, PersonCounts

PASSWORD = "a password for a new square"
COUNTED = (
    "clips_clip", "feed_watch", "feed_slate", "feed_choice", "feed_preference", "social_like", "social_share",
    "social_comment", "social_follow",
)  # fmt: skip


def raw(archive: zipfile.ZipFile) -> bytes:
    """The bytes of an archive."""
    assert archive.fp is not None
    archive.fp.seek(0)
    return archive.fp.read()


def counts_of(person: Person) -> dict[str, int]:
    owner = Owner.of(person.id, person.home)
    return {name: records.rows_of(declared()[name], owner).count() for name in COUNTED}


def erased(person: Person) -> None:
    leaving.ask(person, handle=person.handle)
    past = now() - timedelta(seconds=1)
    Leaving.objects.update(due_at=past)
    Person.objects.filter(id=person.id).update(leaves_at=past)
    assert leaving.erase_one()


def opened(archive: bytes, **more: Any) -> Person:
    said = {"password": PASSWORD, "handle": "", "language": "fr", **more}
    return arriving.open_brought(io.BytesIO(archive), **said)


def remade(archive: bytes, change) -> bytes:
    """The archive with entries changed: `change(name, data)` returns what stands there. Hashes are made to fit."""
    old, out, entries = zipfile.ZipFile(io.BytesIO(archive)), io.BytesIO(), []
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name != "manifest.json":
                data = change(name, old.read(name))
                new.writestr(name, data)
                entries.append({"name": name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()})
        manifest = {**orjson.loads(old.read("manifest.json")), "entries": entries}
        new.writestr("manifest.json", change("manifest.json", orjson.dumps(manifest)))
    return out.getvalue()


def row_changed(table: str, **values: Any):
    def change(name: str, data: bytes) -> bytes:
        if name != f"data/{table}.jsonl":
            return data
        return b"".join(orjson.dumps({**orjson.loads(line), **values}) + b"\n" for line in data.splitlines())

    return change


def test_downloaded_deleted_and_brought_back_the_counts_are_equal(alice, world):
    before, clips = counts_of(alice), set(Clip.objects.filter(creator=alice).values_list("id", flat=True))
    shown = Clip.objects.get(poster="poster.webp")
    archive, old = raw(archive_of(alice)), pseudonym(alice.id)
    erased(alice)
    assert Clip.objects.filter(id__in=clips).count() == 0
    person = opened(archive)
    assert (person.id, person.handle, person.home) == (alice.id, "alice", "FR")
    assert arriving.arrive_one() is True
    assert counts_of(person) == before
    assert set(Clip.objects.filter(creator=person).values_list("id", flat=True)) == clips
    assert pseudonym(person.id) != old
    assert Comment.objects.get(author=person).text == SAID
    again = Clip.objects.get(id=shown.id)
    assert (again.processing, again.publication) == (states.RECEIVED, states.PUBLISHED)
    assert words_of(again).title == "On old stones"
    assert b"".join(storage.read(part.name) for part in Part.objects.filter(upload__clip=again)) == VIDEO
    assert list(again.captions.values_list("language", flat=True)) == ["fr"]
    assert SECRET in {words_of(clip).caption for clip in Clip.objects.filter(creator=person)}
    assert ClipCounts.objects.get(clip__creator=world["bob"]).likes == 1
    assert PersonCounts.objects.get(person=world["carol"]).followers == 1
    assert person.check_password(PASSWORD)
    assert storage.listing("owndata")[1] == []


def test_brought_twice_it_is_there_once(alice):
    archive, before = raw(archive_of(alice)), counts_of(alice)
    arriving.bring(alice, io.BytesIO(archive))
    arriving.bring(alice, io.BytesIO(archive))
    while arriving.arrive_one():
        pass
    assert counts_of(alice) == before
    assert Watch.objects.count() == 3
    reports = [queries.report_of(one) for one in Arrival.objects.all()]
    assert all(report["feed_watch"] == {"there": 3} for report in reports)


def test_killed_while_it_arrives_it_is_whole_after_the_next_try(alice, monkeypatch):
    archive, before = raw(archive_of(alice)), counts_of(alice)
    erased(alice)
    person = opened(archive)

    class Killed(BaseException):
        pass

    real, calls = arriving.take_up, []

    def take_up(table, owner, rows):
        done = real(table, owner, rows)
        calls.append(table.name)
        if len(calls) in {1, 4}:
            raise Killed
        return done

    monkeypatch.setattr(arriving, "take_up", take_up)
    for _ in range(2):
        with pytest.raises(Killed):
            arriving.arrive_one()
        Arrival.objects.update(lease_until=None, claimed_by=None)
    assert arriving.arrive_one() is True
    assert counts_of(person) == before
    assert ClipCounts.objects.get(clip__creator__handle="bob").likes == 1


def test_the_report_says_what_came_and_what_did_not(alice, world):
    archive = raw(archive_of(alice))
    erased(alice)
    Clip.objects.filter(creator=world["bob"]).delete()
    person = opened(archive)
    arriving.arrive_one()
    report = queries.report_of(Arrival.objects.get(person=person))
    assert report["social_like"] == {"elsewhere": 1}
    assert report["social_follow"] == {"": 1}
    assert report["clips_clip"] == {"": 3}
    assert report["social_follower"] == {"lost": 1}


def test_a_taken_handle_is_asked_for_anew(alice, world):
    archive = raw(archive_of(alice))
    erased(alice)
    Person.objects.filter(id=world["bob"].id).update(handle="alice")
    with pytest.raises(HandleTaken):
        opened(archive)
    assert not Person.objects.filter(id=alice.id).exists()
    assert opened(archive, handle="alice.again").handle == "alice.again"


def test_who_is_here_already_signs_in_instead_and_nobody_takes_anothers(alice, world):
    archive = raw(archive_of(alice))
    with pytest.raises(IsHere):
        opened(archive)
    with pytest.raises(AnotherPerson):
        arriving.bring(world["bob"], io.BytesIO(archive))
    assert not Arrival.objects.exists()
    assert storage.listing("owndata")[1] == [str(one) for one in storage.listing("owndata")[1]][:1]


def bomb(_archive: bytes) -> bytes:
    return remade(_archive, lambda name, data: b" " * 50_000_000 if name == "index.html" else data)


def named(name: str):
    def make(archive: bytes) -> bytes:
        out = io.BytesIO(archive)
        with zipfile.ZipFile(out, "a") as zip_:
            zip_.writestr(name, b"x")
        return out.getvalue()

    return make


def manifest_with(**values: Any):
    def change(name: str, data: bytes) -> bytes:
        return orjson.dumps({**orjson.loads(data), **values}) if name == "manifest.json" else data

    return lambda archive: remade(archive, change)


def line_of(table: str, line: bytes):
    return lambda archive: remade(archive, lambda name, data: line if name == f"data/{table}.jsonl" else data)


def table_with(table: str, **values: Any):
    return lambda archive: remade(archive, row_changed(table, **values))


HOSTILE = {
    "nothing": (lambda _archive: b"", NotAnArchive),
    "text": (lambda _archive: b"hello " * 1000, NotAnArchive),
    "cut off": (lambda archive: archive[: len(archive) // 2], NotAnArchive),
    "another zip": (lambda _archive: remade_zip({"a.txt": b"x"}), NotAnArchive),
    "bomb": (bomb, TooMuch),
    "directory too large": (lambda _archive: b"PK\5\6" + b"\0" * 6 + b"\xff\xff\xff\xff" * 3 + b"\0\0", TooMuch),
    "path upwards": (named("files/../../etc/passwd"), NotAnArchive),
    "absolute path": (named("/etc/passwd"), NotAnArchive),
    "entry that is not listed": (named("files/clips/x.mp4"), NotAnArchive),
    "entry twice": (named("index.html"), NotAnArchive),
    "later format": (manifest_with(format=2), OtherFormat),
    "manifest of lists": (manifest_with(entries=[1, 2]), NotAnArchive),
    "no person": (manifest_with(person={}), NotAnArchive),
    "no market of ours": (manifest_with(person={"id": str(uuid.uuid4()), "handle": "x", "home": "XX"}), OtherMarket),
    "another person": (manifest_with(person={"id": str(uuid.uuid4()), "handle": "x", "home": "FR"}), BadRow),
    "not json": (line_of("feed_watch", b"{not json}\n"), NotAnArchive),
    "deep json": (line_of("feed_watch", b"[" * 100_000 + b"\n"), NotAnArchive),
    "endless line": (line_of("feed_watch", b'"' + os.urandom(1_000_000).hex().encode()), NotAnArchive),
    "a column too many": (table_with("feed_watch", xid="1"), BadRow),
    "text for a number": (table_with("feed_watch", watched_ms="many"), BadRow),
    "a number out of range": (table_with("feed_watch", watched_ms=2**40), BadRow),
    "a NUL": (table_with("feed_watch", kind="wat\0ch"), BadRow),
    "another's row": (table_with("social_like", person_id=str(uuid.uuid4())), BadRow),
    "another home": (table_with("social_like", home="US"), BadRow),
    "an operator": (table_with("accounts_person", is_superuser=True), BadRow),
    "no birth date": (table_with("accounts_privatedetails", birth_date="yesterday"), NotAnArchive),
    "a child": (table_with("accounts_privatedetails", birth_date=f"{now().year - 9}-01-01"), TooYoung),
}


def remade_zip(entries: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zip_:
        for name, data in entries.items():
            zip_.writestr(name, data)
    return out.getvalue()


def everything() -> dict[str, int]:
    return {table.name: records.model_of(table.name).objects.count() for table in records.tables_in_order()}


@pytest.fixture(scope="module")
def kept() -> dict[str, bytes]:
    """The archive of the first test of this module that asks for it."""
    return {}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_hostile_archive_is_refused_in_words_and_nothing_changes(alice, name):
    archive = raw(archive_of(alice))
    erased(alice)
    before, files = everything(), storage.listing("owndata")
    make, error = HOSTILE[name]
    with pytest.raises(error) as refused:
        opened(make(archive))
    assert isinstance(refused.value, ParvisError)
    assert str(refused.value)
    assert everything() == before
    assert storage.listing("owndata") == files


def test_a_row_with_the_id_of_anothers_is_refused(alice, world):
    archive, theirs = raw(archive_of(alice)), Clip.objects.get(creator=world["carol"])
    changed = remade(archive, row_changed("clips_clip", id=str(theirs.id)))
    erased(alice)
    before = everything()
    with pytest.raises(BadRow):
        opened(changed)
    assert everything() == before


def test_a_weak_password_opens_nothing(alice):
    archive = raw(archive_of(alice))
    erased(alice)
    with pytest.raises(WeakPassword):
        opened(archive, password="short")
    assert not Person.objects.filter(id=alice.id).exists()


def test_what_a_private_account_did_not_allow_is_not_had_by_an_archive(alice, world):
    """A follow in an archive is asked for again, whatever state it claims."""
    archive = raw(archive_of(alice))
    erased(alice)
    Person.objects.filter(id=world["carol"].id).update(is_private=True)
    person = opened(archive)
    arriving.arrive_one()
    from parvis.social.models import Follow

    assert Follow.objects.get(follower=person).state == "requested"


def test_it_is_brought_on_a_page_and_its_person_is_signed_in_and_sees_the_report(alice, client, sign_in):
    archive = raw(archive_of(alice))
    erased(alice)
    refused = client.post("/bring", {"archive": io.BytesIO(b"no archive"), "password": PASSWORD})
    assert refused.status_code == 422
    assert "Nothing was changed" in refused.content.decode()
    file = io.BytesIO(archive)
    file.name = "parvis-alice.zip"
    answer = client.post("/bring", {"archive": file, "password": PASSWORD, "handle": ""})
    assert answer.status_code == 302, answer.content
    assert answer["Location"].startswith("/settings/data/brought/")
    assert client.get(answer["Location"]).status_code == 200
    arriving.arrive_one()
    page = client.get(answer["Location"]).content.decode()
    assert "Your clips" in page
    assert sign_in("bob").get(answer["Location"]).status_code == 404
