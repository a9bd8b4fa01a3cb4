"""Moving in from elsewhere: what came, once; what did not, and why; and no odd archive changes anything."""

import copy
import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from parvis.accounts.models import Block, Person
from parvis.cells import records
from parvis.clips import states, storage
from parvis.clips.models import Clip, Part
from parvis.clips.words import words_of
from parvis.feed.models import Choice
from parvis.kit.errors import ParvisError
from parvis.owndata import queries
from parvis.owndata.actions import leaving, moving
from parvis.owndata.elsewhere import package
from parvis.owndata.errors import NoSuchDownload, NothingProposed, OddArchive, TooMuch, UnknownArchive
from parvis.owndata.models import Alias, Arrival, Leaving
from parvis.owndata.tests.conftest import tables_with
from parvis.owndata.tests.elsewhere import VIDEO, tiktok_2021, tiktok_2024, tiktok_2025, tiktok_zip, zipped
from parvis.social import actions as social
from parvis.social.models import Mute
from parvis.social.tests.conftest import viewer_of

FORMS = {"2025": tiktok_2025, "2024": tiktok_2024, "2021": tiktok_2021}


def moved(person: Person, archive: bytes, name: str = "archive.zip", **wishes: Any) -> dict[str, dict[str, int]]:
    """Bring an archive and take it up; return the report."""
    arrival = moving.bring(person, io.BytesIO(archive), name=name, wishes=moving.Wishes(**wishes))
    assert moving.move_in_one() is True
    arrival.refresh_from_db()
    assert arrival.state == "ready", arrival.failures
    return queries.report_of(arrival)


def found_as(person: Person, name: str) -> None:
    """Somebody who brought an archive before, and wished to be found."""
    data = {"Profile And Settings": {"Profile Info": {"ProfileMap": {"userName": name}}}}
    moved(person, orjson.dumps(data), "user_data_tiktok.json", is_found=True)


def everything() -> dict[str, int]:
    return {table.name: records.model_of(table.name).objects.count() for table in records.tables_in_order()}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("file", ["user_data_tiktok.json", "user_data.json"])
def test_an_archive_of_tiktok_comes_in_each_form_that_it_had(world, form, file):
    alice, bob, carol = world["alice"], world["bob"], world["carol"]
    found_as(bob, "bob.there")
    found_as(carol, "carol.there")
    report = moved(alice, zipped({f"TikTok/{file}": FORMS[form](), "TikTok/x/7147050262430059818.mp4": VIDEO}))
    assert report["films"] == {"": 1, "not-in-the-archive": 1}
    assert report["blocked"] == {"": 1, "elsewhere": 1}
    assert report["words"] == {"": 1}
    assert report["tags"] == {"": 2}
    assert report["followed"] == {"found": 1, "elsewhere": 1}
    unused = {"likes": 3, "saved": 1, "watched": 5, "searches": 1, "comments": 1, "followers": 1}
    assert {name: report[name]["unused"] for name in unused} == unused
    assert Block.objects.get(person=alice).blocked == carol
    assert set(Choice.objects.filter(says="more").values_list("value", flat=True)) == {"pottery", "jazz"}
    assert Mute.objects.filter(person=alice).count() == 1


def test_a_video_becomes_a_draft_with_its_words_its_date_and_its_rules(world):
    moved(world["alice"], tiktok_zip())
    clip = Clip.objects.get(creator=world["alice"])
    assert (clip.publication, clip.audience, clip.allow_comments) == (states.DRAFT, states.EVERYONE, False)
    assert f"{clip.created_at:%Y-%m-%d %H:%M:%S}" == "2024-05-06 07:08:09"
    assert (words_of(clip).caption, words_of(clip).alt) == ("Morning ride #bike", "A bicycle")
    assert b"".join(storage.read(part.name) for part in Part.objects.filter(upload__clip=clip)) == VIDEO


def test_what_everybody_could_see_is_published_where_its_person_wishes_so(world):
    moved(world["alice"], tiktok_zip(), publishes=True)
    assert Clip.objects.get(creator=world["alice"]).publication == states.PUBLISHED


def test_the_clips_of_minors_are_for_themselves_and_minors_are_not_found(world):
    moved(world["erin"], tiktok_zip(), publishes=True, is_found=True)
    assert Clip.objects.get(creator=world["erin"]).audience == states.ME
    assert not Alias.objects.exists()


def test_what_could_not_be_seen_there_is_not_published(world):
    data = tiktok_2025()
    data["Post"]["Posts"]["VideoList"][0]["WhoCanView"] = "Only you"
    moved(world["alice"], tiktok_zip(data), publishes=True)
    clip = Clip.objects.get(creator=world["alice"])
    assert (clip.publication, clip.audience) == (states.DRAFT, states.ME)


def test_brought_twice_it_is_there_once(world):
    moved(world["alice"], tiktok_zip())
    before = {name: count for name, count in everything().items() if name != "owndata_arrival"}
    report = moved(world["alice"], tiktok_zip())
    assert report["films"] == {"there": 1, "not-in-the-archive": 1}
    assert report["tags"] == {"there": 2}
    assert {name: count for name, count in everything().items() if name != "owndata_arrival"} == before


def test_the_same_video_of_two_people_is_two_clips(world):
    moved(world["alice"], tiktok_zip())
    moved(world["bob"], tiktok_zip())
    assert Clip.objects.count() == 2


def test_a_deleted_clip_does_not_come_back(world):
    from parvis.clips.actions import delete

    moved(world["alice"], tiktok_zip())
    clip = Clip.objects.get()
    delete(creator=world["alice"].id, clip_id=clip.id)
    assert moved(world["alice"], tiktok_zip())["films"]["there"] == 1
    assert Clip.objects.get().publication == states.DELETED


@pytest.mark.parametrize("step", ["bring_clip", "bring_tag", "_be_found", "close"])
def test_killed_anywhere_it_goes_on_once(world, monkeypatch, step):
    class Killed(BaseException):
        pass

    def killed(*args: Any, **kwargs: Any) -> Any:
        real(*args, **kwargs) if step != "close" else None
        raise Killed

    alice, real = world["alice"], getattr(moving, step)
    moving.bring(alice, io.BytesIO(tiktok_zip()), wishes=moving.Wishes(is_found=True))
    monkeypatch.setattr(moving, step, killed)
    with pytest.raises(Killed):
        moving.move_in_one()
    monkeypatch.setattr(moving, step, real)
    Arrival.objects.update(lease_until=None, claimed_by=None)
    assert moving.move_in_one() is True
    assert moving.move_in_one() is False
    assert Arrival.objects.get().state == "ready"
    counts = (Clip.objects.count(), Choice.objects.count(), Mute.objects.count(), Alias.objects.count())
    assert counts == (1, 2, 1, 1)
    assert storage.listing("owndata")[1] == []


def test_a_name_is_proposed_and_taken_only_by_its_person(world):
    alice = world["alice"]
    moved(alice, tiktok_zip())
    arrival, before = Arrival.objects.get(), (alice.display_name, alice.bio)
    alice.refresh_from_db()
    assert (alice.display_name, alice.bio) == before
    with pytest.raises(NoSuchDownload):
        moving.take_profile(person=world["bob"], arrival_id=arrival.id)
    moving.take_profile(person=alice, arrival_id=arrival.id)
    alice.refresh_from_db()
    assert (alice.display_name, alice.bio) == ("Alice over there", "Stones and bikes")
    with pytest.raises(NothingProposed):
        moving.take_profile(person=alice, arrival_id=arrival.id)


def test_nobody_is_found_who_did_not_wish_so_and_nobody_who_blocks(world):
    alice, bob = world["alice"], world["bob"]
    data = {"Profile And Settings": {"Profile Info": {"ProfileMap": {"userName": "bob.there"}}}}
    moved(bob, orjson.dumps(data), "user_data_tiktok.json")
    assert moved(alice, tiktok_zip())["followed"] == {"elsewhere": 2}
    found_as(bob, "bob.there")
    assert moved(alice, tiktok_zip())["followed"] == {"found": 1, "elsewhere": 1}
    last = Arrival.objects.filter(person=alice).order_by("-id")[0]
    assert queries.people_offered(last, viewer_of(alice)) == [bob]
    social.block(viewer=viewer_of(bob), person=alice)
    assert queries.people_offered(last, viewer_of(alice)) == []
    assert moved(alice, tiktok_zip())["followed"] == {"elsewhere": 2}


def test_to_be_found_is_taken_back(world):
    found_as(world["bob"], "bob.there")
    (known,) = queries.aliases_of(world["bob"])
    assert known.name == "@bob.there"
    moving.be_found_no_more(person=world["alice"], alias_id=known.id)
    assert Alias.objects.count() == 1
    moving.be_found_no_more(person=world["bob"], alias_id=known.id)
    assert moved(world["alice"], tiktok_zip())["followed"] == {"elsewhere": 2}


def test_what_does_not_come_lies_nowhere_and_nothing_outlives_its_person(world):
    moved(world["alice"], tiktok_zip(), is_found=True)
    for private in ("a secret search", "alice@square.example", "33600000000", "12-Apr", "alice.there", "Only a link"):
        assert tables_with(private) == {}, private
    leaving.ask(world["alice"], handle="alice")
    Leaving.objects.update(due_at="2020-01-01T00:00:00Z")
    Person.objects.filter(id=world["alice"].id).update(leaves_at="2020-01-01T00:00:00Z")
    assert leaving.erase_one()
    assert (Alias.objects.count(), Arrival.objects.count(), Clip.objects.count()) == (0, 0, 0)


def linked() -> bytes:
    out = io.BytesIO(tiktok_zip())
    with zipfile.ZipFile(out, "a") as zip_:
        info = zipfile.ZipInfo("videos/2.mp4")
        info.create_system, info.external_attr = 3, 0o120777 << 16
        zip_.writestr(info, "/etc/passwd")
    return out.getvalue()


def with_entry(name: str) -> bytes:
    return tiktok_zip(**{name: b"x"})


def locked() -> bytes:
    """A zip file that says of each entry that it is encrypted."""
    out = bytearray(tiktok_zip())
    for sign, flags in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        at = out.find(sign)
        while at >= 0:
            out[at + flags] |= 1
            at = out.find(sign, at + 4)
    return bytes(out)


HOSTILE = {
    "nothing": (lambda: b"", UnknownArchive),
    "text": (lambda: b"hello", UnknownArchive),
    "another's json": (lambda: b'{"hello": 1}', UnknownArchive),
    "a list": (lambda: b"[]", UnknownArchive),
    "deep": (lambda: b'{"Activity":' + b"[" * 100_000, UnknownArchive),
    "not UTF-8": (lambda: b'{"Activity": "\xff\xfe"}', UnknownArchive),
    "half a surrogate": (lambda: b'{"Activity": "\\ud800"}', UnknownArchive),
    "cut off": (lambda: tiktok_zip()[:-200], UnknownArchive),
    "an entry changed": (lambda: tiktok_zip().replace(b"k.json", b"c.json", 1), UnknownArchive),
    "path upwards": (lambda: with_entry("videos/../../../etc/passwd"), UnknownArchive),
    "absolute path": (lambda: with_entry("/etc/passwd"), UnknownArchive),
    "path of Windows": (lambda: with_entry("C:\\x.mp4"), UnknownArchive),
    "link": (linked, UnknownArchive),
    "locked": (locked, UnknownArchive),
    "bomb": (lambda: tiktok_zip(**{"videos/0.mp4": b"\0" * 50_000_000}), TooMuch),
    "json too large": (lambda: b'{"Activity":"' + b"x" * package.JSON_MOST + b'"}', TooMuch),
    "json of too many values": (lambda: b'{"Activity":[' + b"[]," * package.VALUES_MOST + b"1]}", TooMuch),
    "directory too large": (lambda: b"PK\5\6" + b"\0" * 6 + b"\xff\xff\xff\xff" * 3 + b"\0\0", TooMuch),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_hostile_archive_is_refused_in_words_and_nothing_changes(world, name):
    make, error = HOSTILE[name]
    before = everything()
    with pytest.raises(error) as refused:
        moving.bring(world["alice"], io.BytesIO(make()), name="user_data_tiktok.json")
    assert "Nothing was changed" in str(refused.value)
    assert everything() == before
    assert storage.listing("owndata")[1] == []


def places(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place of a document at which a value stands, the first item of each list."""
    yield way
    if isinstance(value, dict):
        for name, one in value.items():
            yield from places(one, (*way, name))
    elif isinstance(value, list) and value:
        yield from places(value[0], (*way, 0))


ODD = (
    None, "", "x", 0, -1, 2**70, 1.5, True, [], ["x"], [[]], {}, {"x": {}}, "\x00", "9" * 9, "0001-01-01 00:00:00",
    "9999-99-99 99:99:99", "\u202e" * 3000,
)  # fmt: skip


def changed(document: Any, way: tuple[Any, ...], odd: Any) -> Any:
    if not way:
        return odd
    document = copy.deepcopy(document)
    inner = document
    for name in way[:-1]:
        inner = inner[name]
    inner[way[-1]] = odd
    return document


def fuzzed(document: Any, wrap: Any, read: Any) -> int:
    """Put each odd value at each place; what reads it returns, or refuses in words. Returns how many were refused."""
    refused = 0
    for way in places(document):
        for odd in ODD:
            try:
                read(wrap(changed(document, way, odd)))
            except ParvisError as error:
                refused += "Nothing was changed" in str(error)
    return refused


def test_no_odd_value_anywhere_is_more_than_refused_or_taken():
    from parvis.owndata.elsewhere import known

    def read(data: Any) -> None:
        opened = known.opened(io.BytesIO(data), "user_data_tiktok.json")
        known.read(known.kind_of(opened), opened)

    for form in FORMS.values():
        assert fuzzed(form(), lambda data: json.dumps(data).encode(), read) > 100


@pytest.mark.parametrize("value", [3, ["x"], {"x": 1}, True])
def test_a_wrong_kind_of_value_is_named(world, value):
    data = tiktok_2025()
    data["Profile And Settings"]["Following"]["Following"][0]["UserName"] = value
    if value == 3:
        assert moved(world["alice"], orjson.dumps(data), "user_data.json")["followed"] == {"elsewhere": 2}
        return
    with pytest.raises(OddArchive, match="Following > 1 > UserName"):
        moving.bring(world["alice"], io.BytesIO(orjson.dumps(data)), name="user_data.json")


def test_a_file_that_cannot_be_posted_is_counted_and_the_rest_comes(world, settings):
    settings.PARVIS_UPLOAD_BYTES = 10
    report = moved(world["alice"], tiktok_zip())
    assert report["films"] == {"too-large": 1, "not-in-the-archive": 1}
    assert report["tags"] == {"": 2}


def test_it_is_brought_on_a_page_which_says_what_came(world, sign_in):
    bob = sign_in("bob")
    form = bob.get("/settings/data/bring").content.decode()
    assert "From TikTok" in form
    file = io.BytesIO(b"no archive")
    file.name = "x.zip"
    refused = bob.post("/settings/data/bring", {"archive": file})
    assert refused.status_code == 422
    assert "Nothing was changed" in refused.content.decode()
    file = io.BytesIO(orjson.dumps(tiktok_2025()))
    file.name = "user_data_tiktok.json"
    answer = bob.post("/settings/data/bring", {"archive": file, "is_found": "on"})
    assert answer.status_code == 303, answer.content
    assert moving.move_in_one()
    page = bob.get(answer["Location"]).content.decode()
    for said in ("Your videos", "Alice over there", "share/video/7147050262430059818", "We write to nobody for you"):
        assert said in page, said
    assert bob.post(f"{answer['Location']}/profile").status_code == 303
    assert "@alice.there" in bob.get("/settings/data/bring").content.decode()
    carol = sign_in("carol")
    assert carol.get(answer["Location"]).status_code == 404
    assert carol.post(f"{answer['Location']}/profile").status_code == 404
