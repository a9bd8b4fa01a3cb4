"""Comments: plain text, once each, deleted by whom they concern."""

import re

import pytest

from parvis.accounts.viewer import anonymous
from parvis.clips.models import Clip
from parvis.events.models import Event
from parvis.kit.ids import uuid7
from parvis.social import actions, queries
from parvis.social.errors import CommentsClosed, NoSuchComment, NotYourComment
from parvis.social.models import Comment
from parvis.social.subscribers import SUBSCRIBERS
from parvis.social.tests.conftest import make_clip, viewer_of
from parvis.social.views import talk


def say(person, clip, text="Well danced"):
    made, _ = actions.comment(viewer=viewer_of(person), clip_id=clip.id, text=text, nonce=uuid7())
    return made


def count(clip):
    return queries.counts([clip.id])[clip.id][1]


def test_a_comment_sent_again_after_a_lost_answer_is_one_comment(world, clip):
    nonce, bob = uuid7(), viewer_of(world["bob"])
    first, _ = actions.comment(viewer=bob, clip_id=clip.id, text="Well danced", nonce=nonce)
    again, _ = actions.comment(viewer=bob, clip_id=clip.id, text="Well danced", nonce=nonce)
    assert first == again
    assert Comment.objects.count() == 1
    assert count(clip) == 1
    assert (first.home, first.author, first.clip) == ("US", world["bob"], clip)
    assert Event.objects.get(kind="clip.commented").data == {"comment": str(first.id)}


def test_anothers_nonce_makes_another_comment(world, clip):
    nonce = uuid7()
    for name in ("bob", "carol"):
        actions.comment(viewer=viewer_of(world[name]), clip_id=clip.id, text=name, nonce=nonce)
    assert count(clip) == 2


def test_a_closed_clip_takes_no_comment_and_keeps_those_it_has(world, clip):
    said = say(world["bob"], clip)
    Clip.objects.filter(id=clip.id).update(allow_comments=False)
    with pytest.raises(CommentsClosed, match="closed"):
        say(world["carol"], clip)
    assert list(Comment.objects.all()) == [said]
    assert count(clip) == 1


def test_author_and_creator_delete_a_comment_and_nobody_else(world, clip):
    first, second = say(world["bob"], clip), say(world["bob"], clip, "And again")
    with pytest.raises(NotYourComment, match="author"):
        actions.delete_comment(viewer=viewer_of(world["carol"]), comment_id=first.id)
    assert Comment.objects.count() == 2
    assert count(clip) == 2
    actions.delete_comment(viewer=viewer_of(world["bob"]), comment_id=first.id)
    actions.delete_comment(viewer=viewer_of(world["alice"]), comment_id=second.id)
    assert not Comment.objects.exists()
    assert count(clip) == 0
    with pytest.raises(NoSuchComment):
        actions.delete_comment(viewer=viewer_of(world["bob"]), comment_id=first.id)
    assert count(clip) == 0
    assert Event.objects.filter(kind="clip.comment_removed").count() == 2


def test_pages_run_from_the_newest_to_the_oldest_without_gap_or_double(world, clip):
    said = [say(world["bob"], clip, f"number {number}").id for number in range(7)]
    seen, after = [], None
    viewer = queries.for_viewer(anonymous("US", "en"))
    while True:
        page = viewer.comments(clip, after=after, limit=3)
        seen += [one.id for one in page.comments]
        after = page.next
        if after is None:
            break
    assert seen == said[::-1]
    assert page.count == 7


def test_a_comment_of_a_closed_account_is_not_shown(world, clip):
    say(world["bob"], clip)
    type(world["bob"]).objects.filter(id=world["bob"].id).update(is_active=False)
    assert queries.for_viewer(viewer_of(world["alice"])).comments(clip).comments == []


def test_only_whom_it_concerns_is_offered_to_delete(world, clip):
    say(world["bob"], clip)
    offered = {
        name: queries.for_viewer(viewer_of(world[name])).comments(clip).comments[0].can_delete
        for name in ("alice", "bob", "carol")
    }
    assert offered == {"alice": True, "bob": True, "carol": False}


HOSTILE = (
    '<script>alert(1)</script> <img src=x onerror=alert(2)> <a href="https://spam.example">x</a> https://spam.example'
)


def test_html_and_links_in_a_comment_are_inert(world, clip, client_of):
    answer = client_of(world["bob"]).post(f"/c/{clip.id}/comments", {"text": HOSTILE})
    page = client_of(None).get(f"/c/{clip.id}/comments")
    assert answer.status_code == 201
    assert Comment.objects.get().text == HOSTILE
    for content in (answer.content.decode(), page.content.decode()):
        assert "&lt;script&gt;" in content
        assert "<script" not in content
        assert "<img src=x" not in content
        assert not re.search(r"<a[^>]+spam", content)


@pytest.mark.parametrize(
    "text", ["مرحبا بالجميع", "👩‍👩‍👧‍👦 family", "Ünïcödé – naïve", "日本語のコメント", "two\nlines"]
)
def test_every_script_comes_back_as_it_was_written(world, clip, client_of, text):
    assert client_of(world["bob"]).post(f"/c/{clip.id}/comments", {"text": f"  {text} "}).status_code == 201
    assert Comment.objects.get().text == text
    assert text in client_of(None).get(f"/c/{clip.id}/comments").content.decode()


def test_unseen_characters_and_towers_of_lines_are_taken_out(world, clip, client_of):
    client_of(world["bob"]).post(f"/c/{clip.id}/comments", {"text": "a\u202egpj\u0007\n\n\n\n\nb"})
    assert Comment.objects.get().text == "agpj\n\nb"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "write something"),
        ("  \n\t ", "write something"),
        ("\u202e\ufeff", "write something"),
        ("x" * 501, "500 characters"),
    ],
)
def test_an_empty_or_endless_comment_is_refused_in_words(world, clip, client_of, text, why):
    answer = client_of(world["bob"]).post(f"/c/{clip.id}/comments", {"text": text})
    assert answer.status_code == 422
    assert why in answer.content.decode()
    assert b"data-error" in answer.content
    assert not Comment.objects.exists()
    assert count(clip) == 0


def test_a_null_byte_is_refused(world, clip, client_of):
    assert client_of(world["bob"]).post(f"/c/{clip.id}/comments", {"text": "a\x00b"}).status_code == 422
    assert not Comment.objects.exists()


@pytest.mark.filterwarnings("ignore")
def test_a_huge_body_is_refused_before_it_is_read(world, clip, client_of):
    body = "text=" + "x" * 3_000_000
    answer = client_of(world["bob"]).post(f"/c/{clip.id}/comments", body, "application/x-www-form-urlencoded")
    assert answer.status_code in {400, 413}
    assert not Comment.objects.exists()


def test_visitors_read_comments_and_are_asked_to_sign_in_to_write(world, clip, client_of):
    say(world["bob"], clip)
    assert b"Well danced" in client_of(None).get(f"/c/{clip.id}/comments").content
    answer = client_of(None).post(f"/c/{clip.id}/comments", {"text": "hello"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "sign-in-needed")
    assert Comment.objects.count() == 1


def test_comments_of_an_unseen_clip_are_not_shown(world, client_of):
    closed = make_clip(world["erin"])
    actions.comment(viewer=viewer_of(world["erin"]), clip_id=closed.id, text="for friends", nonce=uuid7())
    answer = client_of(world["bob"]).get(f"/c/{closed.id}/comments")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "no-such-clip")
    said = Comment.objects.get()
    answer = client_of(world["bob"]).delete(f"/comments/{said.id}")
    assert answer.status_code == 404
    assert Comment.objects.filter(id=said.id).exists()


def test_the_comment_address_deletes(world, clip, client_of):
    said = say(world["bob"], clip)
    answer = client_of(world["carol"]).delete(f"/comments/{said.id}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "not-your-comment")
    assert client_of(world["bob"]).delete(f"/comments/{said.id}").status_code == 204
    assert not Comment.objects.exists()


def test_the_fragment_carries_the_cursor_of_the_next_page(world, clip, client_of):
    for number in range(queries.PAGE + 1):
        say(world["bob"], clip, f"number {number}.")
    first = client_of(None).get(f"/c/{clip.id}/comments").content.decode()
    cursor = re.search(r'data-after="([^"]+)"', first)[1]
    second = client_of(None).get(f"/c/{clip.id}/comments?after={cursor}").content.decode()
    assert "number 0." not in first
    assert "number 0." in second
    assert "data-after" not in second
    assert client_of(None).get(f"/c/{clip.id}/comments?after=nonsense").content.decode() == first


def test_comments_are_limited(world, clip, client_of, monkeypatch):
    monkeypatch.setattr(talk, "WORDS", {"per_minute": 1, "burst": 2})
    bob = client_of(world["bob"])
    codes = [bob.post(f"/c/{clip.id}/comments", {"text": f"{number}"}).status_code for number in range(3)]
    assert codes == [201, 201, 429]
    assert Comment.objects.count() == 2


def test_a_deleted_clip_takes_likes_and_comments_with_it(world, clip):
    other = make_clip(world["alice"])
    for one in (clip, other):
        say(world["bob"], one)
        actions.like(viewer=viewer_of(world["bob"]), clip_id=one.id)
    event = Event(kind="clip.deleted", home="FR", object=clip.id)
    for _ in range(2):
        SUBSCRIBERS[0].handle(event)
    assert queries.counts([clip.id, other.id]) == {clip.id: (0, 0, 0), other.id: (1, 1, 0)}
    assert list(Comment.objects.values_list("clip", flat=True)) == [other.id]
