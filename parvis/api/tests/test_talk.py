"""Threads of comments, what is kept and lists of people, as programs have them."""

import pytest

from parvis.accounts.models import Person
from parvis.social.models import Comment, CommentLike, Save


def code_of(answer):
    return answer.status_code, answer.json()["error"]["code"]


@pytest.fixture
def said(program, clip):
    return program("bob").send("post", f"/clips/{clip.id}/comments", {"text": "Look, @carol and @nobody"}).json()


def test_a_comment_is_answered_and_the_answers_stand_under_it(program, clip, said):
    here = f"/clips/{clip.id}/comments"
    assert said["mentions"] == ["carol"]
    answer = program("carol").send("post", here, {"text": "Seen", "answers": said["id"]}).json()
    assert answer["answers"] == said["id"]
    top = program("dan").send("get", here).json()
    assert [(one["id"], one["replies"]) for one in top["items"]] == [(said["id"], 1)]
    assert top["count"] == 2
    under = program("dan").send("get", f"/comments/{said['id']}/replies").json()
    assert [one["id"] for one in under["items"]] == [answer["id"]]


def test_an_answer_to_nothing_is_refused_and_nothing_is_said(program, clip):
    body = {"text": "Hello", "answers": str(clip.id)}
    assert code_of(program("bob").send("post", f"/clips/{clip.id}/comments", body)) == (404, "no-such-comment")
    assert not Comment.objects.exists()


def test_a_comment_is_liked_once_and_no_more(program, said):
    carol, here = program("carol"), f"/comments/{said['id']}/like"
    assert carol.send("put", here).json() == {"liked": True, "likes": 1}
    assert carol.send("put", here).json() == {"liked": True, "likes": 1}
    assert carol.send("delete", here).json() == {"liked": False, "likes": 0}
    assert not CommentLike.objects.exists()


def test_only_the_creator_pins_and_hides(program, clip, said):
    here, list_ = f"/comments/{said['id']}", f"/clips/{clip.id}/comments"
    for what in ("pin", "hidden"):
        assert code_of(program("bob").send("put", f"{here}/{what}")) == (403, "not-your-clip")
    assert Comment.objects.filter(pinned_at=None, hidden_at=None).count() == 1
    alice = program("alice")
    assert alice.send("put", f"{here}/pin").status_code == 204
    assert program("dan").send("get", list_).json()["items"][0]["pinned"] is True
    assert alice.send("put", f"{here}/hidden").status_code == 204
    assert program("dan").send("get", list_).json()["items"] == []
    assert [one["hidden"] for one in alice.send("get", list_).json()["items"]] == [True]
    assert alice.send("delete", f"{here}/hidden").status_code == 204
    assert alice.send("delete", f"{here}/pin").status_code == 204
    assert program("dan").send("get", list_).json()["items"][0]["pinned"] is False


def test_what_is_kept_is_found_again_by_nobody_else(program, clip):
    bob = program("bob")
    assert bob.send("put", f"/clips/{clip.id}/save").json() == {"saved": True}
    assert [one["id"] for one in bob.send("get", "/me/saved").json()["items"]] == [str(clip.id)]
    assert program("alice").send("get", "/me/saved").json()["items"] == []
    assert bob.send("delete", f"/clips/{clip.id}/save").json() == {"saved": False}
    assert not Save.objects.exists()


def test_lists_of_people_obey_privacy(program, clip):
    bob, carol, alice = program("bob"), program("carol"), program("alice")
    bob.send("put", f"/clips/{clip.id}/like")
    bob.send("put", "/people/alice/follow")
    assert [one["handle"] for one in alice.send("get", f"/clips/{clip.id}/likes").json()["items"]] == ["bob"]
    assert code_of(bob.send("get", f"/clips/{clip.id}/likes")) == (403, "list-closed")
    assert [one["handle"] for one in carol.send("get", "/people/alice/followers").json()["items"]] == ["bob"]
    assert [one["handle"] for one in carol.send("get", "/people/bob/following").json()["items"]] == ["alice"]
    Person.objects.filter(handle="alice").update(is_private=True)
    assert code_of(carol.send("get", "/people/alice/followers")) == (403, "list-closed")
    assert [one["handle"] for one in bob.send("get", "/people/alice/followers").json()["items"]] == ["bob"]
