"""A deleted account: hidden at once, back within the grace, erased after it, whole, once, and without a trace."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction

from parvis.accounts.models import Person
from parvis.accounts.world import PASSWORD
from parvis.cells import records
from parvis.cells.errors import KeyMissing
from parvis.cells.keys import pseudonym
from parvis.cells.models import DestroyedKey, PersonKey
from parvis.clips import storage
from parvis.clips.models import Clip
from parvis.events.models import Event
from parvis.feed.models import Choice, Watch
from parvis.kit.clock import now
from parvis.owndata.actions import downloads, leaving
from parvis.owndata.errors import LastOperator, NotThisHandle
from parvis.owndata.models import Download, Erasure, Leaving
from parvis.owndata.tests.conftest import SAID, archive_of, tables_with
from parvis.social.models import ClipCounts, Comment, PersonCounts


def all_of_it() -> dict[str, int]:
    return {table.name: records.model_of(table.name).objects.count() for table in records.tables_in_order()}


def due(person: Person) -> None:
    """Let the days of grace be over."""
    moment = now() - timedelta(seconds=1)
    Leaving.objects.filter(id=person.id).update(due_at=moment)
    Person.objects.filter(id=person.id).update(leaves_at=moment)


def test_it_is_hidden_and_signed_out_at_once_and_the_page_says_what_happens(alice, sign_in):
    clip = Clip.objects.get(creator=alice, poster="poster.webp")
    mine, his = sign_in("alice"), sign_in("bob")
    assert his.get(f"/c/{clip.id}").status_code == 200
    page = mine.get("/settings/delete").content.decode()
    assert "30" in page
    assert mine.post("/settings/delete", {"handle": "@Alice"}).status_code == 303
    assert his.get(f"/c/{clip.id}").status_code == 404
    assert his.get("/@alice").status_code == 404
    assert mine.get("/settings/").status_code == 302
    assert Person.objects.get(id=alice.id).leaves_at - now() > timedelta(days=29)
    assert leaving.erase_one() is False
    assert Clip.objects.filter(creator=alice).count() == 3


def test_another_handle_deletes_nothing(alice, sign_in):
    before = all_of_it()
    with pytest.raises(NotThisHandle):
        leaving.ask(alice, handle="bob")
    answer = sign_in("alice").post("/settings/delete", {"handle": "alicia"})
    assert answer.status_code == 422
    assert "votre propre @nom" in answer.content.decode()
    assert Person.objects.get(id=alice.id).is_active
    assert {**all_of_it(), "django_session": 0, "usersessions_usersession": 0} == {
        **before, "django_session": 0, "usersessions_usersession": 0,
    }  # fmt: skip


def test_the_only_operator_does_not_leave_the_square_alone(world):
    olga = world["olga"]
    with pytest.raises(LastOperator):
        leaving.ask(olga, handle="olga")
    assert Person.objects.get(id=olga.id).is_active
    assert not Leaving.objects.exists()


def test_who_signs_in_again_is_asked_and_has_everything_back(alice, sign_in, client):
    before = all_of_it()
    leaving.ask(alice, handle="alice")
    wrong = client.post("/sign-in", {"handle": "alice", "password": "not the password"})
    assert wrong.status_code == 422
    asked = client.post("/sign-in", {"handle": "alice", "password": PASSWORD})
    proof = asked.content.decode().partition('name="proof" value="')[2].partition('"')[0]
    assert client.post("/sign-in/keep", {"proof": proof[:-2] + "xx"}).status_code == 422
    assert not Person.objects.get(id=alice.id).is_active
    assert client.post("/sign-in/keep", {"proof": proof}).status_code == 302
    assert Person.objects.get(id=alice.id).is_active
    assert sign_in("alice").get("/settings/").status_code == 200
    Leaving.objects.update(due_at=now())
    assert leaving.erase_one() is True
    ignored = {"events_event", "django_session", "usersessions_usersession"}
    after = all_of_it()
    assert {name for name in before if before[name] != after[name]} <= ignored


def test_after_the_grace_no_table_no_file_and_no_key_is_left_of_the_person(alice, world, settings):
    bob, carol = world["bob"], world["carol"]
    archive_of(alice)
    me = pseudonym(alice.id)
    clips = list(Clip.objects.filter(creator=alice).values_list("id", flat=True))
    counted = ClipCounts.objects.get(clip__creator=bob)
    assert (counted.likes, counted.comments, counted.shares) == (1, 1, 1)
    leaving.ask(alice, handle="alice")
    due(alice)
    assert leaving.erase_one() is True

    # What erasing tells the learners, who may be down, names the person and the pseudonym (docs/adr/0014).
    told = Event.objects.filter(kind__in=["person.erased", "viewer.erased"])
    assert {(row.kind, row.object, row.actor) for row in told} == {
        ("person.erased", alice.id, None), ("viewer.erased", me, None),
    }  # fmt: skip
    assert tables_with(str(alice.id)) == {"events_event": 1}
    assert tables_with(str(me)) == {"events_event": 1}
    assert tables_with(SAID) == {}
    assert tables_with("alice") == {}
    assert {row.object for row in Event.objects.filter(kind="clip.deleted")} == set(clips)
    left = [path for path in Path(settings.STORAGES["default"]["OPTIONS"]["location"]).rglob("*") if path.is_file()]
    assert left == []
    with pytest.raises(KeyMissing):
        pseudonym(alice.id)
    assert not PersonKey.objects.filter(id=alice.id).exists()
    counted.refresh_from_db()
    assert (counted.likes, counted.comments, counted.shares) == (0, 0, 0)
    assert PersonCounts.objects.get(person=carol).followers == 0
    assert PersonCounts.objects.get(person=bob).following == 0
    assert not Comment.objects.exists(), "what bob said under her clip went with the clip"
    assert Choice.objects.count() == 0
    assert Watch.objects.count() == 0


def test_a_proof_stays_that_says_how_much_and_not_whose(alice):
    leaving.ask(alice, handle="alice")
    due(alice)
    leaving.erase_one()
    proof = Erasure.objects.get()
    assert proof.home == "FR"
    assert proof.counts["feed_watch"] == 3
    assert proof.counts["clips_clip"] == 3
    assert proof.counts["accounts_person"] == proof.counts["cells_personkey"] == 1
    assert proof.files == 4
    assert not Leaving.objects.exists()
    assert leaving.erase_one() is False


def test_the_destroyed_key_is_listed_beside_the_keys_under_a_name_that_leads_to_nobody(alice, settings):
    leaving.ask(alice, handle="alice")
    due(alice)
    leaving.erase_one()
    text = (settings.PARVIS_KEYS / "destroyed").read_text()
    assert len(text.splitlines()) == 1
    assert alice.id.hex not in text
    assert bytes(DestroyedKey.objects.get().digest).hex() in text


class Killed(BaseException):
    """A worker that ends without tidying up."""


def points() -> list[str]:
    return [f"{table}:{when}" for table in ("social_comment", "clips_rendition", "feed_watch", "events_event")
            for when in ("before", "after")] + ["end:before", "end:after"]  # fmt: skip


@pytest.mark.parametrize("point", points())
def test_killed_anywhere_it_is_finished_once_and_whole(alice, world, monkeypatch, point):
    """What is cut short is what a process does not do any more: the lease stays, open transactions roll back."""
    where, when = point.split(":")
    leaving.ask(alice, handle="alice")
    due(alice)
    real, finish = leaving.erase_some, leaving._finish

    def erase_some(table, owner, remove, most=records.AT_ONCE):
        if table.name == where and when == "before":
            raise Killed
        done = real(table, owner, remove, most)
        if table.name == where and when == "after":
            raise Killed
        return done

    def finishing(held, owner):
        with transaction.atomic():
            if when == "after":
                finish(held, owner)
            raise Killed

    monkeypatch.setattr(leaving, "erase_some", erase_some)
    if where == "end":
        monkeypatch.setattr(leaving, "_finish", finishing)
    with pytest.raises(Killed):
        leaving.erase_one()
    monkeypatch.undo()
    assert not Erasure.objects.exists()
    assert leaving.erase_one() or leaving.erase_one() is False
    Leaving.objects.update(lease_until=None, claimed_by=None)
    while leaving.erase_one():
        pass
    assert tables_with(str(alice.id)) == {"events_event": 1}
    assert Event.objects.filter(kind="person.erased").count() == 1
    assert Event.objects.filter(kind="viewer.erased").count() == 1
    counts = Erasure.objects.get().counts
    assert (counts["social_comment"], counts["clips_clip"], counts["feed_watch"]) == (2, 3, 3)
    assert ClipCounts.objects.get(clip__creator=world["bob"]).likes == 0
    assert PersonCounts.objects.get(person=world["carol"]).followers == 0


def test_an_archive_that_is_being_made_goes_too(alice, settings):
    downloads.ask(alice)
    leaving.ask(alice, handle="alice")
    due(alice)
    real = downloads.write

    def erased_meanwhile(*args, **more):
        written = real(*args, **more)
        leaving.erase_one()
        return written

    downloads.write, kept = erased_meanwhile, downloads.write
    try:
        downloads.make_one()
    finally:
        downloads.write = kept
    assert not Download.objects.exists()
    assert storage.listing("owndata")[1] == []


def test_no_data_file_holds_what_was_private(alice, settings):
    run = Path(os.environ["PARVIS_TEST_RUN"])
    if not (run / "pg").is_dir():
        pytest.skip("the database runs elsewhere (DATABASE_URL): its files cannot be read")
    archive_of(alice)
    leaving.ask(alice, handle="alice")
    due(alice)
    leaving.erase_one()
    needles = (b"alice@square.example", b"A draft that only alice reads", b"private name.mp4")
    for path in run.rglob("*"):
        if path.is_file() and not path.is_symlink():
            data = path.read_bytes()
            assert not any(needle in data for needle in needles), path
