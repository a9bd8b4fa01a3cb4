"""Slates and reports, from checked wish to bytes. Framework-free: the hot path and the Django views both call it."""

import time
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import numpy as np
import orjson

from parvis.accounts.queries import person_by_handle
from parvis.accounts.viewer import ADULT, TEEN, UNDER_16
from parvis.accounts.viewer import Viewer as Visitor
from parvis.feed.cards import Ready
from parvis.feed.company import FROM_WATCHES, Known
from parvis.feed.errors import NoSuchCreator
from parvis.feed.live import Live
from parvis.feed.models import NEWEST, PERSONAL
from parvis.feed.params import Asked, Event, cursor_in_time, cursor_of_shown
from parvis.feed.pipelines import Wish
from parvis.feed.traces import pack
from parvis.feed.writer import Wish as Keep
from parvis.kit.ids import uuid7
from parvis.recommender.interface import events_of
from parvis.recommender.pipeline import Slate
from parvis.recommender.signals import CODES, Ints

# The least age that a band vouches for. Of a visitor nothing is known, so only what is for all is shown.
AGES = {ADULT: 18, TEEN: 16, UNDER_16: 13}
_random = np.random.default_rng()


@dataclass(frozen=True)
class Chosen:
    """A slate as it was made: which pipeline made it, and its clips as ids with their cards, in order."""

    feed: str
    slate: Slate
    ids: list[UUID]
    cards: list[Ready]


def slate(live: Live, visitor: Visitor, asked: Asked) -> bytes:
    """Return a slate as JSON, after it was stored. NotNow if it cannot be, NoSuchCreator for an unknown handle."""
    now = time.time()
    known = live.company.get(visitor, now)
    wish = _wish(live, known, visitor, asked, now)
    with known.lock:
        made = _choose(live, known, wish, asked)
        shown = np.concatenate([one.slate.clips for one in made])
        known.state.seen.add(shown)
    id_ = uuid7()
    ids = [clip for one in made for clip in one.ids]
    if ids:
        live.writer.keep(
            Keep(slates=[_row(live, one, id_ if place == 0 else uuid7(), visitor) for place, one in enumerate(made)])
        )
        live.learner.exposed(shown)
    cards = [card for one in made for card in one.cards]
    return _json(id_, _cursor(live, wish, made, asked, ids), cards, _mine(live, known, ids, cards))


def _wish(live: Live, known: Known, visitor: Visitor, asked: Asked, now: float) -> Wish:
    catalogue = live.catalogue
    creator = None
    if asked.kind == "by":
        person = person_by_handle(asked.value)
        if person is None:
            raise NoSuchCreator
        creator = person.id
    return Wish(
        viewer=known.state,
        n=asked.n,
        now=now,
        random=_random,
        market=visitor.home,
        language=visitor.language.split("-", 1)[0],
        age=AGES.get(visitor.age_band, 0),
        me=catalogue.creators.number.get(visitor.person_id, -1) if visitor.person_id else -1,
        shown=live.company.indices(asked.shown),
        tag=asked.value if asked.kind == "tag" else "",
        creator=creator,
        clip=catalogue.index.get(UUID(asked.value), -1) if asked.kind == "clip" else -1,
        before=np.inf if asked.before is None else asked.before,
        after=catalogue.index.get(asked.last, -1) if asked.last else -1,
    )


def _choose(live: Live, known: Known, wish: Wish, asked: Asked) -> list[Chosen]:
    """Run the pipeline, or two of them: a shared clip comes first and For You goes on after it."""
    main = asked.kind
    if main in {"for-you", "clip"}:
        main = "newest" if known.mode == NEWEST else "for-you"
    made = []
    if asked.kind == "clip" and not asked.shown and asked.before is None:
        made.append(_run(live, "clip", wish))
        wish.n -= len(made[0].ids)
        wish.shown = np.append(wish.shown, live.company.indices(made[0].ids))
    if wish.n > 0:
        made.append(_run(live, main, wish))
    return [one for one in made if one.ids] or made[-1:]


def _run(live: Live, feed: str, wish: Wish) -> Chosen:
    result = live.feeds.by_name[feed].run(wish)
    ids = [live.catalogue.ids[clip] for clip in result.clips.tolist()]
    ready = live.cards.get(ids)
    if len(ready) < len(ids):  # hidden a moment ago, and the news is not here yet
        left = np.array([clip in ready for clip in ids], np.bool_)
        result = _without(result, left)
        ids = [clip for clip in ids if clip in ready]
    return Chosen(feed, result, ids, [ready[clip] for clip in ids])


def _without(result: Slate, left: np.ndarray[Any, np.dtype[np.bool_]]) -> Slate:
    trace = result.trace
    kept = replace(trace, sources=trace.sources[left], parts=trace.parts[:, left], moved=trace.moved[left])
    return Slate(result.clips[left], kept)


def _row(live: Live, one: Chosen, id_: UUID, visitor: Visitor) -> tuple[str, ...]:
    recipe = live.recipes[one.feed]
    clips = '"{' + ",".join(map(str, one.ids)) + '}"'
    trace = '"\\\\x' + pack(one.slate, recipe).hex() + '"'
    return (str(id_), visitor.home, str(visitor.pseudonym), one.feed, clips, str(recipe.id), trace)


def _cursor(live: Live, wish: Wish, made: list[Chosen], asked: Asked, ids: list[UUID]) -> str | None:
    """Return where to go on. A list ends where a slate is not full; For You ends only where there is nothing at all."""
    if not ids:
        return None
    if made[-1].feed in {"for-you", "clip"}:
        return cursor_of_shown([*asked.shown, *ids])
    if len(made[-1].ids) < wish.n:
        return None
    last = made[-1].slate.clips[-1]
    return cursor_in_time(float(live.catalogue.created[last]), live.catalogue.ids[last])


def _mine(live: Live, known: Known, ids: list[UUID], cards: list[Ready]) -> dict[str, Any]:
    liked = [clip for clip in ids if clip in known.liked]
    if not len(known.state.follows):
        return {"liked": liked, "following": []}
    numbers = live.catalogue.creators.number
    follows = set(known.state.follows.tolist())
    following = {card.handle for card in cards if numbers.get(card.creator, -1) in follows}
    return {"liked": liked, "following": sorted(following)}


def _json(id_: UUID, after: str | None, cards: list[Ready], mine: dict[str, Any]) -> bytes:
    clips = b",".join([card.body for card in cards])
    return b'{"slate":"%s","next":%s,"clips":[%s],"mine":%s}' % (
        str(id_).encode(),
        orjson.dumps(after),
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
    fresh = live.writer.keep(Keep(watches=rows))
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
