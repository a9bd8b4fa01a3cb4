"""Blocked words: seen through disguises, refused or held for a creator, and no innocent word with them."""

import pytest

from parvis.clips import actions as clip_actions
from parvis.clips.actions import Details
from parvis.clips.models import Clip
from parvis.events.models import Event
from parvis.kit.ids import uuid7
from parvis.safety import actions, queries
from parvis.safety.errors import BadWord, NotAModerator, WordNotWelcome
from parvis.safety.matching import folded, hits
from parvis.safety.models import BlockedWord, WordList
from parvis.social import actions as social_actions
from parvis.social import queries as social
from parvis.social.errors import NoSuchComment
from parvis.social.models import Comment
from parvis.social.tests.conftest import viewer_of

WORDS = ["viper", "scunth", "crème", "bad idea", "毒药", "गधा", "осёл"]
SAID = [
    "You VIPER", "v i p e r", "v.i.p.e.r!", "v1p3r", "viiiiiper", "ｖｉｐｅｒ", "vi\u200bper", "#viper", "víper",
    "vірer", "CREME", "what a  bad idea", "这是毒药吗", "तू गधा है", "ОСЁЛ",
]  # fmt: skip
INNOCENT = ["vipers", "Scunthorpe", "a bad, bold idea", "V I P", "12345", "the idea is bad", "अगधा", ""]


@pytest.mark.parametrize("text", SAID)
def test_a_word_is_found_however_it_is_written(text):
    assert hits(text, [folded(word) for word in WORDS])


@pytest.mark.parametrize("text", INNOCENT)
def test_an_innocent_word_is_left_alone(text):
    assert not hits(text, [folded(word) for word in WORDS])


def say(person, clip, text):
    made, _ = social_actions.comment(viewer=viewer_of(person), clip_id=clip.id, text=text, nonce=uuid7())
    return made


def test_the_operators_words_are_refused_in_comments_and_in_the_words_of_a_clip(world, clip):
    actions.block_word(by=world["olga"], word="#Viper")
    actions.block_word(by=world["olga"], word="viper")
    assert BlockedWord.objects.count() == 1
    events = Event.objects.count()
    with pytest.raises(WordNotWelcome, match="not welcome"):
        say(world["bob"], clip, "v 1 p e r")
    for details in (Details(title="Viper"), Details(caption="look #viper"), Details(alt="a viper")):
        with pytest.raises(WordNotWelcome):
            clip_actions.describe(creator=clip.creator_id, clip_id=clip.id, details=details)
    assert (Comment.objects.count(), Event.objects.count(), Clip.objects.get().title) == (0, events, "On old stones")
    actions.allow_word(by=world["olga"], word_id=BlockedWord.objects.get().id)
    assert say(world["bob"], clip, "viper")


def test_only_operators_keep_the_list(world):
    with pytest.raises(NotAModerator):
        actions.block_word(by=world["frank"], word="viper")
    for wrong in ("", " # ", "x" * 61):
        with pytest.raises(BadWord):
            actions.block_word(by=world["olga"], word=wrong)
    assert BlockedWord.objects.count() == 0


def test_a_creators_words_hold_a_comment_until_the_creator_lets_it_be_seen(world, clip):
    alice, bob = viewer_of(world["alice"]), viewer_of(world["bob"])
    actions.set_words(viewer=alice, words=["Viper", "", "ugly dance"])
    assert b"Viper" not in bytes(WordList.objects.get().words)
    held = say(world["bob"], clip, "An ugly dance")
    seen = social.for_viewer(bob).comments(clip)
    assert ([one.waits for one in seen.comments], seen.count) == ([True], 0), "its author sees that it waits"
    assert social.for_viewer(viewer_of(world["carol"])).comments(clip).comments == []
    assert [one.text for one, _ in social.for_viewer(alice).waiting_comments()] == ["An ugly dance"]
    assert Event.objects.filter(kind="clip.comment_waits").count() == 1
    assert not Event.objects.filter(kind="clip.commented").exists()
    for other in ("bob", "carol"):
        with pytest.raises(NoSuchComment):
            social_actions.show_comment(viewer=viewer_of(world[other]), comment_id=held.id)
    social_actions.show_comment(viewer=alice, comment_id=held.id)
    page = social.for_viewer(viewer_of(world["carol"])).comments(clip)
    assert ([one.text for one in page.comments], page.count) == (["An ugly dance"], 1)
    assert say(world["alice"], clip, "viper").withheld_by == "", "not the creator's own"


def test_what_a_moderator_withholds_its_creator_does_not_show(world, clip, comment):
    social_actions.withhold_comment(comment_id=comment.id, by="operator")
    with pytest.raises(NoSuchComment):
        social_actions.show_comment(viewer=viewer_of(world["alice"]), comment_id=comment.id)
    assert Comment.objects.get().withheld_by == "operator"


def test_pages_of_words(world, clip, client_of):
    alice = client_of(world["alice"])
    assert alice.post("/settings/words", {"words": "viper\nugly"}).status_code == 303
    assert "ugly" in alice.get("/settings/words").content.decode()
    assert alice.post("/settings/words", {"words": "x" * 61}).status_code == 422
    assert queries.words_of(world["alice"].id) == ["viper", "ugly"]
    first, second = say(world["bob"], clip, "Ugly!"), say(world["bob"], clip, "A viper")
    assert "Ugly!" in alice.get("/settings/words").content.decode()
    alice.post(f"/settings/words/{first.id}")
    alice.post(f"/settings/words/{second.id}", {"delete": "1"})
    assert list(Comment.objects.values_list("id", "withheld_by")) == [(first.id, "")]
    olga = client_of(world["olga"])
    assert olga.post("/moderation/words", {"word": "viper"}).status_code == 303
    assert "viper" in olga.get("/moderation/words").content.decode()
    assert olga.post("/moderation/words", {"word": "x" * 70}).status_code == 422
    assert olga.post("/moderation/words", {"take": str(BlockedWord.objects.get().id)}).status_code == 303
    assert olga.post("/moderation/words", {"take": "no id"}).status_code == 303
    assert BlockedWord.objects.count() == 0
    assert client_of(world["frank"]).get("/moderation/words").status_code == 403
