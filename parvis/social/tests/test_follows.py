"""Following: at once for open accounts, after a yes for private ones."""

import pytest

from parvis.accounts.actions.profile import change
from parvis.clips import states
from parvis.clips.errors import NoSuchClip
from parvis.clips.queries import for_viewer as clips_for
from parvis.events.models import Event
from parvis.social import actions, queries
from parvis.social.errors import NoSuchRequest, NotYourself
from parvis.social.models import Follow, Follower
from parvis.social.subscribers import SUBSCRIBERS
from parvis.social.tests.conftest import make_clip, viewer_of


def kinds():
    return list(Event.objects.filter(kind__contains="follow").order_by("id").values_list("kind", flat=True))


def test_each_side_keeps_its_own_copy_in_its_own_home(world):
    actions.follow(viewer=viewer_of(world["bob"]), followed=world["alice"])
    mine, theirs = Follow.objects.get(), Follower.objects.get()
    assert (mine.home, mine.follower, mine.followed, mine.state) == ("US", world["bob"], world["alice"], "accepted")
    assert (theirs.home, theirs.person, theirs.follower, theirs.state) == (
        "FR",
        world["alice"],
        world["bob"],
        "accepted",
    )


def test_following_and_ending_it_twice_counts_once(world):
    bob = viewer_of(world["bob"])
    for _ in range(2):
        actions.follow(viewer=bob, followed=world["alice"])
    assert queries.follow_counts(world["alice"].id) == (1, 0)
    assert queries.follow_counts(world["bob"].id) == (0, 1)
    assert queries.followed_by(world["bob"].id, home="US") == [world["alice"].id]
    for _ in range(2):
        actions.unfollow(viewer=bob, followed=world["alice"])
    assert queries.follow_counts(world["alice"].id) == (0, 0)
    assert queries.follow_counts(world["bob"].id) == (0, 0)
    assert not Follow.objects.exists()
    assert not Follower.objects.exists()
    assert kinds() == ["person.followed", "person.unfollowed"]


def test_nobody_follows_themselves(world):
    with pytest.raises(NotYourself, match="yourself"):
        actions.follow(viewer=viewer_of(world["bob"]), followed=world["bob"])
    assert not Follow.objects.exists()
    assert kinds() == []


def test_a_private_account_is_asked_and_shows_nothing_until_it_accepts(world):
    erin, bob = world["erin"], viewer_of(world["bob"])
    clip = make_clip(erin)
    actions.follow(viewer=bob, followed=erin)
    assert queries.for_viewer(bob).follow_of(erin) == queries.FollowState(False, True, 0)
    assert queries.followed_by(world["bob"].id, home="US") == []
    with pytest.raises(NoSuchClip):
        clips_for(bob).one(clip.id)
    assert queries.for_viewer(viewer_of(erin)).requests() == [world["bob"]]

    for _ in range(2):
        actions.accept(viewer=viewer_of(erin), follower=world["bob"])
    assert queries.for_viewer(bob).follow_of(erin) == queries.FollowState(True, False, 1)
    assert clips_for(bob).one(clip.id) == clip
    assert Follower.objects.get().state == "accepted"
    assert queries.for_viewer(viewer_of(erin)).requests() == []
    assert kinds() == ["person.follow_requested", "person.followed"]


def test_a_clip_for_followers_opens_with_the_follow_and_closes_with_it(world):
    clip, bob = make_clip(world["alice"], audience=states.FOLLOWERS), viewer_of(world["bob"])
    actions.follow(viewer=bob, followed=world["alice"])
    assert clips_for(bob).one(clip.id) == clip
    actions.decline(viewer=viewer_of(world["alice"]), follower=world["bob"])  # a follower can be sent away
    with pytest.raises(NoSuchClip):
        clips_for(bob).one(clip.id)


def test_a_declined_request_leaves_nothing_and_tells_nobody(world):
    actions.follow(viewer=viewer_of(world["bob"]), followed=world["erin"])
    for _ in range(2):
        actions.decline(viewer=viewer_of(world["erin"]), follower=world["bob"])
    assert not Follow.objects.exists()
    assert not Follower.objects.exists()
    assert queries.follow_counts(world["erin"].id) == (0, 0)
    assert kinds() == ["person.follow_requested"]


def test_nobody_accepts_what_was_not_asked(world):
    actions.follow(viewer=viewer_of(world["bob"]), followed=world["erin"])
    with pytest.raises(NoSuchRequest):  # carol is not the one who was asked
        actions.accept(viewer=viewer_of(world["carol"]), follower=world["bob"])
    with pytest.raises(NoSuchRequest):
        actions.accept(viewer=viewer_of(world["erin"]), follower=world["dan"])
    assert Follow.objects.get().state == "requested"


def test_an_account_that_opens_lets_everybody_in_who_asked(world):
    for name in ("bob", "carol"):
        actions.follow(viewer=viewer_of(world[name]), followed=world["erin"])
    change(world["erin"], is_private=False)
    event = Event.objects.get(kind="person.changed")
    for _ in range(2):
        SUBSCRIBERS[1].handle(event)
    assert queries.follow_counts(world["erin"].id) == (2, 0)
    assert set(Follow.objects.values_list("state", flat=True)) == {"accepted"}


def test_the_follow_address_answers_with_state_and_count(world, client_of):
    bob = client_of(world["bob"])
    assert bob.put("/@alice/follow").json() == {"following": True, "requested": False, "count": 1}
    assert bob.put("/@erin/follow").json() == {"following": False, "requested": True, "count": 0}
    assert bob.delete("/@alice/follow").json() == {"following": False, "requested": False, "count": 0}
    assert bob.get("/@erin/follow").json() == {"following": False, "requested": True, "count": 0}
    assert client_of(None).get("/@erin/follow").json() == {"following": False, "requested": False, "count": 0}
    answer = bob.put("/@nobody/follow")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "no-such-person")
    assert client_of(None).put("/@alice/follow").status_code == 401
    assert Follow.objects.count() == 1


def test_of_many_requests_those_that_wait_longest_are_shown_first(world, monkeypatch):
    monkeypatch.setattr(queries.around, "REQUESTS", 2)
    erin, asking = world["erin"], [world["bob"], world["carol"], world["dan"]]
    for person in asking:
        actions.follow(viewer=viewer_of(person), followed=erin)
    assert queries.for_viewer(viewer_of(erin)).requests() == asking[:2]
    actions.accept(viewer=viewer_of(erin), follower=asking[0])
    assert queries.for_viewer(viewer_of(erin)).requests() == asking[1:]


def test_the_page_of_requests_accepts_and_declines(world, client_of):
    for name in ("bob", "carol"):
        client_of(world[name]).put("/@erin/follow")
    erin = client_of(world["erin"])
    assert b'href="/follow-requests"' in erin.get("/settings/").content
    assert b"@bob" in erin.get("/follow-requests").content
    assert erin.post("/follow-requests/bob", {"answer": "accept"}).status_code == 302
    assert erin.post("/follow-requests/carol", {"answer": "decline"}).status_code == 302
    assert b"@bob" not in erin.get("/follow-requests").content
    assert list(Follow.objects.values_list("follower__handle", "state")) == [("bob", "accepted")]
    assert client_of(None).get("/follow-requests").status_code == 302
