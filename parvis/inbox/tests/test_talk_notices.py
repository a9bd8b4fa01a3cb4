"""Who is told of answers, of likes of a comment and of being named; and what of it stays untold."""

import pytest

from parvis.accounts import permits
from parvis.inbox.actions import notices as actions
from parvis.inbox.models import Notice
from parvis.inbox.queries.notices import for_viewer
from parvis.inbox.tests.conftest import deliver, sentences, viewer_of
from parvis.kit.ids import uuid7
from parvis.social import actions as social
from parvis.social.models import Comment


@pytest.fixture
def say(world, clip):
    def say(who, text, to=None):
        reply_to = to.id if to else None
        made, _ = social.comment(
            viewer=viewer_of(world[who]), clip_id=clip.id, text=text, nonce=uuid7(), reply_to=reply_to
        )
        return made

    return say


def test_whoever_is_answered_is_told_with_the_words(world, clip, say):
    first = say("bob", "First")
    say("carol", "Not the last", to=first)
    deliver()
    (notice,) = for_viewer(viewer_of(world["bob"])).notices().notices
    assert (notice.kind, notice.quote) == ("answered", "Not the last")
    assert notice.link == f"/c/{clip.id}#comments"
    assert sentences(world["bob"]) == ["Carol answered your comment."]


def test_the_creator_is_told_of_an_answer_once(world, say):
    first = say("alice", "Mine")
    say("bob", "Yours", to=first)
    deliver()
    assert sentences(world["alice"]) == ["Bob commented on your clip."]


def test_an_answer_that_is_deleted_is_told_no_longer(world, say):
    answer = say("carol", "Oh", to=say("bob", "First"))
    deliver()
    social.delete_comment(viewer=viewer_of(world["carol"]), comment_id=answer.id)
    deliver()
    assert sentences(world["bob"]) == []
    assert not Notice.objects.filter(person=world["bob"]).exists()


def test_an_answer_that_waits_is_told_when_it_is_shown(world, say, monkeypatch):
    first = say("bob", "First")
    monkeypatch.setattr(permits, "ask", lambda _act: True)
    answer = say("carol", "You viper @dan", to=first)
    deliver()
    assert sentences(world["bob"]) == sentences(world["dan"]) == []
    social.show_comment(viewer=viewer_of(world["alice"]), comment_id=answer.id)
    deliver()
    assert sentences(world["bob"]) == ["Carol answered your comment."]
    assert sentences(world["dan"]) == ["Carol named you in a comment."]


def test_likes_of_a_comment_are_one_notice_and_one_taken_back_is_none(world, say):
    first = say("bob", "First")
    for who in ("carol", "dan"):
        social.like_comment(viewer=viewer_of(world[who]), comment_id=first.id)
    deliver()
    assert sentences(world["bob"]) == ["Dan and 1 other like your comment."]
    for who in ("carol", "dan"):
        social.unlike_comment(viewer=viewer_of(world[who]), comment_id=first.id)
    deliver()
    assert sentences(world["bob"]) == []


def test_who_is_named_is_told_and_may_switch_it_off(world, say):
    say("bob", "Look, @carol and @dan")
    actions.choose(viewer=viewer_of(world["dan"]), chosen={"named": actions.Channels(False, False)})
    deliver()
    assert sentences(world["carol"]) == ["Bob named you in a comment."]
    assert sentences(world["dan"]) == []


def test_nobody_is_told_by_whom_they_have_blocked(world, say):
    first = say("carol", "First")
    say("bob", "Look, @carol", to=first)
    social.block(viewer=viewer_of(world["carol"]), person=world["bob"])
    deliver()
    assert sentences(world["carol"]) == []


def test_a_hidden_comment_is_quoted_to_nobody_but_its_author_and_the_creator(world, say):
    said = say("bob", "Look, @carol")
    deliver()
    social.hide_comment(viewer=viewer_of(world["alice"]), comment_id=said.id, hidden=True)
    quotes = {
        who: [one.quote for one in for_viewer(viewer_of(world[who])).notices().notices] for who in ("alice", "carol")
    }
    assert quotes == {"alice": ["Look, @carol"], "carol": []}


def test_a_mention_goes_with_its_comment_and_with_the_one_that_it_answers(world, say):
    first = say("alice", "First")
    answer = say("bob", "Look, @carol and @dan", to=first)
    say("bob", "You too, @dan")
    deliver()
    assert len(sentences(world["carol"])) == 1
    social.delete_comment(viewer=viewer_of(world["alice"]), comment_id=first.id)
    assert sentences(world["carol"]) == [], "also before the worker has heard of it"
    deliver()
    assert not Notice.objects.filter(person=world["carol"], kind="named").exists()
    assert not Comment.objects.filter(id=answer.id).exists()
    assert sentences(world["dan"]) == ["Bob named you in a comment."]


def test_a_creator_named_below_their_own_clip_is_told_once(world, say):
    say("bob", "Well done, @alice")
    deliver()
    assert sentences(world["alice"]) == ["Bob commented on your clip."]
