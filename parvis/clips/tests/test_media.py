"""Files of clips: who may read them, in which parts, and as what."""

from email.utils import formatdate

import pytest

from parvis.clips import access, actions, storage
from parvis.clips.hot import media
from parvis.clips.models import Clip
from parvis.clips.queries import cards
from parvis.clips.signatures import FOLLOWER, OWNER, media_url
from parvis.clips.tests.test_pages import made
from parvis.kit.ids import uuid7

FILM = bytes(range(256)) * 4


class Answer:
    def __init__(self, address: str, method: str = "GET", **headers: str) -> None:
        path, _, query = address.partition("?")
        environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query}
        environ.update({f"HTTP_{name.upper()}": value for name, value in headers.items()})
        self.headers: dict[str, str] = {}
        body = media(environ, self._start)
        assert body is not None
        self.body = b"".join(body)
        if hasattr(body, "close"):
            body.close()

    def _start(self, status: str, headers: list[tuple[str, str]]) -> None:
        self.status, self.headers = int(status.split(maxsplit=1)[0]), dict(headers)


@pytest.fixture
def clip(world, media_folder) -> Clip:
    clip = made(world["alice"])
    storage.put(storage.file_name(clip.id, "540p.mp4"), FILM)
    storage.put(storage.file_name(clip.id, "poster.webp"), b"RIFFxxxxWEBP")
    access.forget()
    return clip


@pytest.fixture
def film(clip) -> str:
    return f"/media/{clip.id}/540p.mp4"


def test_a_public_file_is_open_and_kept_by_browsers(film):
    answer = Answer(film)
    assert (answer.status, answer.body) == (200, FILM)
    assert answer.headers["Content-Type"] == "video/mp4"
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Length"] == "1024"


def test_no_file_is_ever_a_page(clip, film):
    for address in (film, f"/media/{clip.id}/poster.webp", "/media/nonsense"):
        headers = Answer(address).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in headers["Content-Security-Policy"]
        assert headers["Content-Type"] in {"video/mp4", "image/webp", "text/plain; charset=utf-8"}


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("bytes=0-0", 0, 0), ("bytes=10-19", 10, 19), ("bytes=1000-", 1000, 1023), ("bytes=-24", 1000, 1023),
     ("bytes=1000-9999", 1000, 1023), ("bytes=-99999", 0, 1023), ("BYTES=0-1", 0, 1)],
)  # fmt: skip
def test_a_range_is_answered_in_part(film, asked, first, last):
    answer = Answer(film, range=asked)
    assert answer.status == 206
    assert answer.headers["Content-Range"] == f"bytes {first}-{last}/1024"
    assert answer.body == FILM[first : last + 1]
    assert answer.headers["Content-Length"] == str(last - first + 1)


@pytest.mark.parametrize("asked", ["bytes=1024-", "bytes=5000-6000", "bytes=-0"])
def test_a_range_outside_of_the_file_is_told_the_size(film, asked):
    answer = Answer(film, range=asked)
    assert (answer.status, answer.headers["Content-Range"]) == (416, "bytes */1024")


@pytest.mark.parametrize("asked", ["bytes=9-2", "bytes=0-1,4-5", "bytes=a-b", "lines=1-2", "bytes=--1", "bytes=-", ""])
def test_a_range_that_is_not_understood_is_ignored(film, asked):
    assert Answer(film, range=asked).status == 200


def test_head_sends_the_same_headers_and_no_body(film):
    whole, head = Answer(film), Answer(film, "HEAD", range="bytes=0-9")
    assert (head.status, head.body, head.headers["Content-Length"]) == (206, b"", "10")
    assert head.headers["ETag"] == whole.headers["ETag"]


def test_if_range_guards_against_another_version(film):
    tag = Answer(film).headers["ETag"]
    assert Answer(film, range="bytes=0-1", if_range=tag).status == 206
    assert Answer(film, range="bytes=0-1", if_range='"other"').status == 200
    assert Answer(film, range="bytes=0-1", if_range=formatdate(0, usegmt=True)).status == 200


def test_what_is_known_is_not_sent_again(film):
    tag = Answer(film).headers["ETag"]
    answer = Answer(film, if_none_match=tag)
    assert (answer.status, answer.body) == (304, b"")


def test_only_reading_is_possible(film):
    assert Answer(film, "POST").status == 405


@pytest.mark.parametrize("file", ["..%2f..%2fsecret", "../../keys/secret.key", "540p.MP4", "540p.html", "other.mp4",
                                  ".540p.mp4", "540p.mp4/", "", "540p.mp4%00.html"])  # fmt: skip
def test_other_names_are_not_found(clip, file):
    assert Answer(f"/media/{clip.id}/{file}").status == 404


def test_a_file_that_no_row_names_is_not_served(clip):
    storage.put(storage.file_name(clip.id, "extra.mp4"), b"x")
    assert Answer(f"/media/{clip.id}/extra.mp4").status == 404


def test_the_copy_that_played_first_leads_to_the_ladder_when_it_is_gone(clip):
    gone = Answer(f"/media/{clip.id}/source.mp4?x=1")
    assert (gone.status, gone.headers["Location"]) == (302, f"/media/{clip.id}/540p.mp4?x=1")
    assert Answer(gone.headers["Location"]).body == FILM
    assert Answer(f"/media/{clip.id}/source.mp4", range="bytes=0-").status == 302
    assert Answer(f"/media/{clip.id}/source.mp4", range="bytes=500-").status == 404


def test_the_copy_of_a_clip_that_is_not_open_leads_nowhere(world, media_folder):
    draft = made(world["alice"], published=False)
    storage.put(storage.file_name(draft.id, "540p.mp4"), FILM)
    access.forget()
    assert Answer(f"/media/{draft.id}/source.mp4").status == 404


def test_drafts_are_readable_by_their_creator_alone(world, media_folder):
    draft = made(world["alice"], published=False)
    storage.put(storage.file_name(draft.id, "540p.mp4"), FILM)
    assert Answer(f"/media/{draft.id}/540p.mp4").status == 404
    assert Answer(media_url(draft.id, "540p.mp4", FOLLOWER)).status == 404
    own = Answer(media_url(draft.id, "540p.mp4", OWNER))
    assert (own.status, own.body) == (200, FILM)
    assert own.headers["Cache-Control"].startswith("private, max-age=1800")
    assert own.headers["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize("spoil", ["e=9999999999", "s=fAAAA", "s=", "e=x", "e=1"])
def test_a_changed_signature_opens_nothing(world, media_folder, spoil):
    draft = made(world["alice"], published=False)
    storage.put(storage.file_name(draft.id, "540p.mp4"), FILM)
    path, query = media_url(draft.id, "540p.mp4", OWNER).split("?")
    pairs = dict(pair.split("=", 1) for pair in query.split("&")) | dict([spoil.split("=", 1)])
    assert Answer(f"{path}?e={pairs['e']}&s={pairs['s']}").status == 404


def test_a_signature_opens_no_other_clip(world, clip):
    other = made(world["bob"], audience="me")
    storage.put(storage.file_name(other.id, "540p.mp4"), FILM)
    query = media_url(clip.id, "540p.mp4", OWNER).split("?")[1]
    assert Answer(f"/media/{other.id}/540p.mp4?{query}").status == 404


def test_the_card_of_a_followers_clip_opens_for_followers_until_it_is_private(world, clip):
    creator = world["alice"].id
    actions.describe(creator=creator, clip_id=clip.id, details=actions.Details(audience="followers"))
    access.forget()
    address = cards([clip.id])[clip.id].renditions[0]["url"]
    assert Answer(f"/media/{clip.id}/540p.mp4").status == 404
    assert Answer(address).status == 200
    actions.describe(creator=creator, clip_id=clip.id, details=actions.Details(audience="me"))
    access.forget()
    assert Answer(address).status == 404


@pytest.mark.parametrize("end", ["hide", "me", "delete"])
def test_what_is_taken_back_is_closed_when_the_second_is_over(world, clip, film, monkeypatch, end):
    creator, moment = world["alice"].id, [100.0]
    monkeypatch.setattr("parvis.clips.access.monotonic", lambda: moment[0])
    assert Answer(film).status == 200
    if end == "hide":
        actions.hide(by=creator, clip_id=clip.id)
    elif end == "delete":
        actions.delete(creator=creator, clip_id=clip.id)
    else:
        actions.describe(creator=creator, clip_id=clip.id, details=actions.Details(audience="me"))
    moment[0] += 1.0
    assert Answer(film).status == 404


def test_a_known_clip_costs_no_query(film, django_assert_num_queries):
    Answer(film)
    with django_assert_num_queries(0):
        assert Answer(film).status == 200


def test_clips_of_a_private_account_need_a_signature(world, clip, film):
    world["alice"].is_private = True
    world["alice"].save(update_fields=["is_private"])
    access.forget()
    assert Answer(film).status == 404
    assert Answer(media_url(clip.id, "540p.mp4", FOLLOWER)).status == 200


def test_unknown_clips_are_not_found(db):
    assert Answer(f"/media/{uuid7()}/540p.mp4").status == 404


def test_a_download_is_named(film):
    assert Answer(f"{film}?download=1").headers["Content-Disposition"].startswith("attachment; filename=")
