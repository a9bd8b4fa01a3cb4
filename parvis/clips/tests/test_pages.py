"""The pages of clips: what they show, and to whom."""

import json
import re
from datetime import timedelta

import pytest
from django.test import Client

from parvis.clips import access, states
from parvis.clips.actions import Details, begin_upload, describe, publish
from parvis.clips.models import Clip, Rendition
from parvis.clips.queries import for_viewer
from parvis.clips.tests.conftest import fresh
from parvis.clips.views import own, share
from parvis.clips.words import words_of
from parvis.kit.clock import now
from parvis.kit.ids import uuid7


@pytest.fixture
def clip(world) -> Clip:
    """A clip of alice that plays and is published, without real files."""
    return made(world["alice"])


def made(creator, *, published=True, **said) -> Clip:
    upload = begin_upload(creator=creator.id, home=creator.home, length=0)
    details = Details(**{"title": "On the bridge", "caption": "Rain & #Lyon <b> @bob", **said})
    describe(creator=creator.id, clip_id=upload.clip_id, details=details)
    moment = now()
    for state in (states.PROBED, states.PLAYABLE):
        Clip.objects.filter(id=upload.clip_id).update(processing=state)
    Clip.objects.filter(id=upload.clip_id).update(
        playable_at=moment, width=540, height=960, duration_ms=8000, poster="poster.webp"
    )
    Rendition.objects.create(
        clip_id=upload.clip_id, creator=creator, home=creator.home, name="540p", file="540p.mp4",
        width=540, height=960, bytes=1000, bit_rate=1000, fps=30,
    )  # fmt: skip
    if published:
        publish(creator=creator.id, clip_id=upload.clip_id)
    return Clip.objects.get(id=upload.clip_id)


def page(client, address, **headers):
    return client.get(address, headers={"Accept": "text/html", **headers})


def test_a_public_clip_plays_for_visitors_and_describes_itself(client, clip):
    html = page(client, f"/c/{clip.id}").content.decode()
    assert f"/media/{clip.id}/540p.mp4" in html
    assert 'property="og:video"' in html
    assert "application/json+oembed" in html
    block = html.split('<script type="application/ld+json">')[1].split("</script>")[0]
    data = json.loads(block)
    assert data["@type"] == "VideoObject"
    assert data["duration"] == "PT8.000S"
    assert data["name"] == "On the bridge"


def test_what_people_write_is_never_markup(client, world):
    evil = made(world["alice"], title="</script><script>alert(1)</script>", caption="<img src=x onerror=alert(1)> #a")
    html = page(client, f"/c/{evil.id}").content.decode()
    assert "<script>alert(1)" not in html
    assert "<img src=x" not in html


def test_tags_and_existing_people_are_links(client, clip):
    html = page(client, f"/c/{clip.id}").content.decode()
    assert '<a href="/tag/lyon">#Lyon</a>' in html
    assert '<a href="/@bob">@bob</a>' in html


@pytest.mark.parametrize("change", [{"audience": states.ME}, {"audience": states.FOLLOWERS}])
def test_a_clip_for_few_is_not_there_for_strangers(client, signed_in, world, clip, change):
    describe(creator=world["alice"].id, clip_id=clip.id, details=Details(**change))
    for visitor in (client, signed_in("bob")):
        assert page(visitor, f"/c/{clip.id}").status_code == 404
        assert page(visitor, f"/embed/{clip.id}").status_code == 404
        assert page(visitor, f"/oembed?url=http://localhost:8000/c/{clip.id}").status_code == 404
    assert page(signed_in("alice"), f"/c/{clip.id}").status_code == 200


def test_the_clips_of_a_private_account_are_for_followers(client, world, clip):
    world["alice"].is_private = True
    world["alice"].save(update_fields=["is_private"])
    assert page(client, f"/c/{clip.id}").status_code == 404
    assert f"/media/{clip.id}" not in page(client, "/@alice").content.decode()


def test_the_frame_may_stand_in_any_page_and_nothing_else_may(client, clip):
    assert "frame-ancestors *" in page(client, f"/embed/{clip.id}")["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in page(client, f"/c/{clip.id}")["Content-Security-Policy"]


def test_oembed_describes_the_clip_and_fits_the_asked_size(client, clip):
    answer = client.get(f"/oembed?url=http://localhost:8000/c/{clip.id}&maxwidth=180").json()
    assert answer["type"] == "video"
    assert answer["title"] == "On the bridge"
    assert (answer["width"], answer["height"]) == (180, 320)
    assert f"/embed/{clip.id}" in answer["html"]


@pytest.mark.parametrize("url", ["https://evil.example/c/{id}", "nonsense", "http://localhost:8000/c/xx", ""])
def test_oembed_knows_no_other_addresses(client, clip, url):
    assert client.get("/oembed", {"url": url.format(id=clip.id)}).status_code == 404


def test_own_pages_ask_visitors_to_sign_in(client, clip):
    for address in ("/create", "/mine", f"/c/{clip.id}/edit"):
        answer = page(client, address)
        assert answer.status_code == 302
        assert "/sign-in" in answer["Location"]


def test_create_tells_the_limits_before_anything_is_sent(signed_in, settings):
    settings.PARVIS_UPLOAD_BYTES, settings.PARVIS_CLIP_SECONDS = 123_000_000, 77
    html = page(signed_in("alice"), "/create").content.decode()
    assert "Up to 77 seconds" in html
    assert "Up to 123 MB" in html


def test_create_shows_unfinished_uploads_by_name(signed_in, world):
    alice = world["alice"]
    begin_upload(creator=alice.id, home=alice.home, length=100, filename="strand.mp4")
    assert "strand.mp4" in page(signed_in("alice"), "/create").content.decode()
    assert "strand.mp4" not in page(signed_in("bob"), "/create").content.decode()


def test_a_stranger_finds_none_of_the_owners_doors_and_changes_nothing(signed_in, clip):
    bob = signed_in("bob")
    assert page(bob, f"/c/{clip.id}/edit").status_code == 404
    assert bob.get(f"/mine/{clip.id}/progress").status_code == 404
    form = {"title": "Mine now", "audience": "everyone", "to": "hidden", "remove": "fr"}
    for part in ("edit", "publication", "attempt", "captions", "deletion"):
        assert bob.post(f"/c/{clip.id}/{part}", form).status_code == 404, part
    assert (fresh(clip).title, fresh(clip).publication) == ("On the bridge", states.PUBLISHED)


def test_writes_need_the_token_of_our_own_pages(world, clip):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(world["alice"])
    assert strict.post(f"/c/{clip.id}/deletion").status_code == 403
    assert fresh(clip).publication == states.PUBLISHED


def test_the_owner_edits_words_and_audience(signed_in, clip):
    form = {"title": "New", "caption": "#dusk", "audience": "followers", "language": "fr", "allow_comments": "on"}
    assert signed_in("alice").post(f"/c/{clip.id}/edit", form).status_code == 303
    changed = fresh(clip)
    assert (changed.title, changed.tags, changed.audience, changed.language) == ("New", ["dusk"], "followers", "fr")
    assert (changed.allow_comments, changed.allow_duet) == (True, False)


def test_a_title_that_is_too_long_is_refused_and_nothing_changes(signed_in, clip):
    answer = signed_in("alice").post(f"/c/{clip.id}/edit", {"title": "x" * 101, "audience": "everyone"})
    assert answer.status_code == 422
    assert "100" in answer.content.decode()
    assert fresh(clip).title == "On the bridge"


def test_hide_and_show_again(signed_in, clip, client):
    alice = signed_in("alice")
    alice.post(f"/c/{clip.id}/publication", {"to": "hidden"})
    assert page(client, f"/c/{clip.id}").status_code == 404
    assert fresh(clip).title == ""
    assert words_of(fresh(clip)).title == "On the bridge"
    alice.post(f"/c/{clip.id}/publication", {"to": "published"})
    assert page(client, f"/c/{clip.id}").status_code == 200


def test_schedule_takes_the_moment_of_the_persons_own_clock(signed_in, world):
    draft = made(world["alice"], published=False)
    moment = (now() + timedelta(hours=3)).replace(microsecond=0)
    form = {"to": "scheduled", "at": "2001-01-01T10:00", "moment": moment.isoformat()}
    signed_in("alice").post(f"/c/{draft.id}/publication", form)
    assert fresh(draft).publication == states.SCHEDULED
    assert fresh(draft).scheduled_for == moment


def test_a_moment_that_has_passed_is_refused(signed_in, world):
    draft = made(world["alice"], published=False)
    form = {"to": "scheduled", "at": "2001-01-01T10:00"}
    answer = signed_in("alice").post(f"/c/{draft.id}/publication", form, headers={"X-Requested-With": "fetch"})
    assert answer.status_code == 422
    assert fresh(draft).publication == states.DRAFT


def test_captions_are_added_served_and_removed(signed_in, clip, client):
    from django.core.files.uploadedfile import SimpleUploadedFile

    alice = signed_in("alice")
    vtt = SimpleUploadedFile("a.vtt", b"WEBVTT\n\n00:00.000 --> 00:02.000\nBonjour\n")
    assert alice.post(f"/c/{clip.id}/captions", {"language": "fr", "file": vtt}).status_code == 303
    html = page(client, f"/c/{clip.id}").content.decode()
    assert 'srclang="fr"' in html
    alice.post(f"/c/{clip.id}/captions", {"remove": "fr"})
    assert not fresh(clip).captions.exists()


def test_captions_that_are_none_are_refused_with_the_line(signed_in, clip):
    from django.core.files.uploadedfile import SimpleUploadedFile

    bad = SimpleUploadedFile("a.vtt", b"hello")
    answer = signed_in("alice").post(f"/c/{clip.id}/captions", {"language": "fr", "file": bad})
    assert answer.status_code == 422
    assert "WebVTT" in answer.content.decode()
    assert not fresh(clip).captions.exists()


def test_a_deleted_clip_is_gone_for_everybody_with_its_words(signed_in, clip, client):
    signed_in("alice").post(f"/c/{clip.id}/deletion")
    assert page(client, f"/c/{clip.id}").status_code == 404
    assert page(signed_in("alice"), f"/c/{clip.id}/edit").status_code == 404
    assert (fresh(clip).title, fresh(clip).caption, fresh(clip).sealed_words) == ("", "", None)


def test_progress_names_each_step(signed_in, clip):
    answer = signed_in("alice").get(f"/mine/{clip.id}/progress").json()
    assert [step["name"] for step in answer["steps"]] == ["upload", "check", "first", "rest"]
    assert answer["playable"] is True


def test_the_profile_shows_the_clips_that_the_viewer_may_see(client, signed_in, world, clip):
    secret = made(world["alice"], audience="me")
    html = page(client, "/@alice").content.decode()
    assert f"/c/{clip.id}" in html
    assert f"/c/{secret.id}" not in html
    assert page(client, "/@nobody-here").status_code == 404


@pytest.mark.parametrize(("address", "module"), [("/@alice", share), ("/mine", own)])
def test_a_long_list_is_shown_in_pages_without_gap_or_double(address, module, signed_in, world, monkeypatch):
    monkeypatch.setattr(module, "PAGE", 2)
    clips = [made(world["alice"]) for _ in range(5)]
    Clip.objects.filter(id__in=[clip.id for clip in clips[1:4]]).update(  # the id decides between those of one moment
        published_at=clips[1].published_at, created_at=clips[1].created_at
    )
    alice, seen, where = signed_in("alice"), [], address
    while where:
        html = page(alice, where).content.decode()
        found = dict.fromkeys(re.findall(r'href="/c/([0-9a-f-]{36})', html))
        assert len(found) <= 2
        seen += found
        link = re.search(r'rel="next" href="([^"]+)"', html)
        where = link and address + link[1]
    assert seen == [str(clip.id) for clip in reversed(clips)]
    assert str(clips[4].id) in page(alice, f"{address}?after=nonsense").content.decode()


def test_the_words_of_a_draft_are_not_in_the_database_in_the_clear(world):
    draft = made(world["alice"], published=False, title="Secret title", caption="#secret")
    row = Clip.objects.filter(id=draft.id).values().get()
    assert "Secret" not in str({key: value for key, value in row.items() if key != "sealed_words"})
    assert b"Secret" not in bytes(row["sealed_words"])
    assert words_of(fresh(draft)).title == "Secret title"


def test_own_clips_are_seen_by_their_creator_alone(world, rf):
    from parvis.accounts.viewer import Viewer

    draft = made(world["alice"], published=False)
    alice = Viewer(uuid7(), "FR", "fr", person_id=world["alice"].id)
    bob = Viewer(uuid7(), "US", "en", person_id=world["bob"].id)
    assert for_viewer(alice).one(draft.id).id == draft.id
    assert not for_viewer(bob).own().exists()
    access.forget()
