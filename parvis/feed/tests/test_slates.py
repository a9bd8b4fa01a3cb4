"""GET /feed/slate: what is shown, to whom, and that it is written down first."""

import uuid
from dataclasses import replace

import psycopg
import pytest
from django.db import transaction

from parvis.accounts.viewer import COOKIE, decode, encode
from parvis.clips.models import Clip
from parvis.events.actions import record
from parvis.feed import writer
from parvis.feed.live import Live
from parvis.feed.models import Slate
from parvis.feed.pace import Pace
from parvis.feed.tests.conftest import make_clip, viewer_of
from parvis.social.actions import follow, like


def test_a_slate_has_what_the_player_needs(ask, bob) -> None:
    answer = ask(bob)
    assert answer.status == 200
    assert answer.headers["Cache-Control"] == "no-store"
    clip = answer.json["clips"][0]
    assert set(answer.json) == {"slate", "next", "places", "clips", "mine"}
    assert set(clip) == {
        "id", "url", "creator", "title", "caption", "tags", "mentions", "language", "alt", "duration_ms", "width",
        "height", "poster", "placeholder", "renditions", "captions", "counts", "allow", "covered", "at",
    }  # fmt: skip
    assert clip["url"] == f"/c/{clip['id']}"
    assert clip["counts"] == {"likes": 0, "comments": 0, "shares": 0}
    assert clip["renditions"] == [{"width": 360, "height": 640, "url": f"/media/{clip['id']}/360.mp4", "bytes": 1000}]
    assert answer.json["mine"] == {"liked": [], "following": []}


def test_what_is_shown_was_written_down_with_its_trace(ask, bob) -> None:
    answer = ask(bob, "feed=for-you&n=5")
    row = Slate.objects.get()
    assert str(row.id) == answer.json["slate"]
    assert [str(clip) for clip in row.clips] == [clip["id"] for clip in answer.json["clips"]]
    assert (row.pseudonym, row.home, row.feed, len(row.clips)) == (bob.pseudonym, "US", "for-you", 5)
    assert len(row.trace) > 100


def test_what_cannot_be_written_down_is_not_shown(ask, bob, monkeypatch, live) -> None:
    def refuse(self, wishes):
        raise psycopg.OperationalError("the server is gone")

    monkeypatch.setattr(writer.Writer, "_write", refuse)
    answer = ask(bob)
    assert (answer.status, answer.json["error"]["code"], answer.headers["Retry-After"]) == (503, "not-now", "2")
    assert "clips" not in answer.json
    assert not Slate.objects.exists()


def test_nothing_is_shown_twice_until_all_was_seen_also_without_help_of_the_cursor(ask, bob) -> None:
    shown = [clip["id"] for _ in range(7) for clip in ask(bob).json["clips"]]
    assert len(shown) == len(set(shown)) == 56
    assert len(ask(bob).json["clips"]) >= 4


def test_a_process_that_does_not_know_the_last_slate_yet_learns_it_from_the_cursor(ask, bob, live) -> None:
    first = ask(bob)
    Slate.objects.all().delete()
    live.company.forget(bob.pseudonym)
    second = ask(bob, f"after={first.json['next']}")
    assert not {clip["id"] for clip in first.json["clips"]} & {clip["id"] for clip in second.json["clips"]}


def test_visitors_get_a_good_first_page_in_their_language(ask, visitor) -> None:
    clips = ask(visitor).json["clips"]
    assert len(clips) == 8
    assert sum(clip["language"] == "fr" for clip in clips) >= 3
    assert len({clip["creator"]["handle"] for clip in clips}) == 3


def test_ones_own_clips_are_not_in_for_you_but_on_ones_page(ask, world) -> None:
    alice = viewer_of(world["alice"])
    assert "alice" not in {clip["creator"]["handle"] for clip in ask(alice, "n=20").json["clips"]}
    assert {clip["creator"]["handle"] for clip in ask(alice, "feed=by:alice").json["clips"]} == {"alice"}


@pytest.mark.parametrize("feed", ["tag:chess", "by:carol"])
def test_a_list_shows_all_its_clips_once_the_newest_first_and_then_ends(feed, ask, visitor, clips) -> None:
    shown, after = [], ""
    for _ in range(9):
        answer = ask(visitor, f"feed={feed}&n=6&after={after}").json
        shown += [clip["id"] for clip in answer["clips"]]
        after = answer["next"]
        if after is None:
            break
    wanted = [one for one in clips if one.tags == ["chess"]] if feed == "tag:chess" else [
        one for one in clips if one.creator.handle == "carol"
    ]  # fmt: skip
    assert shown == [str(one.id) for one in wanted]
    assert after is None


def test_following_shows_those_whom_one_follows_and_their_clips_for_followers(ask, bob, world, live) -> None:
    assert ask(bob, "feed=following").json["clips"] == []
    secret = make_clip(world["dan"], 0, audience="followers")
    hidden = make_clip(world["carol"], 0, audience="followers")
    follow(viewer=bob, followed=world["dan"])
    record_published(secret, hidden)
    live.look()
    answer = ask(bob, "feed=following").json
    assert {clip["creator"]["handle"] for clip in answer["clips"]} == {"dan"}
    assert answer["clips"][0]["id"] == str(secret.id)
    assert "?" in answer["clips"][0]["renditions"][0]["url"]
    assert answer["mine"]["following"] == ["dan"]
    everything = {clip["id"] for _ in range(9) for clip in ask(bob).json["clips"]}
    assert len(everything) > 40
    assert str(hidden.id) not in everything


def record_published(*clips: Clip) -> None:
    from django.db import transaction

    with transaction.atomic():
        for clip in clips:
            record("clip.published", home=clip.home, actor=clip.creator_id, object=clip.id)


def test_a_shared_clip_comes_first_and_for_you_goes_on(ask, visitor, clips) -> None:
    first = ask(visitor, f"feed=clip:{clips[50].id}").json
    assert first["clips"][0]["id"] == str(clips[50].id)
    assert len({clip["id"] for clip in first["clips"]}) == 8
    second = ask(visitor, f"feed=clip:{clips[50].id}&after={first['next']}").json
    assert not {clip["id"] for clip in second["clips"]} & {clip["id"] for clip in first["clips"]}


def test_the_link_of_a_clip_that_one_may_not_see_shows_only_others(ask, visitor, world, live) -> None:
    secret = make_clip(world["dan"], 0, audience="followers")
    record_published(secret)
    live.look()
    clips = ask(visitor, f"feed=clip:{secret.id}").json["clips"]
    assert len(clips) == 8
    assert str(secret.id) not in {clip["id"] for clip in clips}


def test_a_new_clip_is_shown_and_a_hidden_one_is_not_after_the_next_look(ask, bob, visitor, world, clips, live) -> None:
    fresh = make_clip(world["alice"], -1, tag="opera")
    record_published(fresh)
    live.look()
    assert [clip["id"] for clip in ask(visitor, "feed=tag:opera").json["clips"]] == [str(fresh.id)]
    Clip.objects.filter(id=fresh.id).update(publication="hidden", title="", caption="", tags=[], alt="", mentions=[])
    assert ask(visitor, "feed=tag:opera").status == 200
    from django.db import transaction

    with transaction.atomic():
        record("clip.hidden", home=fresh.home, actor=fresh.creator_id, object=fresh.id)
    live.look()
    assert ask(visitor, "feed=tag:opera").json["clips"] == []


def test_a_clip_deleted_without_a_word_is_left_out_when_its_card_is_read(ask, visitor, clips, live) -> None:
    gone = clips[2]
    live._warming.join()
    Clip.objects.filter(id=gone.id).delete()
    live.cards.drop([gone.id])
    shown = ask(visitor, "feed=tag:chess&n=3").json["clips"]
    assert str(gone.id) not in {clip["id"] for clip in shown}
    assert [str(clip) for clip in Slate.objects.get().clips] == [clip["id"] for clip in shown]


def test_likes_are_counted_and_ones_own_are_marked(ask, bob, visitor, clips, live) -> None:
    one = ask(bob, "feed=tag:jazz&n=1").json["clips"][0]["id"]
    like(viewer=bob, clip_id=uuid.UUID(one))
    live.look()
    live.cards.drop([uuid.UUID(one)])  # the page may show a count that is a second old
    answer = ask(bob, "feed=tag:jazz&n=1").json
    assert answer["clips"][0]["counts"]["likes"] == 1
    assert answer["mine"]["liked"] == [one]
    assert ask(visitor, "feed=tag:jazz&n=1").json["mine"]["liked"] == []


@pytest.mark.parametrize(
    "query", ["feed=nothing", "feed=tag:", "feed=by:A%20B", "feed=clip:1", "n=0", "n=21", "n=x", "after=zzz",
              "after=s!!!!", "after=t" + "A" * 31, "after=s" + "A" * 4096, "feed=tag:a%00b/c"],
)  # fmt: skip
def test_a_wrong_wish_is_refused_and_nothing_is_written_down(query, ask, bob) -> None:
    answer = ask(bob, query)
    assert (answer.status, answer.json["error"]["code"]) == (400, "bad-feed")
    assert not Slate.objects.exists()


def test_the_feed_of_nobody_is_not_found(ask, bob) -> None:
    answer = ask(bob, "feed=by:nobody")
    assert (answer.status, answer.json["error"]["code"]) == (404, "no-such-creator")
    assert not Slate.objects.exists()


def test_who_asks_too_often_is_asked_to_wait(ask, bob, monkeypatch, settings) -> None:
    settings.PARVIS_RATE_LIMITS = True
    monkeypatch.setattr("parvis.feed.hot.SLATES", Pace(per_second=0.001, burst=2))
    assert [ask(bob).status for _ in range(3)] == [200, 200, 429]
    assert Slate.objects.count() == 2


def test_pace_gives_tokens_back_with_time(monkeypatch) -> None:
    at = [100.0]
    monkeypatch.setattr("parvis.feed.pace.time.monotonic", lambda: at[0])
    pace, one, other = Pace(per_second=2, burst=3), uuid.uuid4(), uuid.uuid4()
    assert [pace.allows(one) for _ in range(4)] == [True, True, True, False]
    assert pace.allows(other)
    at[0] += 0.6
    assert [pace.allows(one) for _ in range(2)] == [True, False]


def test_no_cookie_a_forged_one_and_an_ended_session_are_left_to_django(ask, bob, live) -> None:
    assert ask(None) is None
    assert ask(None, HTTP_COOKIE=f"{COOKIE}={encode(bob)[:-3]}xxx") is None
    signed_in = replace(bob, session="abc")
    assert ask(signed_in).status == 200
    live.end_session("abc")
    assert ask(signed_in) is None


def test_a_session_that_ended_before_this_process_began_is_trusted_no_more(world, live) -> None:
    with transaction.atomic():
        record("session.ended", home="FR", actor=world["bob"].id, data={"session": "gone"})
    assert "gone" not in live.ended_sessions
    fresh = Live()
    fresh.start()
    try:
        assert "gone" in fresh.ended_sessions
    finally:
        fresh.stop()


def test_django_answers_the_same_and_gives_the_visitor_a_cookie(client, live) -> None:
    answer = client.get("/feed/slate?feed=tag:jazz&n=2", headers={"Accept-Language": "fr-FR"})
    assert answer.status_code == 200
    assert len(answer.json()["clips"]) == 2
    viewer = decode(answer.cookies[COOKIE].value)
    assert viewer is not None
    assert Slate.objects.get().pseudonym == viewer.pseudonym


def test_two_slates_asked_for_at_once_differ(ask, bob) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: ask(bob, "n=4").json["clips"], range(4)))
    shown = [clip["id"] for clips in answers for clip in clips]
    assert len(shown) == len(set(shown)) == 16


def test_the_chronological_feed_is_the_newest_first_and_reads_nothing_that_one_did(
    ask, bob, clips, live, django_assert_num_queries
) -> None:
    from parvis.feed.actions import choose_mode

    choose_mode(viewer=bob, mode="newest")
    first = ask(bob, "n=10").json
    second = ask(bob, f"n=10&after={first['next']}").json
    assert [clip["id"] for clip in first["clips"] + second["clips"]] == [str(clip.id) for clip in clips[:20]]
    known = live.company.at_hand(bob.pseudonym)
    assert known.state.taste.events == 0
