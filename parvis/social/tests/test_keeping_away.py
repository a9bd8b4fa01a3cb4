"""Blocking is felt by both, muting by nobody but who mutes."""

import pytest
from django.db import connection

from parvis.accounts.actions import blocking
from parvis.accounts.errors import CannotBlockYourself, NoSuchPerson, SignInNeeded, TooManyBlocks
from parvis.accounts.models import Block, BlockedBy
from parvis.accounts.queries import for_viewer as people_for
from parvis.accounts.viewer import anonymous
from parvis.clips.errors import NoSuchClip
from parvis.clips.queries import for_viewer as clips_for
from parvis.events.models import Event
from parvis.kit.ids import uuid7
from parvis.social import actions, queries
from parvis.social.actions import keeping_away
from parvis.social.errors import BadMute, CannotMuteYourself, TooManyMutes
from parvis.social.models import Follow, Follower, Mute
from parvis.social.tests.conftest import make_clip, viewer_of


@pytest.fixture
def alice(world):
    return viewer_of(world["alice"])


@pytest.fixture
def bob(world):
    return viewer_of(world["bob"])


def kinds(prefix):
    return list(Event.objects.filter(kind__startswith=prefix).order_by("id").values_list("kind", flat=True))


def test_each_side_keeps_its_own_copy_and_twice_is_once(world, alice):
    for _ in range(2):
        actions.block(viewer=alice, person=world["bob"])
    mine, theirs = Block.objects.get(), BlockedBy.objects.get()
    assert (mine.home, mine.person, mine.blocked) == ("FR", world["alice"], world["bob"])
    assert (theirs.home, theirs.person, theirs.blocker) == ("US", world["bob"], world["alice"])
    assert kinds("person.blocked") == ["person.blocked"]
    for _ in range(2):
        actions.unblock(viewer=alice, person=world["bob"])
    assert not Block.objects.exists()
    assert not BlockedBy.objects.exists()
    assert kinds("person.unblocked") == ["person.unblocked"]


@pytest.mark.parametrize(("blocker", "other"), [("alice", "bob"), ("bob", "alice")])
def test_neither_sees_clips_pages_or_comments_of_the_other(world, clip, blocker, other, alice, bob):
    carols = make_clip(world["carol"])
    bobs = make_clip(world["bob"])
    for who in (alice, bob):
        actions.comment(viewer=who, clip_id=carols.id, text=f"Said by {who.handle}", nonce=uuid7())
    actions.block(viewer=viewer_of(world[blocker]), person=world[other])
    for who, theirs, whose in ((bob, clip, "alice"), (alice, bobs, "bob")):
        with pytest.raises(NoSuchClip):
            clips_for(who).one(theirs.id)
        assert list(clips_for(who).by(world[whose])) == []
        assert clips_for(who).some([theirs.id]) == []
        with pytest.raises(NoSuchPerson):
            people_for(who).named(whose)
        texts = [one.text for one in queries.for_viewer(who).comments(carols).comments]
        assert texts == [f"Said by {who.handle}"]
    dan = viewer_of(world["dan"])
    assert clips_for(dan).one(clip.id) == clip
    assert len(queries.for_viewer(dan).comments(carols).comments) == 2
    assert clips_for(alice).one(clip.id) == clip, "one's own stay"


def test_what_needs_to_see_is_refused_and_nothing_changes(world, clip, alice, bob):
    actions.block(viewer=alice, person=world["bob"])
    before = Event.objects.count()
    for act in (
        lambda: actions.like(viewer=bob, clip_id=clip.id),
        lambda: actions.share(viewer=bob, clip_id=clip.id),
        lambda: actions.comment(viewer=bob, clip_id=clip.id, text="Let me in", nonce=uuid7()),
    ):
        with pytest.raises(NoSuchClip):
            act()
    for who, whom in ((bob, "alice"), (alice, "bob")):
        with pytest.raises(NoSuchPerson):
            actions.follow(viewer=who, followed=world[whom])
    assert not Follow.objects.exists()
    assert queries.counts([clip.id])[clip.id] == (0, 0, 0)
    assert Event.objects.count() == before


def test_follows_and_requests_end_both_ways_and_stay_ended(world, alice, bob):
    actions.follow(viewer=bob, followed=world["alice"])
    actions.follow(viewer=alice, followed=world["bob"])
    actions.follow(viewer=bob, followed=world["erin"])  # a request
    actions.block(viewer=bob, person=world["alice"])
    actions.block(viewer=viewer_of(world["erin"]), person=world["bob"])
    actions.unblock(viewer=bob, person=world["alice"])
    assert not Follow.objects.exists()
    assert not Follower.objects.exists()
    assert queries.follow_counts(world["alice"].id) == queries.follow_counts(world["bob"].id) == (0, 0)
    assert queries.for_viewer(viewer_of(world["erin"])).requests() == []


def test_nobody_blocks_or_mutes_themselves_or_without_an_account(world, bob):
    with pytest.raises(CannotBlockYourself, match="yourself"):
        actions.block(viewer=bob, person=world["bob"])
    with pytest.raises(CannotMuteYourself, match="yourself"):
        actions.mute_person(viewer=bob, person=world["bob"])
    for act in (actions.block, actions.mute_person):
        with pytest.raises(SignInNeeded):
            act(viewer=anonymous("FR", "fr"), person=world["bob"])
    assert not Block.objects.exists()
    assert not Mute.objects.exists()


def test_there_is_an_end_to_lists(world, bob, monkeypatch):
    monkeypatch.setattr(blocking, "BLOCKS_MOST", 1)
    monkeypatch.setattr(keeping_away, "MUTES_MOST", 1)
    actions.block(viewer=bob, person=world["alice"])
    with pytest.raises(TooManyBlocks, match="unblock"):
        actions.block(viewer=bob, person=world["carol"])
    actions.mute_text(viewer=bob, text="rain")
    with pytest.raises(TooManyMutes, match="full"):
        actions.mute_text(viewer=bob, text="snow")
    assert Block.objects.count() == Mute.objects.count() == 1


def test_a_mute_hides_comments_from_who_mutes_alone(world, clip, bob):
    carol = viewer_of(world["carol"])
    for who, text in ((carol, "Hello"), (viewer_of(world["dan"]), "What a GOAL!"), (viewer_of(world["dan"]), "#rain")):
        actions.comment(viewer=who, clip_id=clip.id, text=text, nonce=uuid7())
    seen = lambda who: [one.text for one in queries.for_viewer(who).comments(clip).comments]  # noqa: E731
    actions.mute_person(viewer=bob, person=world["carol"])
    assert seen(bob) == ["#rain", "What a GOAL!"]
    actions.mute_text(viewer=bob, text=" goal ")
    actions.mute_text(viewer=bob, text="#Rain")
    assert seen(bob) == []
    assert len(seen(carol)) == 3
    for one in queries.own_mutes(bob):
        actions.unmute(viewer=carol, mute_id=one.id)  # nobody else takes it back
    assert seen(bob) == []
    for one in queries.own_mutes(bob):
        actions.unmute(viewer=bob, mute_id=one.id)
    assert len(seen(bob)) == 3


def test_what_is_muted_lies_sealed_and_no_event_says_it(world, bob):
    for _ in range(2):
        actions.mute_text(viewer=bob, text="Diabetes")
        actions.mute_person(viewer=bob, person=world["carol"])
    assert [(one.text, one.person) for one in queries.own_mutes(bob)] == [("", world["carol"]), ("diabetes", None)]
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from social_mute where encode(text, 'escape') ilike '%diabetes%'")
        assert cursor.fetchone() == (0,)
    events = list(Event.objects.filter(kind="person.mutes_changed").values_list("actor", "object", "data"))
    assert events == [(world["bob"].id, None, {})] * 2


@pytest.mark.parametrize("text", ["", "  ", "#", "#12", "!!", "#two words", "x" * 61])
def test_what_is_no_word_is_refused(world, bob, text):
    with pytest.raises(BadMute, match="word"):
        actions.mute_text(viewer=bob, text=text)
    assert not Mute.objects.exists()


def test_the_page_lists_both_and_undoes_both(world, client_of):
    client = client_of(world["bob"])
    assert client.post("/@alice/block").headers["location"] == "/settings/blocked"
    assert client.put("/@carol/mute").json() == {"muted": True}
    client.post("/settings/mutes", {"text": "#rain"})
    page = client.get("/settings/blocked").content.decode()
    assert all(one in page for one in ("@alice", "@carol", "#rain"))
    assert b"/settings/blocked" in client.get("/settings/").content
    assert client.get("/@alice").status_code == 404
    assert client.put("/@alice/mute").status_code == 404
    client.post("/@alice/block", {"undo": "1"})
    assert client.get("/@alice").status_code == 200
    assert client.delete("/@carol/mute").json() == {"muted": False}
    assert client.delete(f"/settings/mutes/{Mute.objects.get().id}").status_code == 204
    assert not Mute.objects.exists()
    assert not Block.objects.exists()


def test_the_addresses_refuse_strangers_and_nonsense(world, client_of):
    bob = client_of(world["bob"])
    assert client_of(None).put("/@alice/block").status_code == 401
    assert client_of(None).get("/settings/blocked").status_code == 302
    assert bob.put("/@nobody/block").json()["error"]["code"] == "no-such-person"
    assert bob.delete("/@alice/block").status_code == 404, "who is not blocked cannot be unblocked"
    assert bob.post("/settings/mutes", {"text": "#"}).status_code == 422
    assert not Block.objects.exists()
    assert not Mute.objects.exists()


def test_the_menu_is_on_other_peoples_pages(world, client_of):
    assert b"block-dialog" in client_of(world["bob"]).get("/@alice").content
    assert b"block-dialog" not in client_of(world["bob"]).get("/@bob").content
    assert b"block-dialog" not in client_of(None).get("/@alice").content
