"""Moving in from PeerTube and Mastodon: the same promises, for their archives."""

import io
import json
from typing import Any

import pytest

from parvis.accounts.models import Block, Person
from parvis.clips import states
from parvis.clips.models import Clip
from parvis.clips.words import words_of
from parvis.owndata import queries
from parvis.owndata.actions import moving
from parvis.owndata.elsewhere import known
from parvis.owndata.errors import OddArchive, UnknownArchive
from parvis.owndata.models import Arrival
from parvis.owndata.tests.elsewhere import MASTODON, PEERTUBE, UUID, mastodon_zip, peertube_zip, zipped
from parvis.owndata.tests.test_moving import everything, fuzzed, moved
from parvis.social.models import Mute


def found_as(person: Person, name: str) -> None:
    """Somebody who brought an archive of Mastodon before, and wished to be found."""
    actor = {"preferredUsername": name, "url": f"https://social.example/@{name}"}
    moved(person, zipped({"actor.json": actor, "outbox.json": {}}), is_found=True)


def test_an_archive_of_peertube_comes(world):
    found_as(world["carol"], "carol")
    found_as(world["bob"], "bob")
    report = moved(world["alice"], peertube_zip())
    assert report["films"] == {"": 2, "not-in-the-archive": 1}
    assert report["blocked"] == {"": 1, "elsewhere": 1}
    assert report["followed"] == {"found": 1}
    assert {name: report[name]["unused"] for name in ("likes", "comments", "hosts")} == {
        "likes": 1, "comments": 1, "hosts": 1,
    }  # fmt: skip
    assert Block.objects.get(person=world["alice"]).blocked == world["carol"]
    by_title = {words_of(clip).title: clip for clip in Clip.objects.filter(creator=world["alice"])}
    shown, private = by_title["A cat and a glass"], by_title["For me"]
    assert words_of(shown).caption == "It goes exactly how you think.\n#cats #physics"
    assert (shown.publication, shown.audience, shown.language) == (states.DRAFT, states.EVERYONE, "en")
    assert (shown.allow_comments, shown.allow_download, shown.is_sensitive) == (False, True, True)
    assert f"{shown.created_at:%Y-%m-%d %H:%M}" == "2025-06-01 12:00"
    assert list(shown.captions.values_list("language", flat=True)) == ["fr"]
    assert private.audience == states.ME


def test_only_what_was_public_at_peertube_is_published(world):
    moved(world["alice"], peertube_zip(), publishes=True)
    assert {words_of(clip).title: clip.publication for clip in Clip.objects.all()} == {
        "A cat and a glass": states.PUBLISHED,
        "For me": states.DRAFT,
    }


def test_an_archive_of_mastodon_comes(world):
    report = moved(world["alice"], mastodon_zip(), publishes=True, is_found=True)
    assert report == {"films": {"": 2}, "posts": {"unused": 1}, "likes": {"unused": 1}, "saved": {"unused": 2}}
    shown, kept = Clip.objects.order_by("created_at")
    assert words_of(shown).caption == "Rain & stones\non the square #rain"
    assert words_of(shown).alt == "Rain falls"
    assert (shown.publication, shown.audience) == (states.PUBLISHED, states.EVERYONE)
    assert (kept.publication, kept.audience, kept.is_sensitive) == (states.DRAFT, states.FOLLOWERS, True)
    assert [one.name for one in queries.aliases_of(world["alice"])] == ["@alice@social.example"]
    assert queries.offer_of(Arrival.objects.get())["bio"] == "Stones"


@pytest.mark.parametrize("make", [peertube_zip, mastodon_zip])
def test_brought_twice_it_is_there_once(world, make):
    moved(world["alice"], make())
    before = {name: count for name, count in everything().items() if name != "owndata_arrival"}
    assert moved(world["alice"], make())["films"]["there"] == 2
    assert {name: count for name, count in everything().items() if name != "owndata_arrival"} == before


def test_lists_of_mastodon_are_brought_by_themselves(world):
    found_as(world["carol"], "carol")
    alice = world["alice"]
    follows = b"Account address,Show boosts\ncarol@social.example,true\nx@y.example,true\n"
    assert moved(alice, follows, "following_accounts.csv")["followed"] == {"found": 1, "elsewhere": 1}
    mutes = b"Account address,Hide notifications\ncarol@social.example,true\n"
    assert moved(alice, mutes, "muted_accounts.csv")["muted"] == {"": 1}
    assert Mute.objects.get(person=alice).muted == world["carol"]
    assert moved(alice, b"carol@social.example\n", "blocked_accounts.csv")["blocked"] == {"": 1}
    assert Block.objects.get(person=alice).blocked == world["carol"]
    assert moved(alice, b"#domain\nbad.example\n", "blocked_domains.csv") == {"hosts": {"unused": 1}}


@pytest.mark.parametrize("data", [b"\xff\xfe\xff", b"hello\nworld\n", b'a@b.example,"' + b"x" * 200_000, b"a@b\x00c\n"])
def test_a_list_that_is_none_is_refused_and_nothing_changes(world, data):
    before = everything()
    with pytest.raises(UnknownArchive):
        moving.bring(world["alice"], io.BytesIO(data), name="blocked_accounts.csv")
    assert everything() == before


def test_a_path_out_of_the_archive_leads_to_nothing(world):
    videos = json.loads(json.dumps(PEERTUBE["peertube/videos.json"]))
    videos["videos"][0]["archiveFiles"]["videoFile"] = "../../../../etc/passwd"
    report = moved(world["alice"], peertube_zip(**{"peertube/videos.json": videos}))
    assert report["films"] == {"": 1, "not-in-the-archive": 2}


@pytest.mark.parametrize("moment", ["1969-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2025-02-31T00:00:00Z", "soon", 12])
def test_a_moment_out_of_range_is_named_and_nothing_changes(world, moment):
    videos = json.loads(json.dumps(PEERTUBE["peertube/videos.json"]))
    videos["videos"][0]["publishedAt"] = moment
    before = everything()
    with pytest.raises(OddArchive, match="videos > 1 > publishedAt"):
        moving.bring(world["alice"], io.BytesIO(peertube_zip(**{"peertube/videos.json": videos})))
    assert everything() == before


def _read(data: bytes) -> None:
    opened = known.opened(io.BytesIO(data))
    known.read(known.kind_of(opened), opened)


@pytest.mark.parametrize("name", PEERTUBE)
def test_no_odd_value_of_peertube_is_more_than_refused_or_taken(name):
    def wrap(data: Any) -> bytes:
        return peertube_zip(**{name: json.dumps(data).encode()})

    assert fuzzed(PEERTUBE[name], wrap, _read) > 3


@pytest.mark.parametrize("name", MASTODON)
def test_no_odd_value_of_mastodon_is_more_than_refused_or_taken(name):
    def wrap(data: Any) -> bytes:
        return mastodon_zip(**{name: json.dumps(data).encode()})

    assert fuzzed(MASTODON[name], wrap, _read) > 3


def test_what_is_said_to_some_people_only_is_no_clip(world):
    outbox = json.loads(json.dumps(MASTODON["outbox.json"]))
    outbox["orderedItems"][0]["object"]["to"] = ["https://other.example/users/bob"]
    outbox["orderedItems"][0]["object"]["cc"] = []
    report = moved(world["alice"], mastodon_zip(**{"outbox.json": outbox}), publishes=True)
    assert report["films"] == {"": 1}
    assert UUID not in str(report)
