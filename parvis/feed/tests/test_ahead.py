"""A list that is ranked ahead: when it is handed out further, and when it must be ranked anew."""

import time
from typing import Any

import pytest
from django.db import transaction

from parvis.clips.models import Clip
from parvis.events.actions import record
from parvis.feed import ahead
from parvis.feed import live as living
from parvis.feed.live import Live
from parvis.feed.models import Slate
from parvis.feed.tests.conftest import watched
from parvis.feed.writer import Wish as Keep


@pytest.fixture
def rankings(live, monkeypatch) -> list[int]:
    """How many clips each ranking of For You was to have, in order."""
    pipeline, made = live.feeds.by_name["for-you"], []
    run = type(pipeline).run

    def counted(self: Any, wish: Any) -> Any:
        if self is pipeline:
            made.append(wish.n * wish.slates)
        return run(self, wish)

    monkeypatch.setattr(type(pipeline), "run", counted)
    return made


class Page:
    """A page that goes on and on in the feed; `shown` are all its clips."""

    def __init__(self, ask: Any, viewer: Any) -> None:
        self.ask, self.viewer, self.after, self.shown = ask, viewer, "", list[str]()

    def more(self, n: int = 4) -> list[str]:
        answer = self.ask(self.viewer, f"n={n}" + (f"&after={self.after}" if self.after else "")).json
        self.after = answer["next"]
        clips = [clip["id"] for clip in answer["clips"]]
        self.shown += clips
        return clips


def test_who_goes_on_without_a_sign_gets_a_list_ranked_ahead_and_no_clip_twice(ask, bob, rankings) -> None:
    page = Page(ask, bob)
    for _ in range(14):
        page.more()
    assert rankings[:2] == [4, 16]
    assert len(rankings) <= 4
    assert len(set(page.shown)) == len(page.shown) == 56
    assert Slate.objects.count() == len(rankings)
    assert all(len(one.trace) > 100 for one in Slate.objects.all())


def rows() -> list[tuple[list[str], bool]]:
    """The clips of each stored list, the oldest first, and whether the row is open."""
    return [([str(clip) for clip in one.clips], one.is_open) for one in Slate.objects.order_by("id")]


def test_what_is_shown_is_in_a_row_at_the_place_that_the_page_was_told(ask, bob) -> None:
    page, told = Page(ask, bob), []
    for _ in range(7):
        answer = ask(bob, "n=4" + (f"&after={page.after}" if page.after else "")).json
        page.after = answer["next"]
        told += [
            (answer["slate"], place, clip["id"]) for place, clip in zip(answer["places"], answer["clips"], strict=True)
        ]
    kept = {str(one.id): [str(clip) for clip in one.clips] for one in Slate.objects.all()}
    assert [kept[slate][place] for slate, place, _ in told] == [clip for _, _, clip in told]
    assert len(kept) == 3


def test_a_list_is_open_while_more_of_it_may_be_shown_and_then_is_cut_to_what_was(ask, report, bob, live) -> None:
    page = Page(ask, bob)
    page.more()
    page.more()
    assert [(len(clips), is_open) for clips, is_open in rows()] == [(4, False), (16, True)]
    report(bob, [watched(page.shown[-1])])
    page.more()  # ranked anew: the list before it is over
    assert [(len(clips), is_open) for clips, is_open in rows()] == [(4, False), (4, False), (4, False)]
    assert [clip for clips, _ in rows() for clip in clips] == page.shown


def test_a_list_that_grew_old_is_closed_without_the_viewer(ask, bob, live, monkeypatch) -> None:
    page = Page(ask, bob)
    page.more()
    page.more()
    live.lists.close(live.writer)
    assert rows()[1][1]
    later = time.monotonic() + ahead.LONGEST_S + 1
    monkeypatch.setattr(ahead.time, "monotonic", lambda: later)
    live.lists.close(live.writer)
    live.writer.wait(live.writer.put(Keep()))  # what was put before it is kept by then
    assert [clip for clips, _ in rows() for clip in clips] == page.shown
    assert not rows()[1][1]
    assert not live.lists.ours


def test_a_process_that_ends_closes_its_lists(ask, bob, live) -> None:
    page = Page(ask, bob)
    page.more()
    page.more()
    living.close()
    assert [clip for clips, _ in rows() for clip in clips] == page.shown


def test_a_list_that_cannot_be_kept_is_not_handed_out(ask, bob, live, rankings, monkeypatch) -> None:
    page = Page(ask, bob)
    page.more()
    write, before = live.writer._write, Slate.objects.count()
    monkeypatch.setattr(live.writer, "_write", lambda wishes: 1 / 0)
    answer = ask(bob, f"n=4&after={page.after}")
    assert (answer.status, answer.json["error"]["code"]) == (503, "not-now")
    assert ask(bob, f"n=4&after={page.after}").status == 503
    assert Slate.objects.count() == before
    monkeypatch.setattr(live.writer, "_write", write)
    assert len(page.more()) == 4
    assert rankings == [4, 16, 4, 4]  # never a rest of what was not kept


def test_another_process_loads_the_viewer_anew_when_a_list_opens_and_when_it_closes(
    ask, report, bob, live, clips
) -> None:
    other = Live()
    other.start()
    try:
        other.company.get(bob, time.time())
        page = Page(ask, bob)
        page.more()
        page.more()
        other.look()
        assert len(set(other.company.get(bob, time.time()).state.seen.all().tolist())) == 20
        assert sum(len(shown) for shown in other.teaching._shown) == 4  # of the open list nothing is counted yet
        report(bob, [watched(page.shown[-1])])
        page.more()
        other.look()
        assert sum(len(shown) for shown in other.teaching._shown) == 12
        fresh = other.company.get(bob, time.time())
        assert {str(other.catalogue.ids[clip]) for clip in fresh.state.seen.all()} == set(page.shown)
    finally:
        other.stop()


def test_an_event_of_the_viewer_has_the_next_slate_ranked_anew(ask, report, bob, rankings) -> None:
    page = Page(ask, bob)
    page.more()
    last = page.more()[-1]
    assert rankings == [4, 16]
    report(bob, [watched(last)])
    page.more()
    assert rankings == [4, 16, 4]


def test_a_list_grows_old(ask, bob, rankings, monkeypatch) -> None:
    page = Page(ask, bob)
    page.more()
    page.more()
    later = time.monotonic() + ahead.LONGEST_S + 1
    monkeypatch.setattr(ahead.time, "monotonic", lambda: later)
    page.more()
    assert rankings == [4, 16, 4]


def test_a_page_that_opens_gets_a_new_list(ask, bob, rankings) -> None:
    page = Page(ask, bob)
    page.more()
    page.more()
    page.after = ""
    page.more()
    assert rankings == [4, 16, 4]
    assert len(set(page.shown)) == 12


def test_a_clip_hidden_meanwhile_is_not_handed_out(ask, bob, live, rankings) -> None:
    page = Page(ask, bob)
    page.more()
    page.more()
    known = live.company.at_hand(bob.pseudonym)
    coming = [live.catalogue.ids[known.ahead.clips[place]] for place in known.ahead.places]
    gone = Clip.objects.get(id=coming[1])
    hidden = {"publication": "hidden", "title": "", "caption": "", "tags": [], "alt": "", "mentions": []}
    Clip.objects.filter(id=gone.id).update(**hidden)
    with transaction.atomic():
        record("clip.hidden", home=gone.home, actor=gone.creator_id, object=gone.id)
    live.look()
    assert page.more() == [str(clip) for place, clip in enumerate(coming[:5]) if place != 1]
    assert rankings == [4, 16]


def test_what_another_page_showed_meanwhile_is_not_handed_out(ask, bob, rankings) -> None:
    page = Page(ask, bob)
    page.more()
    page.more()
    other = {clip["id"] for clip in ask(bob, "feed=following&n=8").json["clips"]}
    other |= {clip["id"] for clip in ask(bob, "feed=tag:chess&n=20").json["clips"]}
    assert other
    assert not other & {*page.more(), *page.more()}
