"""A person who has done everything that leaves a row, and the world around."""

import io
import uuid
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pytest
from django.db import connection
from django.test import Client

from parvis.accounts.actions.email import ask_to_verify
from parvis.accounts.models import Person
from parvis.accounts.world import PASSWORD, people
from parvis.clips import storage
from parvis.clips.actions import begin_upload
from parvis.clips.models import Caption, Clip, Part, Rendition
from parvis.clips.words import Words, place_words
from parvis.feed import actions as feed
from parvis.feed.models import Slate, Watch
from parvis.owndata import queries
from parvis.owndata.actions import downloads
from parvis.owndata.models import Download
from parvis.social import actions as social
from parvis.social.models import Comment
from parvis.social.tests.conftest import make_clip, viewer_of

VIDEO = b"\x00\x00\x00\x18ftypmp42 not a video at all " * 40
SAID = "What alice said, which nobody else says"
SECRET = "A draft that only alice reads"


@pytest.fixture(autouse=True)
def _own_places(settings: Any, tmp_path: Any) -> None:
    """Files and keys of this test only; a fast hasher."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.PARVIS_KEYS = tmp_path / "keys"
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "parvis.clips.storage.FolderStorage",
            "OPTIONS": {"location": tmp_path / "media", "file_permissions_mode": 0o600},
        }
    }


@pytest.fixture
def world(transactional_db: None) -> dict[str, Person]:
    """The named people; what a test makes is committed, as archives are read from a snapshot."""
    return people()


def with_files(clip: Clip) -> Clip:
    """Give a clip the files that a worker would have made."""
    Rendition.objects.create(
        home=clip.home, creator=clip.creator, clip=clip, name="540", file="540.mp4", width=540, height=960,
        bytes=len(VIDEO), bit_rate=1, fps=30.0,
    )  # fmt: skip
    Caption.objects.create(home=clip.home, creator=clip.creator, clip=clip, language="fr", file="captions-fr-1.vtt")
    Clip.objects.filter(id=clip.id).update(poster="poster.webp")
    storage.put(storage.file_name(clip.id, "540.mp4"), VIDEO)
    storage.put(storage.file_name(clip.id, "poster.webp"), b"a poster")
    storage.put(storage.file_name(clip.id, "captions-fr-1.vtt"), b"WEBVTT\n\n00:01.000 --> 00:02.000\nBonjour\n")
    return Clip.objects.get(id=clip.id)


@pytest.fixture
def alice(world: dict[str, Person]) -> Person:
    """Alice, after a full life here; bob and carol have dealings with her."""
    person, bob, carol = world["alice"], world["bob"], world["carol"]
    me, him = viewer_of(person), viewer_of(bob)
    hers = with_files(make_clip(person, title="On old stones", caption="#dance @carol"))
    draft = Clip.objects.create(home=person.home, creator=person)
    draft.save(update_fields=place_words(draft, Words(caption=SECRET)))
    upload = begin_upload(creator=person.id, home=person.home, length=100, filename="private name.mp4")
    Part.objects.create(
        home=person.home, creator=person, upload=upload, start=0, length=4, name=f"uploads/{upload.id}/0"
    )
    storage.put(f"uploads/{upload.id}/0", b"part")
    his, theirs = make_clip(bob, title="Bob's own"), make_clip(carol, title="Carol's own")
    social.like(viewer=me, clip_id=his.id)
    social.share(viewer=me, clip_id=his.id)
    social.comment(viewer=me, clip_id=his.id, text=SAID, nonce=uuid.uuid4())
    social.follow(viewer=me, followed=carol)
    social.follow(viewer=him, followed=person)
    social.like(viewer=him, clip_id=hers.id)
    social.like(viewer=him, clip_id=theirs.id)
    social.comment(viewer=him, clip_id=hers.id, text="Bob says", nonce=uuid.uuid4())
    feed.choose(viewer=me, topic="tag", value="jazz", says="more")
    feed.choose(viewer=him, topic="creator", value="alice", says="never")
    slate = Slate.objects.create(
        home="FR", pseudonym=me.pseudonym, feed="for-you", clips=[his.id], recipe=1, trace=b"\x01\x02"
    )
    for at in range(3):
        Watch.objects.create(
            home="FR", pseudonym=me.pseudonym, slate=slate.id, position=at, clip=his.id, kind="watch", watched_ms=9000
        )
    ask_to_verify(person, "alice@square.example")
    return Person.objects.get(id=person.id)


@pytest.fixture
def sign_in() -> Callable[[str], Client]:
    """A browser in which a person of the world signed in."""

    def enter(handle: str) -> Client:
        client = Client()
        assert client.post("/sign-in", {"handle": handle, "password": PASSWORD}).status_code == 302
        return client

    return enter


def archive_of(person: Person) -> zipfile.ZipFile:
    """Ask for an archive, make it as the worker does, and open it as its person does."""
    asked = downloads.ask(person)
    assert downloads.make_one()
    made = Download.objects.get(id=asked.id)
    assert made.state == "ready", made.state
    return zipfile.ZipFile(io.BytesIO(b"".join(queries.opened(made, downloads.stored_as(made.id)))))


def lines(archive: zipfile.ZipFile, table: str) -> list[dict[str, Any]]:
    """The rows of a table in an archive."""
    return [orjson.loads(line) for line in archive.read(f"data/{table}.jsonl").splitlines()]


def tables() -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
    """Every table of the database with all its rows."""
    with connection.cursor() as cursor:
        cursor.execute("select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace")
        for (name,) in cursor.fetchall():
            cursor.execute(f'select t::text from "{name}" t')
            yield name, cursor.fetchall()


def tables_with(needle: str) -> dict[str, int]:
    """Table -> how many of its rows hold a text in any column."""
    found = {name: sum(needle in row[0] for row in rows) for name, rows in tables()}
    return {name: count for name, count in found.items() if count}


def said_by(person: Person) -> list[str]:
    return list(Comment.objects.filter(author=person).values_list("text", flat=True))
