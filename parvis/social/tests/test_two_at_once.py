"""Two at once, on connections of their own: counts stay true and nobody waits for ever."""

import threading

import pytest
from django.db import connections

from parvis.kit.ids import uuid7
from parvis.social import actions, queries
from parvis.social.models import Comment, Follow, Like
from parvis.social.tests.conftest import make_clip, people, viewer_of

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls):
    """Run calls in threads that start together; return what they raised."""
    barrier, raised = threading.Barrier(len(calls)), []

    def run(call):
        try:
            barrier.wait(10)
            call()
        except Exception as error:  # noqa: BLE001 - shown by the test
            raised.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return raised


@pytest.fixture
def scene(transactional_db):
    world = people()
    return world, make_clip(world["alice"])


def test_one_person_who_likes_twice_at_once_counts_once(scene):
    world, clip = scene
    bob = viewer_of(world["bob"])
    for _ in range(5):
        assert at_once(*[lambda: actions.like(viewer=bob, clip_id=clip.id)] * 4) == []
        assert Like.objects.count() == 1
        assert queries.counts([clip.id])[clip.id][0] == 1
        assert at_once(*[lambda: actions.unlike(viewer=bob, clip_id=clip.id)] * 4) == []
        assert Like.objects.count() == 0
        assert queries.counts([clip.id])[clip.id][0] == 0


def test_many_who_like_at_once_are_all_counted(scene):
    world, clip = scene
    viewers = [viewer_of(world[name]) for name in ("bob", "carol", "dan", "erin", "frank", "olga")]
    assert at_once(*[lambda v=v: actions.like(viewer=v, clip_id=clip.id) for v in viewers]) == []
    assert queries.counts([clip.id])[clip.id][0] == 6


def test_one_comment_sent_twice_at_once_is_one_comment(scene):
    world, clip = scene
    bob, nonce = viewer_of(world["bob"]), uuid7()
    raised = at_once(*[lambda: actions.comment(viewer=bob, clip_id=clip.id, text="hello", nonce=nonce)] * 4)
    assert raised == []
    assert Comment.objects.count() == 1
    assert queries.counts([clip.id])[clip.id][1] == 1


def test_one_comment_deleted_twice_at_once_counts_once(scene):
    world, clip = scene
    bob = viewer_of(world["bob"])
    kept, _ = actions.comment(viewer=bob, clip_id=clip.id, text="stays", nonce=uuid7())
    gone, _ = actions.comment(viewer=bob, clip_id=clip.id, text="goes", nonce=uuid7())
    at_once(*[lambda: actions.delete_comment(viewer=bob, comment_id=gone.id)] * 3)
    assert list(Comment.objects.all()) == [kept]
    assert queries.counts([clip.id])[clip.id][1] == 1


def test_two_who_follow_each_other_at_once_both_do(scene):
    world, _ = scene
    bob, carol = viewer_of(world["bob"]), viewer_of(world["carol"])
    for _ in range(5):
        follows = [
            lambda: actions.follow(viewer=bob, followed=world["carol"]),
            lambda: actions.follow(viewer=carol, followed=world["bob"]),
        ]
        assert at_once(*follows) == []
        assert queries.follow_counts(world["bob"].id) == queries.follow_counts(world["carol"].id) == (1, 1)
        ends = [
            lambda: actions.unfollow(viewer=bob, followed=world["carol"]),
            lambda: actions.unfollow(viewer=carol, followed=world["bob"]),
        ]
        assert at_once(*ends) == []
        assert queries.follow_counts(world["bob"].id) == queries.follow_counts(world["carol"].id) == (0, 0)


def test_accepting_and_taking_back_at_once_leaves_true_counts(scene):
    world, _ = scene
    bob, erin = viewer_of(world["bob"]), viewer_of(world["erin"])
    for _ in range(5):
        actions.follow(viewer=bob, followed=world["erin"])
        at_once(
            lambda: actions.accept(viewer=erin, follower=world["bob"]),
            lambda: actions.unfollow(viewer=bob, followed=world["erin"]),
        )
        assert not Follow.objects.exists()
        assert queries.follow_counts(world["erin"].id) == (0, 0)
