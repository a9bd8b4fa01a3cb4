"""Sensitive clips and clips that moderators limit: who sees what, in pages, feeds and files."""

from dataclasses import replace

import pytest

from parvis.accounts.viewer import ADULT, TEEN, anonymous
from parvis.clips import access, signatures
from parvis.clips import actions as clip_actions
from parvis.clips.actions import Details
from parvis.clips.cards import cards, feed_rows
from parvis.clips.errors import NoSuchClip
from parvis.clips.models import Clip, Rendition
from parvis.clips.queries import for_viewer
from parvis.safety import actions, queries, states
from parvis.safety.errors import OnlyAdults
from parvis.safety.models import Preference
from parvis.safety.tests.conftest import decided, reported
from parvis.social.tests.conftest import viewer_of


def viewer(person, band=ADULT):

    return replace(viewer_of(person), age_band=band)


@pytest.fixture
def film(clip):
    Clip.objects.filter(id=clip.id).update(poster="poster.webp")
    return Rendition.objects.create(
        clip=clip, creator=clip.creator, home=clip.home, name="a", file="a.mp4", width=9, height=16, bytes=1,
        bit_rate=1, fps=30,
    )  # fmt: skip


def row():
    return next(iter(feed_rows()))


@pytest.mark.parametrize("by", ["creator", "moderator"])
def test_a_sensitive_clip_is_for_adults_and_covered(world, clip, film, by):
    assert (row().minimum_age, cards([clip.id])[clip.id].is_covered) == (0, False)
    if by == "creator":
        clip_actions.describe(creator=clip.creator_id, clip_id=clip.id, details=Details(is_sensitive=True))
    else:
        decided(world["frank"], reported(world["bob"], "clip", clip), on_thing=states.SENSITIVE)
    assert row().minimum_age == 18, "no feed of a minor or of a visitor takes it"
    card = cards([clip.id])[clip.id]
    assert (card.is_covered, card.is_for_all) == (True, False)
    assert "?e=" in card.renditions[0]["url"]
    for who, sees in [
        (viewer(world["bob"]), True),
        (viewer(world["bob"], TEEN), False),
        (anonymous("DE", "de"), False),
    ]:
        shown = for_viewer(who).card(for_viewer(who).one(clip.id))
        assert (bool(shown.renditions), bool(shown.poster)) == (sees, sees)
        assert for_viewer(who).posters([clip.id]) == {clip.id: shown.poster}
    own = for_viewer(viewer(world["alice"], TEEN))
    assert own.card(own.one(clip.id)).renditions, "its creator sees it"
    access.forget()
    open_to = access.access_to(clip.id)
    assert not open_to.allows("a.mp4", "")
    assert open_to.allows("a.mp4", signatures.FOLLOWER)


def test_a_clip_for_adults_is_not_there_for_others(world, clip):
    decision = decided(world["frank"], reported(world["bob"], "clip", clip), on_thing=states.ADULTS)
    assert row().minimum_age == 18
    assert for_viewer(viewer(world["bob"])).one(clip.id)
    assert list(for_viewer(viewer(world["bob"])).by(world["alice"])) == [clip]
    for who in (viewer(world["bob"], TEEN), anonymous("DE", "de")):
        with pytest.raises(NoSuchClip):
            for_viewer(who).one(clip.id)
        assert list(for_viewer(who).by(world["alice"])) == []
    assert for_viewer(viewer(world["alice"], TEEN)).one(clip.id), "its creator sees it"
    lift(world, decision)
    assert for_viewer(anonymous("DE", "de")).one(clip.id)
    assert row().minimum_age == 0


def lift(world, decision):
    actions.appeal(person=decision.person_id, decision_id=decision.id, words="Why?")
    actions.hear(by=world["olga"], case_id=decision.case_id, is_reversed=True, answer="You are right.")


def test_a_clip_not_recommended_is_for_followers_in_feeds_and_for_all_at_its_address(world, clip):
    decision = decided(world["frank"], reported(world["bob"], "clip", clip), on_thing=states.UNRECOMMENDED)
    assert row().audience == "followers"
    assert for_viewer(anonymous("DE", "de")).one(clip.id)
    assert cards([clip.id])[clip.id].is_for_all
    lift(world, decision)
    assert row().audience == "everyone"


def test_two_limits_hold_until_each_is_lifted(world, clip):
    first = decided(world["frank"], reported(world["bob"], "clip", clip), on_thing=states.SENSITIVE)
    second = decided(world["frank"], reported(world["carol"], "clip", clip), on_thing=states.UNRECOMMENDED)
    assert Clip.objects.get().limits == ["sensitive", "unrecommended"]
    lift(world, first)
    assert Clip.objects.get().limits == ["unrecommended"]
    lift(world, second)
    assert Clip.objects.get().limits == []


def test_only_adults_choose_to_see_without_a_cover(world, client_of):
    erin = viewer_of(world["erin"])
    with pytest.raises(OnlyAdults, match="only for adults"):
        actions.show_sensitive(viewer=erin, shows=True)
    assert Preference.objects.count() == 0
    client = client_of(world["bob"])
    assert not queries.shows_sensitive(viewer(world["bob"]))
    assert client.post("/settings/sensitive", {"shows": "on"}).status_code == 303
    assert queries.shows_sensitive(viewer(world["bob"]))
    assert not queries.shows_sensitive(viewer(world["bob"], TEEN)), "a choice of an adult, if the birth date was wrong"
    client.post("/settings/sensitive", {})
    assert not queries.shows_sensitive(viewer(world["bob"]))
    assert client_of(world["erin"]).post("/settings/sensitive", {"shows": "on"}).status_code == 403


def test_the_page_of_a_sensitive_clip_has_a_cover_and_none_of_it_for_others(world, clip, film, client_of):
    Clip.objects.filter(id=clip.id).update(is_sensitive=True)
    page = client_of(world["bob"]).get(f"/c/{clip.id}").content.decode()
    assert "This clip is sensitive" in page
    assert "a.mp4" in page
    for who in (None, world["erin"]):
        page = client_of(who).get(f"/c/{clip.id}").content.decode()
        assert "only for adults" in page
        assert "a.mp4" not in page
        assert "poster.webp" not in page
        assert "poster.webp" not in client_of(who).get("/@alice").content.decode()
    assert client_of(None).get(f"/embed/{clip.id}").status_code == 404
