"""A page that goes on in a list where nothing has changed is answered by a short way: as by the long one, or not."""

import asyncio
import time
from collections.abc import Callable
from copy import copy, deepcopy
from dataclasses import replace
from typing import Any

import pytest

from parvis.accounts.viewer import Viewer
from parvis.feed import actions, ahead, now
from parvis.feed.live import Live
from parvis.feed.pace import Pace
from parvis.feed.tests.conftest import watched
from parvis.feed.tests.test_now import Asking


class Page:
    """One page of a browser: its cookie is the same all the time. `short`: of each slate, whether by the short way."""

    def __init__(self, ask: Any, viewer: Viewer, monkeypatch: pytest.MonkeyPatch) -> None:
        self.cookie = Asking(viewer).headers["cookie"]
        self.viewer, self.after, self.short = viewer, ask(viewer).json["next"], list[bool]()
        way = now._going_on

        def noted(*wish: Any) -> Any:
            made = way(*wish)
            self.short.append(made is not None)
            return made

        monkeypatch.setattr(now, "_going_on", noted)

    def more(self, query: str = "n=4&after=") -> dict[str, Any]:
        asking = Asking(self.viewer, query + self.after)
        asking.headers["cookie"] = self.cookie
        assert asyncio.run(now.slate(asking, asking))
        self.after = asking.json["next"]
        return asking.json


@pytest.fixture
def going(ask, bob, live, monkeypatch) -> Page:
    going = Page(ask, bob, monkeypatch)
    going.more()
    going.more()
    return going


def test_the_short_way_gives_what_the_long_way_gives(going, bob, live, clips, world, monkeypatch) -> None:
    known = live.company.at_hand(bob.pseudonym)
    coming = [live.catalogue.ids[known.ahead.clips[place]] for place in known.ahead.places]
    known.liked.add(coming[1].bytes)
    kept, seen, after = copy(known.ahead), deepcopy(known.state.seen), going.after
    kept.places = list(known.ahead.places)
    short = going.more()
    state = copy(known.ahead)
    assert going.short[-1]
    assert short["mine"]["liked"] == [str(coming[1])]
    known.ahead, known.state.seen, going.after = kept, seen, after
    monkeypatch.setattr(now, "_going_on", lambda *_: None)
    assert going.more() == short
    ours, theirs = (
        {name: value for name, value in vars(one).items() if name != "indices"} for one in (known.ahead, state)
    )
    assert ours == theirs


def test_it_goes_on_by_the_short_way_to_the_end_of_the_list(going) -> None:
    while going.more()["places"][0]:
        pass
    assert going.short.count(True) >= 2
    assert not going.short[-1]


Change = Callable[[Page, Live, pytest.MonkeyPatch], None]


def another_language(going: Page, live: Live, patch: pytest.MonkeyPatch) -> None:
    going.cookie = Asking(replace(going.viewer, language="fr")).headers["cookie"]


def another_place(going: Page, live: Live, patch: pytest.MonkeyPatch) -> None:
    going.after = now.params.cursor_of_shown(live.catalogue.raw[0].tobytes())


def a_clip_gone(going: Page, live: Live, patch: pytest.MonkeyPatch) -> None:
    live.catalogue.changes += 1


def a_card_gone(going: Page, live: Live, patch: pytest.MonkeyPatch) -> None:
    known = live.company.at_hand(going.viewer.pseudonym)
    gone = live.catalogue.ids[known.ahead.clips[known.ahead.places[0]]]
    get = live.cards.get

    def without(clips: Any, *, waits: bool = True) -> Any:
        return [None if card is None or card.id == gone else card for card in get(clips, waits=waits)]

    patch.setattr(live.cards, "get", without)


def shown_elsewhere(going: Page, live: Live, patch: pytest.MonkeyPatch) -> None:
    known = live.company.at_hand(going.viewer.pseudonym)
    known.state.seen.add(known.ahead.indices[known.ahead.places[:1]])


def grown_old(going: Page, live: Live, patch: pytest.MonkeyPatch) -> None:
    later = time.monotonic() + ahead.LONGEST_S + 1
    patch.setattr(ahead.time, "monotonic", lambda: later)


def written_otherwise(going: Page, live: Live, patch: pytest.MonkeyPatch) -> None:
    going.after = f"{going.after}&feed=for%2Dyou"


@pytest.mark.parametrize(
    "change",
    [another_language, another_place, a_clip_gone, a_card_gone, shown_elsewhere, grown_old, written_otherwise],
)
def test_whatever_has_changed_is_left_to_the_long_way(going, live, monkeypatch, change: Change) -> None:
    known = live.company.at_hand(going.viewer.pseudonym)
    first = str(live.catalogue.ids[known.ahead.clips[known.ahead.places[0]]])
    change(going, live, monkeypatch)
    answer = going.more()
    assert (going.short[-1], len(answer["clips"])) == (False, 3 if change is a_card_gone else 4)
    if change in {a_card_gone, shown_elsewhere}:
        assert first not in {clip["id"] for clip in answer["clips"]}


def test_a_swipe_is_heeded_at_once(going, report) -> None:
    answer = going.more()
    report(going.viewer, [watched(answer["clips"][0]["id"])])
    assert going.more()["slate"] != answer["slate"]
    assert not going.short[-1]


def test_who_asks_too_often_or_watched_long_enough_goes_no_way(going, live, monkeypatch) -> None:
    known = live.company.at_hand(going.viewer.pseudonym)
    places = list(known.ahead.places)
    with monkeypatch.context() as patch:
        patch.setattr(now, "SLATES", Pace(per_second=0.001, burst=0))
        asking = Asking(going.viewer, f"n=4&after={going.after}")
        asking.headers["cookie"] = going.cookie
        assert not asyncio.run(now.slate(asking, asking))
    actions.cap_minutes(viewer=going.viewer, minutes=10)
    known.today.minutes, known.today.watched_s = 10, 601.0
    assert going.more()["end"] == "time"
    assert not going.short[-1]
    assert known.ahead.places == places
