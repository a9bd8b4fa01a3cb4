"""A list that is ranked ahead: when it is handed out further, and when it must be ranked anew."""

import time
from typing import Any

import pytest
from django.db import transaction

from parvis.clips.models import Clip
from parvis.events.actions import record
from parvis.feed import ahead
from parvis.feed.models import Slate
from parvis.feed.tests.conftest import watched


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
    assert Slate.objects.count() == 14
    assert all(len(one.trace) > 100 for one in Slate.objects.all())


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
