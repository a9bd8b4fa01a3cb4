"""What stands of this package on the pages of clips and people, also without a script."""

import re

import pytest

from parvis.kit.ids import uuid7
from parvis.social import actions, queries
from parvis.social.models import Comment
from parvis.social.tests.conftest import make_clip, viewer_of

PAGE = {"Accept": "text/html", "Sec-Fetch-Mode": "navigate", "Accept-Language": "en"}


def shown(client, address):
    return client.get(address, headers=PAGE).content.decode()


def count(html, name):
    return re.search(rf'data-count="{name}">([^<]*)<', html)[1]


@pytest.mark.parametrize("name", [None, "carol"])
def test_a_profile_tells_how_many_follow_and_are_followed(name, world, client_of):
    for follower in ("bob", "carol"):
        actions.follow(viewer=viewer_of(world[follower]), followed=world["alice"])
    actions.follow(viewer=viewer_of(world["alice"]), followed=world["dan"])
    html = shown(client_of(world[name] if name else None), "/@alice")
    assert count(html, "followers") == "2"
    assert re.search(r"Following</a></dt><dd[^>]*>1<", html)


def test_a_clips_page_has_its_counts_and_comments_for_everybody(world, clip, client_of):
    actions.like(viewer=viewer_of(world["bob"]), clip_id=clip.id)
    actions.share(viewer=viewer_of(world["carol"]), clip_id=clip.id)
    say(world["bob"], clip, "Well danced <b>")
    html = shown(client_of(None), f"/c/{clip.id}")
    assert [count(html, name) for name in ("likes", "comments", "shares")] == ["1", "1", "1"]
    assert "Well danced &lt;b&gt;" in html
    assert f'href="/sign-in?next=/c/{clip.id}"' in html
    assert "<textarea" not in html.split('id="comments"')[1]
    assert f'data-shares="/c/{clip.id}/shares"' not in html, "visitors are not counted"
    assert f'data-shares="/c/{clip.id}/shares"' in shown(client_of(world["bob"]), f"/c/{clip.id}")


def test_a_comment_is_written_and_the_rest_read_without_a_script(world, clip, client_of):
    for number in range(queries.PAGE + 1):
        say(world["bob"], clip, f"number {number}.")
    carol = client_of(world["carol"])
    html = shown(carol, f"/c/{clip.id}").split('id="comments"')[1]
    nonce = re.search(r'name="nonce" value="([^"]+)"', html)[1]
    for _ in range(2):
        answer = carol.post(f"/c/{clip.id}/comments", {"text": "Bravo", "nonce": nonce, "plain": "1"}, headers=PAGE)
        assert (answer.status_code, answer["Location"]) == (303, f"/c/{clip.id}#comments")
    assert Comment.objects.filter(author=world["carol"]).count() == 1
    first = shown(carol, f"/c/{clip.id}")
    assert "Bravo" in first
    assert "number 0." not in first
    rest = re.search(rf'href="(/c/{clip.id}\?comments=[^"#]+)#comments"', first)[1]
    assert "number 0." in shown(carol, rest)
    assert "Bravo" in shown(carol, f"/c/{clip.id}?comments=nonsense")


def test_an_empty_comment_without_a_script_is_refused_in_words_on_the_page(world, clip, client_of):
    carol = client_of(world["carol"])
    answer = carol.post(f"/c/{clip.id}/comments", {"text": " ", "plain": "1"}, headers=PAGE)
    assert answer.status_code == 303
    assert "Please write something first." in shown(carol, f"/c/{clip.id}")
    assert not Comment.objects.exists()


def test_a_closed_clip_says_so_and_keeps_its_comments_and_a_draft_has_none(world, clip, client_of):
    say(world["bob"], clip, "Well danced")
    clip.allow_comments = False
    clip.save(update_fields=["allow_comments"])
    html = shown(client_of(world["carol"]), f"/c/{clip.id}")
    assert "Comments on this clip are closed." in html
    assert "Well danced" in html
    assert "<textarea" not in html.split('id="comments"')[1]
    draft = make_clip(world["alice"], publication="draft", published_at=None, title="")
    assert 'id="comments"' not in shown(client_of(world["alice"]), f"/c/{draft.id}")


def say(person, clip, text):
    actions.comment(viewer=viewer_of(person), clip_id=clip.id, text=text, nonce=uuid7())
