"""What people said and kept leaves with them and comes back; what counted it follows."""

import uuid

import pytest

from parvis.accounts import permits
from parvis.cells.datamap import declared
from parvis.cells.records import Owner, erase_some, export, hooks_of
from parvis.kit.ids import uuid7
from parvis.social import actions, queries
from parvis.social.models import Comment, CommentLike, Mention, Save
from parvis.social.tests.conftest import viewer_of


def say(person, clip, text, to=None):
    reply_to = to.id if to else None
    return actions.comment(viewer=viewer_of(person), clip_id=clip.id, text=text, nonce=uuid7(), reply_to=reply_to)[0]


def rows(person, table):
    return [row for row, _ in export(declared()[table], Owner.of(person.id, person.home))]


def erase(person, table):
    return erase_some(declared()[table], Owner.of(person.id, person.home), lambda _name: None)


def take_up(person, table, row):
    return hooks_of(table).take_up(Owner.of(person.id, person.home), row)


def test_erased_comments_count_no_more_each_once(world, clip):
    bob, carol = world["bob"], world["carol"]
    mine, hers = say(bob, clip, "Mine"), say(carol, clip, "Hers")
    say(bob, clip, "My answer to myself", to=mine)
    say(carol, clip, "Her answer", to=mine)
    say(bob, clip, "My answer to her", to=hers)
    hidden = say(bob, clip, "Hidden")
    actions.hide_comment(viewer=viewer_of(world["alice"]), comment_id=hidden.id, hidden=True)
    assert queries.counts([clip.id])[clip.id][1] == 5
    erase(bob, "social_comment")
    assert list(Comment.objects.values_list("text", "replies")) == [("Hers", 0)]
    assert queries.counts([clip.id])[clip.id][1] == 1


def test_erased_likes_of_comments_count_no_more(world, clip):
    said = say(world["bob"], clip, "Mine")
    for who in ("carol", "dan"):
        actions.like_comment(viewer=viewer_of(world[who]), comment_id=said.id)
    erase(world["carol"], "social_commentlike")
    assert Comment.objects.get(id=said.id).likes == 1


def test_an_answer_a_like_and_what_is_kept_come_back_with_their_ids(world, clip):
    bob = world["bob"]
    top = say(world["carol"], clip, "Top")
    say(bob, clip, "Look, @dan", to=top)
    actions.like_comment(viewer=viewer_of(bob), comment_id=top.id)
    actions.save(viewer=viewer_of(bob), clip_id=clip.id)
    tables = ("social_comment", "social_commentlike", "social_save")
    kept = {table: rows(bob, table) for table in tables}
    for table in tables:
        erase(bob, table)
    assert [take_up(bob, table, row) for table in tables for row in kept[table]] == ["", "", ""]
    assert {table: rows(bob, table) for table in tables} == kept
    top.refresh_from_db()
    assert (top.likes, top.replies) == (1, 1)


def test_an_answer_to_what_is_gone_stays_elsewhere(world, clip):
    bob = world["bob"]
    say(bob, clip, "Answer", to=say(world["carol"], clip, "Top"))
    (row,) = rows(bob, "social_comment")
    erase(bob, "social_comment")
    assert take_up(bob, "social_comment", {**row, "parent_id": str(uuid.uuid4())}) == "elsewhere"
    assert not Comment.objects.filter(author=bob).exists()


def test_what_is_said_and_kept_of_a_deleted_clip_goes(world, clip):
    said = say(world["bob"], clip, "Look, @dan")
    actions.like_comment(viewer=viewer_of(world["carol"]), comment_id=said.id)
    actions.save(viewer=viewer_of(world["carol"]), clip_id=clip.id)
    actions.forget_clip(clip.id)
    assert [model.objects.count() for model in (Comment, CommentLike, Save, Mention)] == [0, 0, 0, 0]


def test_an_answer_that_waits_counts_when_it_is_shown_and_its_author_sees_it_before(world, clip, monkeypatch):
    top = say(world["bob"], clip, "Top")
    monkeypatch.setattr(permits, "ask", lambda _act: True)
    held = say(world["carol"], clip, "You viper", to=top)

    def seen(who):
        return [(one.text, one.waits) for one in queries.for_viewer(viewer_of(world[who])).replies(top.id)[1].comments]

    assert seen("carol") == [("You viper", True)]
    assert seen("bob") == seen("alice") == []
    assert Comment.objects.get(id=top.id).replies == 0
    actions.show_comment(viewer=viewer_of(world["alice"]), comment_id=held.id)
    assert seen("bob") == [("You viper", False)]
    assert Comment.objects.get(id=top.id).replies == 1
    assert queries.counts([clip.id])[clip.id][1] == 2


@pytest.mark.parametrize("who", ["bob", "dan"])
def test_what_is_kept_is_nobody_elses_to_see(world, clip, who):
    actions.save(viewer=viewer_of(world["carol"]), clip_id=clip.id)
    assert queries.for_viewer(viewer_of(world[who])).saved() == ([], None)
    assert [card.id for card in queries.for_viewer(viewer_of(world["carol"])).saved()[0]] == [clip.id]
