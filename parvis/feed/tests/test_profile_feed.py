"""/@<handle>/feed: the clips of a person's page in the player, for whoever that page shows them to."""

import re

import pytest

from parvis.accounts.viewer import COOKIE, encode
from parvis.clips.models import Clip
from parvis.feed.models import Slate
from parvis.feed.tests.conftest import make_clip, viewer_of
from parvis.feed.tests.test_slates import record_published
from parvis.social.actions import follow


@pytest.fixture
def carols(clips) -> list[Clip]:
    return [clip for clip in clips if clip.creator.handle == "carol"]


def ids(found) -> list[str]:
    return [clip["id"] for clip in found]


def signed_in(client, person):
    client.force_login(person, "allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_the_player_begins_at_the_clip_that_was_tapped_and_goes_on_to_the_end(client, ask, visitor, carols, live):
    answer = client.get(f"/@carol/feed?from={carols[4].id}")
    first = answer.context["first_slate"]
    assert ids(first["clips"]) == [str(clip.id) for clip in carols[4:12]]
    assert str(Slate.objects.get().id) == first["slate"]
    shown, after = ids(first["clips"]), first["next"]
    while after:
        slate = ask(visitor, f"feed=by:carol&after={after}").json
        shown, after = shown + ids(slate["clips"]), slate["next"]
    assert shown == [str(clip.id) for clip in carols[4:]]
    html = answer.content.decode()
    assert '<a class="feed-heading" href="/@carol">' in html
    # What the page asks for where it has no first slate begins at the same clip.
    address = re.search(r'src="/feed/slate\?([^"]+)"', html)[1].replace("&amp;", "&")
    assert ids(ask(visitor, address).json["clips"])[0] == str(carols[4].id)


def test_clips_of_one_moment_do_not_stand_before_the_one_that_was_tapped(client, carols, live):
    from parvis.feed import live as living

    Clip.objects.filter(id__in=[clip.id for clip in carols[2:6]]).update(published_at=carols[2].published_at)
    living.close()
    for clip in carols[1:7]:
        assert ids(client.get(f"/@carol/feed?from={clip.id}").context["first_slate"]["clips"])[0] == str(clip.id)


def test_without_a_clip_it_begins_at_the_newest_in_any_spelling_of_the_handle(client, carols, live):
    for address in ("/@carol/feed", "/@Carol/feed"):
        assert ids(client.get(address).context["first_slate"]["clips"])[0] == str(carols[0].id)


@pytest.mark.parametrize("address", ["/@nobody-here/feed", "/@carol/feed?from=x", "/@carol/feed?from={dans}"])
def test_what_is_not_there_is_not_found(address, client, clips, live):
    dans = next(clip for clip in clips if clip.creator.handle == "dan")
    answer = client.get(address.format(dans=dans.id))
    assert answer.status_code == 404
    assert not Slate.objects.exists()


def test_a_clip_for_followers_is_there_for_them_and_its_creator_alone(client, world, visitor, live):
    secret = make_clip(world["carol"], 0, audience="followers")
    record_published(secret)
    live.look()
    address = f"/@carol/feed?from={secret.id}"
    client.cookies[COOKIE] = encode(visitor)
    assert client.get(address).status_code == 404
    assert str(secret.id) not in ids(client.get("/@carol/feed").context["first_slate"]["clips"])
    assert signed_in(client, world["bob"]).get(address).status_code == 404
    follow(viewer=viewer_of(world["bob"]), followed=world["carol"])
    live.look()
    for name in ("bob", "carol"):
        first = signed_in(client, world[name]).get(address).context["first_slate"]
        assert ids(first["clips"])[0] == str(secret.id), name
        assert "?" in first["clips"][0]["renditions"][0]["url"], "its files are signed for the viewer"


def test_a_private_account_shows_its_clips_to_followers_alone(client, world, live):
    clip = make_clip(world["erin"], 0)
    record_published(clip)
    live.look()
    assert world["erin"].is_private
    for name in ("bob", None):
        one = signed_in(client, world[name]) if name else (client.logout(), client)[1]
        assert one.get(f"/@erin/feed?from={clip.id}").status_code == 404
        answer = one.get("/@erin/feed")
        assert (answer.status_code, answer["Location"]) == (302, "/@erin")
    first = signed_in(client, world["erin"]).get("/@erin/feed").context["first_slate"]
    assert ids(first["clips"]) == [str(clip.id)]


def test_the_tiles_of_a_profile_lead_to_the_player_and_without_a_script_to_the_clip(client, carols, live):
    html = client.get("/@carol").content.decode()
    assert f'href="/c/{carols[3].id}" data-player="/@carol/feed?from={carols[3].id}"' in html
