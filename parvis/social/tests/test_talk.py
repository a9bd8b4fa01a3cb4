"""Threads of comments: answers, likes, the pinned one, hidden ones; and who is told that they were named."""

import pytest

from parvis.accounts.actions.profile import change
from parvis.clips import states
from parvis.clips.words import Words, place_words
from parvis.events.models import Event
from parvis.kit.ids import uuid7
from parvis.social import actions, queries
from parvis.social.errors import NoSuchComment, NotYourClip, OnlyTopComments
from parvis.social.models import Comment, CommentLike, Mention
from parvis.social.subscribers import SUBSCRIBERS
from parvis.social.tests.conftest import make_clip, viewer_of


@pytest.fixture
def say(world, clip):
    def say(who, text="Well danced", to=None, on=clip):
        viewer = viewer_of(world[who])
        reply_to = to.id if to else None
        return actions.comment(viewer=viewer, clip_id=on.id, text=text, nonce=uuid7(), reply_to=reply_to)[0]

    return say


def texts(person, clip, top=None):
    door = queries.for_viewer(viewer_of(person))
    page = door.replies(top.id)[1] if top else door.comments(clip)
    return [one.text for one in page.comments]


def count(clip):
    return queries.counts([clip.id])[clip.id][1]


def named():
    return list(Event.objects.filter(kind="person.mentioned").order_by("id").values_list("object", flat=True))


def test_an_answer_stands_under_its_comment_and_an_answer_to_it_too(world, clip, say):
    first = say("bob", "First")
    answer = say("carol", "Answer", to=first)
    further = say("dan", "Further", to=answer)
    assert (answer.parent, further.parent) == (first, first)
    assert texts(world["dan"], clip) == ["First"]
    assert texts(world["dan"], clip, first) == ["Answer", "Further"]
    assert Comment.objects.get(id=first.id).replies == 2
    assert count(clip) == 3
    event = Event.objects.filter(kind="clip.commented").order_by("id").last()
    assert event.data == {"comment": str(further.id), "parent": str(first.id)}


def test_answers_come_in_pages_the_oldest_first(world, clip, say):
    first = say("bob", "First")
    for number in range(5):
        say("carol", str(number), to=first)
    door, seen, after = queries.for_viewer(viewer_of(world["dan"])), [], None
    while True:
        page = door.replies(first.id, after=after, limit=2)[1]
        seen.append([one.text for one in page.comments])
        after = page.next
        if not after:
            break
    assert seen == [["0", "1"], ["2", "3"], ["4"]]


def test_what_is_not_there_cannot_be_answered(world, clip, say):
    elsewhere = say("bob", on=make_clip(world["carol"]))
    with pytest.raises(NoSuchComment):
        say("dan", "Answer", to=elsewhere)
    gone = say("bob")
    actions.delete_comment(viewer=viewer_of(world["bob"]), comment_id=gone.id)
    with pytest.raises(NoSuchComment):
        say("dan", "Answer", to=gone)
    assert count(clip) == 0


def test_a_comment_goes_with_its_answers_and_the_count_follows(world, clip, say):
    first, other = say("bob"), say("dan", "Stays")
    answer = say("carol", to=first)
    say("dan", to=first)
    actions.delete_comment(viewer=viewer_of(world["carol"]), comment_id=answer.id)
    assert (count(clip), Comment.objects.get(id=first.id).replies) == (3, 1)
    actions.delete_comment(viewer=viewer_of(world["bob"]), comment_id=first.id)
    assert count(clip) == 1
    assert list(Comment.objects.all()) == [other]


def test_a_like_twice_is_one_like_and_one_event(world, clip, say):
    first, bob = say("carol"), viewer_of(world["bob"])
    assert [actions.like_comment(viewer=bob, comment_id=first.id) for _ in range(2)] == [1, 1]
    shown = queries.for_viewer(bob).comments(clip).comments[0]
    assert (shown.likes, shown.is_liked) == (1, True)
    assert not queries.for_viewer(viewer_of(world["dan"])).comments(clip).comments[0].is_liked
    assert [actions.unlike_comment(viewer=bob, comment_id=first.id) for _ in range(2)] == [0, 0]
    assert list(Event.objects.filter(kind__startswith="comment.").values_list("kind", flat=True)) == [
        "comment.liked",
        "comment.unliked",
    ]


def test_the_creator_pins_one_which_comes_first(world, clip, say):
    first, second = say("bob", "First"), say("bob", "Second")
    alice = viewer_of(world["alice"])
    for one in (second, first, first):
        actions.pin_comment(viewer=alice, comment_id=one.id, pinned=True)
    assert texts(world["dan"], clip) == ["First", "Second"]
    assert [one.is_pinned for one in queries.for_viewer(alice).comments(clip).comments] == [True, False]
    actions.pin_comment(viewer=alice, comment_id=first.id, pinned=False)
    assert texts(world["dan"], clip) == ["Second", "First"]


def test_a_hidden_comment_is_seen_by_its_author_and_the_creator_alone(world, clip, say):
    first = say("bob", "Hm")
    say("carol", "Answer", to=first)
    actions.pin_comment(viewer=viewer_of(world["alice"]), comment_id=first.id, pinned=True)
    actions.hide_comment(viewer=viewer_of(world["alice"]), comment_id=first.id, hidden=True)
    assert [texts(world[who], clip) for who in ("bob", "alice", "dan")] == [["Hm"], ["Hm"], []]
    assert [
        queries.for_viewer(viewer_of(world[who])).comments(clip).comments[0].is_hidden for who in ("bob", "alice")
    ] == [False, True], "its author is not told"
    assert count(clip) == 0
    for act in (
        lambda: texts(world["dan"], clip, first),
        lambda: actions.like_comment(viewer=viewer_of(world["dan"]), comment_id=first.id),
        lambda: say("dan", to=first),
    ):
        with pytest.raises(NoSuchComment):
            act()
    actions.hide_comment(viewer=viewer_of(world["alice"]), comment_id=first.id, hidden=False)
    assert (count(clip), texts(world["dan"], clip)) == (2, ["Hm"])


def test_a_hidden_answer_is_counted_by_nobody_and_can_be_deleted(world, clip, say):
    first = say("bob")
    answer = say("carol", to=first)
    actions.hide_comment(viewer=viewer_of(world["alice"]), comment_id=answer.id, hidden=True)
    assert (count(clip), Comment.objects.get(id=first.id).replies) == (1, 0)
    actions.delete_comment(viewer=viewer_of(world["carol"]), comment_id=answer.id)
    assert (count(clip), Comment.objects.get(id=first.id).replies) == (1, 0)


def test_nobody_but_the_creator_pins_and_hides(world, clip, say):
    first = say("bob")
    answer = say("carol", to=first)
    for act in (
        lambda: actions.pin_comment(viewer=viewer_of(world["bob"]), comment_id=first.id, pinned=True),
        lambda: actions.hide_comment(viewer=viewer_of(world["carol"]), comment_id=first.id, hidden=True),
    ):
        with pytest.raises(NotYourClip, match="creator"):
            act()
    with pytest.raises(OnlyTopComments):
        actions.pin_comment(viewer=viewer_of(world["alice"]), comment_id=answer.id, pinned=True)
    assert not Comment.objects.exclude(pinned_at=None, hidden_at=None).exists()


def test_comments_obey_the_audience_and_blocks(world, clip, say):
    first = say("carol")
    actions.block(viewer=viewer_of(world["bob"]), person=world["carol"])
    with pytest.raises(NoSuchComment):
        actions.like_comment(viewer=viewer_of(world["bob"]), comment_id=first.id)
    type(clip).objects.filter(id=clip.id).update(audience=states.FOLLOWERS)
    with pytest.raises(NoSuchComment):
        actions.like_comment(viewer=viewer_of(world["dan"]), comment_id=first.id)
    assert not CommentLike.objects.exists()


def test_who_is_named_in_a_comment_is_told_once_if_they_may_see_it(world, clip, say):
    actions.block(viewer=viewer_of(world["dan"]), person=world["bob"])
    actions.block(viewer=viewer_of(world["frank"]), person=world["alice"])
    made = say("bob", "@carol look! @Carol @bob @dan @frank @nobody @alice")
    assert set(named()) == {world["carol"].id, world["alice"].id}
    assert {row.person.handle for row in Mention.objects.all()} == {"carol", "alice"}
    shown = queries.for_viewer(viewer_of(world["carol"])).comments(clip).comments[0]
    assert set(shown.mentions) == {"carol", "bob", "dan", "frank", "alice"}
    dans = queries.for_viewer(viewer_of(world["carol"])).shown(made, clip)
    assert dans.text.startswith("@carol")


def test_who_is_named_in_a_clip_is_told_once_when_it_is_published(world):
    clip = make_clip(world["alice"])
    place_words(clip, Words(title="With @bob", caption="and @erin and @alice"))
    clip.save()
    kinds = {"clip.published", "clip.changed"}
    one = next(one for one in SUBSCRIBERS if one.name == "social-mentions")
    assert one.kinds == kinds
    for _ in range(2):
        one.handle(Event(kind="clip.published", object=clip.id))
    assert set(named()) == {world["bob"].id, world["erin"].id}
    private = make_clip(world["carol"], audience=states.FOLLOWERS)
    place_words(private, Words(caption="@bob"))
    private.save()
    one.handle(Event(kind="clip.published", object=private.id))
    assert len(named()) == 2, "bob may not see that one"


def test_the_addresses_answer_and_refuse(world, clip, say, client_of):
    first = say("bob", "Hello @carol")
    answer = say("carol", "Hi", to=first)
    alice, dan = client_of(world["alice"]), client_of(world["dan"])
    assert b'href="/@carol"' in dan.get(f"/c/{clip.id}/comments").content
    assert b"Hi" in dan.get(f"/comments/{first.id}/replies").content
    assert dan.put(f"/comments/{first.id}/like").json() == {"liked": True, "count": 1}
    assert dan.delete(f"/comments/{first.id}/like").json() == {"liked": False, "count": 0}
    assert alice.put(f"/comments/{first.id}/pin").json() == {"pinned": True}
    assert alice.put(f"/comments/{answer.id}/pin").status_code == 422
    assert alice.put(f"/comments/{first.id}/hidden").json() == {"hidden": True}
    assert dan.get(f"/comments/{first.id}/replies").status_code == 404
    assert dan.put(f"/comments/{first.id}/pin").status_code == 404
    assert client_of(None).put(f"/comments/{first.id}/like").status_code == 401
    posted = dan.post(f"/c/{clip.id}/comments", {"text": "Answer", "reply_to": str(first.id)})
    assert posted.status_code == 404
    assert count(clip) == 0


def test_a_private_account_reads_who_named_it(world, clip, say):
    change(world["carol"], is_private=True)
    say("bob", "@carol")
    assert named() == [world["carol"].id], "a private person may still see what is public"
