"""Slates and reports, from checked wish to bytes. Framework-free: the hot path and the Django views both call it."""

import time
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
import orjson

from parvis.accounts.viewer import ADULT, TEEN, UNDER_16
from parvis.accounts.viewer import Viewer as Visitor
from parvis.feed.ahead import Ahead
from parvis.feed.cards import Ready
from parvis.feed.company import FROM_WATCHES, Known
from parvis.feed.live import Live
from parvis.feed.models import NEWEST, PERSONAL
from parvis.feed.params import Asked, Event, cursor_in_time, cursor_of_shown, remembered
from parvis.feed.pipelines import Wish
from parvis.feed.queries import creator_named
from parvis.feed.traces import Sheet
from parvis.feed.writer import Wish as Keep
from parvis.kit.ids import uuid7
from parvis.recommender.interface import events_of
from parvis.recommender.signals import CODES, Ints

# The least age that a band vouches for. Of a visitor nothing is known, so only what is for all is shown.
AGES = {ADULT: 18, TEEN: 16, UNDER_16: 13}
_random = np.random.default_rng()


@dataclass(frozen=True)
class Chosen:
    """A slate as it was made: by which pipeline, its clips as indices with their cards, and its trace."""

    feed: str
    clips: list[int]
    cards: list[Ready]
    trace: bytes


def slate(live: Live, visitor: Visitor, asked: Asked) -> bytes:
    """Return a slate as JSON, after it was stored. NotNow if it cannot be, NoSuchCreator for an unknown handle."""
    now = time.time()
    known = live.company.get(visitor, now)
    wish = _wish(live, known, visitor, asked, now)
    with known.lock:
        made = _choose(live, known, wish, asked)
        shown: Ints = np.array([clip for one in made for clip in one.clips], np.int32)
        known.state.seen.add(shown)
        id_ = str(uuid7())
        cards = [card for one in made for card in one.cards]
        body = _json(id_, _cursor(live, wish, asked, made), cards, _mine(live, known, made))
        if not cards:
            return body
        ids = [id_, *(str(uuid7()) for _ in made[1:])]
        rows = [_row(live, one, id_, visitor.home, known.text) for one, id_ in zip(made, ids, strict=True)]
        kept = live.writer.put(Keep(slates=rows))
        live.exposed(shown)
    live.writer.wait(kept)
    return body


def _wish(live: Live, known: Known, visitor: Visitor, asked: Asked, now: float) -> Wish:
    catalogue = live.catalogue
    return Wish(
        viewer=known.state,
        n=asked.n,
        now=now,
        random=_random,
        market=visitor.home,
        language=visitor.language.split("-", 1)[0],
        age=AGES.get(visitor.age_band, 0),
        me=catalogue.creators.number.get(visitor.person_id, -1) if visitor.person_id else -1,
        tag=asked.value if asked.kind == "tag" else "",
        creator=creator_named(asked.value).id if asked.kind == "by" else None,
        clip=catalogue.index.get(UUID(asked.value), -1) if asked.kind == "clip" else -1,
        before=np.inf if asked.before is None else asked.before,
        after=catalogue.index.get(asked.last, -1) + asked.begins if asked.last else -1,
    )


def _choose(live: Live, known: Known, wish: Wish, asked: Asked) -> list[Chosen]:
    """Run the pipeline, or two of them: a shared clip comes first and For You goes on after it."""
    main = asked.kind
    if main in {"for-you", "clip"}:
        main = "newest" if known.mode == NEWEST else "for-you"
    if main == "for-you" and asked.kind == "for-you":
        return [_for_you(live, known, wish, asked)]
    wish.shown = live.catalogue.indices(asked.shown)
    made = []
    if asked.kind == "clip" and not asked.shown and asked.before is None:
        made.append(_run(live, "clip", wish))
        wish.n -= len(made[0].clips)
        wish.shown = np.append(wish.shown, np.array(made[0].clips, np.int32))
    if wish.n > 0:
        made.append(_run(live, main, wish))
    return [one for one in made if one.cards] or made[-1:]


def _for_you(live: Live, known: Known, wish: Wish, asked: Asked) -> Chosen:
    """Go on in the list that was ranked for this viewer a moment ago, or rank a new one. A page that opens gets a new
    one always."""
    pipeline = live.feeds.by_name["for-you"]
    ahead = known.ahead if asked.shown else None
    if ahead is None or ahead.page != asked.shown:  # else the viewer's state knows all that the page had
        wish.shown = live.catalogue.indices(asked.shown)
    places = ahead.next(wish, pipeline) if ahead else None
    if ahead is None or places is None:
        wish.slates = ahead.slates(wish) if ahead else 1
        clips, sheet = _ranked(live, "for-you", wish)
        ahead = known.ahead = Ahead.of(wish, live.catalogue, clips, sheet)
        places = ahead.take(wish.n)
    chosen = _chosen(live, "for-you", ahead.clips, ahead.sheet, places)
    ahead.seen += len(chosen.clips)
    ahead.page = _page(asked, [chosen])
    return chosen


def _run(live: Live, feed: str, wish: Wish) -> Chosen:
    clips, sheet = _ranked(live, feed, wish)
    return _chosen(live, feed, clips.tolist(), sheet, list(range(len(clips))))


def _ranked(live: Live, feed: str, wish: Wish) -> tuple[Ints, Sheet]:
    """Run a pipeline. One request at a time: Python runs one thread anyway, but NumPy lets go of the interpreter dozens
    of times in a ranking, and two that rank at once would take turns at each: half of the processor goes on that."""
    with live.ranking:
        made = live.feeds.by_name[feed].run(wish)
        return made.clips, Sheet.of(made.trace, live.recipes[feed])


def _chosen(live: Live, feed: str, listed: list[int], sheet: Sheet, places: list[int]) -> Chosen:
    ready = live.cards.get([listed[place] for place in places])
    cards = [card for card in ready if card is not None]
    if len(cards) < len(ready):  # hidden a moment ago, and the news is not here yet
        places = [place for place, card in zip(places, ready, strict=True) if card is not None]
    return Chosen(feed, [listed[place] for place in places], cards, sheet.pack(places))


def _page(asked: Asked, made: list[Chosen]) -> bytes:
    """Return what a cursor remembers of the page that gets this slate."""
    return remembered(asked.shown, [card.raw for one in made for card in one.cards])


def _row(live: Live, one: Chosen, id_: str, home: str, pseudonym: str) -> tuple[str, ...]:
    clips = '"{' + ",".join([card.text for card in one.cards]) + '}"'
    trace = '"\\\\x' + one.trace.hex() + '"'
    return (id_, home, pseudonym, one.feed, clips, live.recipes[one.feed].text, trace)


def _cursor(live: Live, wish: Wish, asked: Asked, made: list[Chosen]) -> str | None:
    """Return where to go on. A list ends where a slate is not full; For You ends only where there is nothing at all."""
    last = made[-1]
    if not last.cards:
        return None
    if last.feed in {"for-you", "clip"}:
        return cursor_of_shown(_page(asked, made))
    if len(last.cards) < wish.n:
        return None
    return cursor_in_time(float(live.catalogue.created[last.clips[-1]]), last.cards[-1].id)


def _mine(live: Live, known: Known, made: list[Chosen]) -> dict[str, Any]:
    liked = [card.id for one in made for card in one.cards if card.id in known.liked] if known.liked else []
    follows = known.followed()
    if not follows:
        return {"liked": liked, "following": []}
    creator = live.catalogue.creator
    following = {
        card.handle
        for one in made
        for card, clip in zip(one.cards, one.clips, strict=True)
        if creator.item(clip) in follows
    }
    return {"liked": liked, "following": sorted(following)}


def _json(id_: str, after: str | None, cards: list[Ready], mine: dict[str, Any]) -> bytes:
    clips = b",".join([card.body for card in cards])
    following = b'"%s"' % after.encode() if after else b"null"
    return b'{"slate":"%s","next":%s,"clips":[%s],"mine":%s}' % (
        id_.encode(),
        following,
        clips,
        orjson.dumps(mine),
    )


def watches(live: Live, visitor: Visitor, events: list[Event]) -> dict[str, int]:
    """Store a report and learn from it; returns how many events are stored now and were not before, and how many were
    left out because their clip is not there (any more). NotNow if they cannot be stored."""
    index = live.catalogue.index
    kept = [event for event in events if event.clip in index]
    if not kept:
        return {"stored": 0, "ignored": len(events)}
    home, pseudonym = visitor.home, str(visitor.pseudonym)
    rows = [
        (
            str(one.id), home, pseudonym, str(one.slate) if one.slate else "null", str(one.position), str(one.clip),
            one.kind, str(one.watched_ms), str(one.loops), repr(one.at),
        )
        for one in kept
    ]  # fmt: skip
    fresh = live.writer.wait(live.writer.put(Keep(watches=rows)))
    new = [event for event, is_new in zip(kept, fresh, strict=True) if is_new]
    _learn(live, visitor, [event for event in new if event.kind in FROM_WATCHES])
    return {"stored": len(new), "ignored": len(events) - len(kept)}


def _learn(live: Live, visitor: Visitor, events: list[Event]) -> None:
    if not events:
        return
    now = time.time()
    known = live.company.at_hand(visitor.pseudonym)
    clips: Ints = np.array([live.catalogue.index[event.clip] for event in events], np.int32)
    arrays = events_of(
        visitor.pseudonym.int & (2**64 - 1),
        clips,
        [CODES[event.kind] for event in events],
        [event.watched_ms for event in events],
        [event.loops for event in events],
        [event.at for event in events],
    )
    live.learner.learn(arrays, now=now)
    if known is not None and known.loaded and known.mode == PERSONAL:
        with known.lock:
            live.company.observe(known, arrays, now)
