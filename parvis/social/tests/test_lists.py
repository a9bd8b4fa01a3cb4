"""What one keeps, who likes, who follows: each list for those whom it concerns."""

import pytest

from parvis.accounts.actions.profile import change
from parvis.clips import states
from parvis.clips.models import Clip
from parvis.social import actions, queries
from parvis.social.errors import ListClosed
from parvis.social.models import Save
from parvis.social.tests.conftest import make_clip, viewer_of


def handles(page):
    return [person.handle for person in page.people]


def test_a_kept_clip_is_kept_once_and_by_its_person_alone(world, clip, client_of):
    bob = client_of(world["bob"])
    for _ in range(2):
        assert bob.put(f"/c/{clip.id}/save").json() == {"saved": True}
    assert Save.objects.count() == 1
    assert clip.title.encode() in bob.get("/saved").content
    carol = client_of(world["carol"])
    assert carol.get(f"/c/{clip.id}/save").json() == {"saved": False}
    assert clip.title.encode() not in carol.get("/saved").content
    assert bob.delete(f"/c/{clip.id}/save").json() == {"saved": False}
    assert not Save.objects.exists()
    assert client_of(None).put(f"/c/{clip.id}/save").status_code == 401
    assert client_of(None).get("/saved").status_code == 302


def test_what_can_be_seen_no_longer_is_not_in_the_list_and_comes_back_with_its_audience(world, clip):
    bob = viewer_of(world["bob"])
    actions.save(viewer=bob, clip_id=clip.id)
    Clip.objects.filter(id=clip.id).update(audience=states.FOLLOWERS)
    assert queries.for_viewer(bob).saved() == ([], None)
    Clip.objects.filter(id=clip.id).update(audience=states.EVERYONE)
    assert [card.id for card in queries.for_viewer(bob).saved()[0]] == [clip.id]
    actions.block(viewer=viewer_of(world["alice"]), person=world["bob"])
    assert queries.for_viewer(bob).saved() == ([], None)


def test_kept_clips_come_in_pages_the_latest_first(world):
    bob, clips = viewer_of(world["bob"]), [make_clip(world["alice"], title=str(number)) for number in range(5)]
    for clip in clips:
        actions.save(viewer=bob, clip_id=clip.id)
    seen, after = [], None
    while True:
        cards, after = queries.for_viewer(bob).saved(after=after, limit=2)
        seen.append([card.title for card in cards])
        if not after:
            break
    assert seen == [["4", "3"], ["2", "1"], ["0"]]


def test_the_creator_alone_reads_who_likes_a_clip(world, clip, client_of):
    for who in ("bob", "carol", "dan"):
        actions.like(viewer=viewer_of(world[who]), clip_id=clip.id)
    actions.block(viewer=viewer_of(world["dan"]), person=world["alice"])
    assert handles(queries.for_viewer(viewer_of(world["alice"])).likers(clip)) == ["carol", "bob"]
    assert b"@carol" in client_of(world["alice"]).get(f"/c/{clip.id}/likes").content
    for who in (world["bob"], None):
        answer = client_of(who).get(f"/c/{clip.id}/likes", headers={"accept": "application/json"})
        assert answer.status_code == 403
        assert b"@carol" not in answer.content


def test_lists_of_a_private_account_are_for_its_followers(world, client_of):
    carol = world["carol"]
    for who in ("bob", "dan"):
        actions.follow(viewer=viewer_of(world[who]), followed=carol)
    actions.follow(viewer=viewer_of(carol), followed=world["alice"])
    stranger = queries.for_viewer(viewer_of(world["frank"]))
    assert handles(stranger.followers_of(carol)) == ["dan", "bob"]
    assert handles(stranger.followed_by(carol)) == ["alice"]
    change(carol, is_private=True)
    for read in (stranger.followers_of, stranger.followed_by):
        with pytest.raises(ListClosed, match="not open"):
            read(carol)
    for who in ("bob", "carol"):
        assert handles(queries.for_viewer(viewer_of(world[who])).followers_of(carol)) == ["dan", "bob"]
    assert client_of(None).get("/@carol/followers").status_code == 403
    assert b"/@carol/followers" not in client_of(world["frank"]).get("/@carol").content
    assert b"/@carol/followers" in client_of(world["bob"]).get("/@carol").content


def test_who_is_blocked_is_in_no_list_and_reads_none(world, client_of):
    for who in ("bob", "dan"):
        actions.follow(viewer=viewer_of(world[who]), followed=world["carol"])
    actions.block(viewer=viewer_of(world["bob"]), person=world["dan"])
    assert handles(queries.for_viewer(viewer_of(world["bob"])).followers_of(world["carol"])) == ["bob"]
    actions.block(viewer=viewer_of(world["carol"]), person=world["dan"])
    assert client_of(world["dan"]).get("/@carol/followers").status_code == 404


def test_a_follower_is_sent_away_from_the_list_and_sees_what_a_stranger_sees(world, client_of):
    carol = world["carol"]
    actions.follow(viewer=viewer_of(world["bob"]), followed=carol)
    change(carol, is_private=True)
    clip = make_clip(carol)
    client, bob = client_of(carol), client_of(world["bob"])
    assert bob.get(f"/c/{clip.id}").status_code == 200
    answer = client.post("/follow-requests/bob", {"answer": "decline", "next": "/@carol/followers"})
    assert answer.headers["location"] == "/@carol/followers"
    assert b"@bob" not in client.get("/@carol/followers").content
    assert bob.get(f"/c/{clip.id}").status_code == 404
    assert b"private" in bob.get("/@carol").content
    assert queries.follow_counts(carol.id) == (0, 0)
