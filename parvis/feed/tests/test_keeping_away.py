"""Every feed of every process obeys blocks and mutes, a moment after they were said."""

import pytest

from parvis.accounts.viewer import Viewer
from parvis.feed import actions as wishes
from parvis.feed.tests.conftest import make_clip, viewer_of
from parvis.feed.tests.test_watches import other_process
from parvis.social import actions

FEEDS = ("for-you", "following", "tag:jazz")


@pytest.fixture
def follows(world, bob) -> None:
    for one in ("alice", "carol"):
        actions.follow(viewer=bob, followed=world[one])


def creators(ask, viewer: Viewer, feed: str) -> set[str]:
    """Who is in a feed, read to its end or for nine slates."""
    found: set[str] = set()
    after, slates = "", 0
    while after is not None and slates < 9:
        answer = ask(viewer, f"feed={feed}" + (f"&after={after}" if after else ""))
        found |= {clip["creator"]["handle"] for clip in answer.json["clips"]}
        after, slates = answer.json["next"], slates + 1
    return found


@pytest.mark.parametrize("mode", ["personal", "newest"])
@pytest.mark.parametrize("direction", ["bob blocks alice", "alice blocks bob"])
def test_a_block_empties_every_feed_of_the_other_both_ways(world, live, ask, bob, follows, mode, direction):
    wishes.choose_mode(viewer=bob, mode=mode)
    live.look()
    assert "alice" in creators(ask, bob, "for-you")
    blocker, other = direction.split(" blocks ")
    actions.block(viewer=viewer_of(world[blocker]), person=world[other])
    live.look()
    for feed in FEEDS:
        assert "alice" not in creators(ask, bob, feed), feed
    assert ask(bob, "feed=by:alice").status == 404
    carol = viewer_of(world["carol"])
    assert "alice" in creators(ask, carol, "for-you")
    actions.unblock(viewer=viewer_of(world[blocker]), person=world[other])
    live.look()
    assert "alice" in creators(ask, bob, "for-you")


def test_another_process_knows_at_its_next_look(world, live, clips, bob):
    other = other_process()
    try:
        known = other.company.get(bob, 0.0)
        actions.block(viewer=viewer_of(world["alice"]), person=world["bob"])
        other.look()
        again = other.company.get(bob, 0.0)
        assert again is not known
        assert again.state.blocked.tolist() == [other.catalogue.creator_number(world["alice"].id)]
    finally:
        other.stop()


def test_a_shared_link_of_somebody_blocked_opens_nothing(world, live, ask, bob, clips):
    actions.block(viewer=bob, person=world["alice"])
    live.look()
    shown = ask(bob, f"feed=clip:{clips[0].id}").json["clips"]
    assert str(clips[0].id) not in {clip["id"] for clip in shown}


@pytest.mark.parametrize("mode", ["personal", "newest"])
def test_a_mute_of_a_person_hides_them_from_feeds_but_not_from_who_asks_by_name(world, live, ask, bob, follows, mode):
    wishes.choose_mode(viewer=bob, mode=mode)
    actions.mute_person(viewer=bob, person=world["alice"])
    live.look()
    for feed in FEEDS:
        assert "alice" not in creators(ask, bob, feed), feed
    assert creators(ask, bob, "by:alice") == {"alice"}
    assert "bob" not in creators(ask, viewer_of(world["alice"]), "for-you")


def test_muted_words_and_tags_hide_clips_also_new_ones(world, live, ask, bob, follows):
    def titles(feed: str = "for-you") -> list[str]:
        return [f"{one['title']} {one['caption']}" for one in ask(bob, f"feed={feed}").json["clips"]]

    actions.mute_text(viewer=bob, text="clip 7")
    actions.mute_text(viewer=bob, text="#CATS")
    make_clip(world["carol"], 0, tag="cats")
    live.look()
    said = []
    for feed in ("for-you", "following"):
        after = ""
        while after is not None and len(said) < 200:
            answer = ask(bob, f"feed={feed}" + (f"&after={after}" if after else ""))
            said += [f"{one['title']} {one['caption']}" for one in answer.json["clips"]]
            after = answer.json["next"]
    assert said
    assert not [one for one in said if "#cats" in one or one.startswith("Clip 7 ")]
    assert [one for one in said if one.startswith(("Clip 17 ", "Clip 70 ", "Clip 27 "))], "whole words only"


def test_a_mute_takes_effect_in_a_list_that_was_ranked_ahead(world, live, ask, bob):
    first = ask(bob)
    actions.mute_text(viewer=bob, text="#jazz")
    live.look()
    rest = ask(bob, f"after={first.json['next']}").json["clips"]
    assert rest
    assert not [one for one in rest if "jazz" in one["tags"]]
