"""Liking and sharing, as rows, counts, events and answers."""

import pytest

from parvis.accounts.errors import SignInNeeded
from parvis.accounts.viewer import anonymous
from parvis.clips import states
from parvis.clips.errors import NoSuchClip
from parvis.events.models import Event
from parvis.kit.ids import uuid7
from parvis.social import actions, queries
from parvis.social.models import Like, Share
from parvis.social.tests.conftest import make_clip, viewer_of
from parvis.social.views import around


def kinds(clip):
    return list(Event.objects.filter(object=clip.id).order_by("id").values_list("kind", flat=True))


def test_a_like_twice_is_one_like_and_one_event(world, clip):
    for _ in range(2):
        actions.like(viewer=viewer_of(world["bob"]), clip_id=clip.id)
    assert queries.counts([clip.id]) == {clip.id: (1, 0, 0)}
    assert kinds(clip) == ["clip.liked"]
    row = Like.objects.get()
    assert (row.home, row.person, row.clip) == ("US", world["bob"], clip)


def test_a_like_taken_back_twice_counts_once(world, clip):
    for name in ("bob", "carol"):
        actions.like(viewer=viewer_of(world[name]), clip_id=clip.id)
    for _ in range(2):
        actions.unlike(viewer=viewer_of(world["bob"]), clip_id=clip.id)
    assert queries.counts([clip.id])[clip.id] == (1, 0, 0)
    assert kinds(clip) == ["clip.liked", "clip.liked", "clip.unliked"]
    assert queries.liked_by(world["carol"].id, home="DE") == [clip.id]
    assert queries.liked_by(world["bob"].id, home="US") == []


def test_likes_are_listed_newest_first_and_no_more_than_asked(world):
    clips = [make_clip(world["alice"]) for _ in range(3)]
    for one in clips:
        actions.like(viewer=viewer_of(world["bob"]), clip_id=one.id)
    assert queries.liked_by(world["bob"].id, home="US") == [one.id for one in reversed(clips)]
    assert queries.liked_by(world["bob"].id, home="US", limit=1) == [clips[-1].id]


@pytest.mark.parametrize(
    "columns",
    [
        {"audience": states.FOLLOWERS},
        {"audience": states.ME, "title": ""},
        {"publication": states.HIDDEN, "title": ""},
        {"publication": states.DELETED, "title": ""},
        {"publication": states.DRAFT, "published_at": None, "title": ""},
    ],
)
def test_nobody_likes_or_shares_a_clip_that_they_may_not_see(world, columns):
    closed = make_clip(world["alice"], **columns)
    for act in (actions.like, actions.share):
        with pytest.raises(NoSuchClip):
            act(viewer=viewer_of(world["bob"]), clip_id=closed.id)
    assert queries.counts([closed.id]) == {closed.id: (0, 0, 0)}
    assert not Like.objects.exists()
    assert not Share.objects.exists()
    assert kinds(closed) == []


def test_a_clip_that_does_not_exist_cannot_be_liked(world):
    with pytest.raises(NoSuchClip):
        actions.like(viewer=viewer_of(world["bob"]), clip_id=uuid7())
    assert not Like.objects.exists()


def test_a_visitor_is_asked_to_sign_in_and_nothing_changes(world, clip):
    visitor = anonymous("US", "en")
    for act in (actions.like, actions.unlike, actions.share):
        with pytest.raises(SignInNeeded):
            act(viewer=visitor, clip_id=clip.id)
    assert queries.counts([clip.id])[clip.id] == (0, 0, 0)
    assert kinds(clip) == []


def test_a_person_who_shares_often_counts_once(world, clip):
    for name in ("bob", "bob", "carol"):
        actions.share(viewer=viewer_of(world[name]), clip_id=clip.id)
    assert queries.counts([clip.id])[clip.id] == (0, 0, 2)
    assert kinds(clip) == ["clip.shared", "clip.shared"]


def test_the_like_address_answers_with_state_and_count(world, clip, client_of):
    bob, carol = client_of(world["bob"]), client_of(world["carol"])
    assert carol.put(f"/c/{clip.id}/like").json() == {"liked": True, "count": 1}
    assert bob.put(f"/c/{clip.id}/like").json() == {"liked": True, "count": 2}
    assert bob.delete(f"/c/{clip.id}/like").json() == {"liked": False, "count": 1}
    assert bob.post(f"/c/{clip.id}/shares").json() == {"shared": True, "count": 1}
    assert bob.get(f"/c/{clip.id}/like").status_code == 405


def test_a_visitor_shares_without_an_error_and_without_being_counted(world, clip, client_of):
    actions.share(viewer=viewer_of(world["bob"]), clip_id=clip.id)
    answer = client_of(None).post(f"/c/{clip.id}/shares")
    assert (answer.status_code, answer.json()) == (200, {"shared": False, "count": 1})
    assert Share.objects.count() == 1
    assert kinds(clip) == ["clip.shared"]
    closed = make_clip(world["alice"], audience=states.FOLLOWERS)
    assert client_of(None).post(f"/c/{closed.id}/shares").status_code == 404


def test_the_like_address_refuses_visitors_and_unseen_clips_in_one_shape(world, clip, client_of):
    answer = client_of(None).put(f"/c/{clip.id}/like")
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "sign-in-needed")
    answer = client_of(world["bob"]).put(f"/c/{uuid7()}/like")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "no-such-clip")
    assert not Like.objects.exists()


def test_likes_are_limited(world, clip, client_of, monkeypatch):
    monkeypatch.setattr(around, "TAP", {"per_minute": 1, "burst": 3})
    bob = client_of(world["bob"])
    answers = [(bob.put if turn % 2 == 0 else bob.delete)(f"/c/{clip.id}/like") for turn in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[-1].json()["error"]["code"] == "too-many"
    assert queries.counts([clip.id])[clip.id][0] == 1
