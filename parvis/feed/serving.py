"""Slates and reports, from checked wish to bytes. Framework-free: the hot path and the Django views both call it."""

import time
from contextlib import nullcontext
from dataclasses import replace
from uuid import UUID

import numpy as np

from parvis.accounts.viewer import ADULT, TEEN, UNDER_16
from parvis.accounts.viewer import Viewer as Visitor
from parvis.feed import answers, openness
from parvis.feed.ahead import Ahead
from parvis.feed.answers import Part
from parvis.feed.company import Known
from parvis.feed.live import Live
from parvis.feed.models import NEWEST
from parvis.feed.params import Asked, cursor_in_time, cursor_of_shown, remembered
from parvis.feed.pipelines import Wish
from parvis.feed.queries import creator_named
from parvis.feed.store import Row
from parvis.feed.traces import Sheet
from parvis.feed.writer import Wish as Keep
from parvis.kit.ids import uuid7
from parvis.recommender.signals import Ints
from parvis.recommender.viewers import Viewer

# The least age that a band vouches for. Of a visitor nothing is known, so only what is for all is shown.
AGES = {ADULT: 18, TEEN: 16, UNDER_16: 13}
_random = np.random.default_rng()


def slate(live: Live, visitor: Visitor, asked: Asked) -> bytes:
    """Return a slate as JSON, after it was stored. NotNow if it cannot be, NoSuchCreator for an unknown handle."""
    known = live.company.get(visitor, time.time())
    is_open = _is_open(known, asked)
    if not is_open:
        live.company.acquaint(known, visitor.home)
    with openness.reading() if is_open else nullcontext(), known.lock:
        body, kept = _made(live, known, _wish(live, known, visitor, asked), asked)
    if kept is not None:
        live.writer.wait(kept)
    return body


def at_once(live: Live, known: Known, visitor: Visitor, asked: Asked) -> tuple[bytes, Keep | None]:
    """Return a slate of For You, to be shown when what comes with it is kept. NotAtHand, and nothing is done, if
    something is to be waited for first. To be called under the lock of the viewer."""
    wish = _wish(live, known, visitor, asked)
    wish.waits = False
    made = _made(live, known, wish, asked)
    if known.ahead is not None:
        known.ahead.visitor = visitor
    return made


def _made(live: Live, known: Known, wish: Wish, asked: Asked) -> tuple[bytes, Keep | None]:
    if known.today.is_over(wish.now):
        return answers.OVER, None
    parts, kept = _parts(live, known, wish, asked)
    shown: Ints = np.array([clip for part in parts for clip in part.clips], np.int32)
    known.state.was_shown(shown, wish.now)
    cards = [card for part in parts for card in part.cards]
    live.exposed(shown)
    places = [place for part in parts for place in part.places]
    mine = None if _is_open(known, asked) and known.person is not None else answers.mine(known, cards)
    return answers.body(parts[0].id, _cursor(live, wish, asked, parts), places, cards, mine), kept


def _wish(live: Live, known: Known, visitor: Visitor, asked: Asked) -> Wish:
    catalogue = live.catalogue
    return Wish(
        viewer=known.state,
        n=asked.n,
        now=time.time(),
        random=_random,
        market=visitor.home,
        language=visitor.language.split("-", 1)[0],
        age=AGES.get(visitor.age_band, 0),
        me=catalogue.creators.number.get(visitor.person_id, -1) if visitor.person_id else -1,
        tag=asked.value if asked.kind == "tag" else "",
        creator=creator_named(asked.value, visitor).id if asked.kind == "by" else None,
        clip=catalogue.index.get(UUID(asked.value), -1) if asked.kind == "clip" else -1,
        before=np.inf if asked.before is None else asked.before,
        after=catalogue.index.get(asked.last, -1) + asked.begins if asked.last else -1,
        way=live.arms.way(known, visitor),
    )


def _parts(live: Live, known: Known, wish: Wish, asked: Asked) -> tuple[list[Part], Keep | None]:
    """Return what the slate is made of, and what must be kept before it is shown."""
    feed = asked.kind
    if feed in {"for-you", "clip"}:
        feed = "newest" if known.mode == NEWEST else "for-you"
    if feed == "for-you" and asked.kind == "for-you":
        part, kept = _for_you(live, known, wish, asked)
        return [part], kept
    wish.shown = live.catalogue.indices(asked.shown)
    rows, parts = [], []
    for name in ("clip", feed) if _opens_with_clip(asked) else (feed,):  # a shared clip comes first, For You after it
        if wish.n > 0:
            clips, sheet = _ranked(live, name, wish)
            found = _part(live, wish, Part(str(uuid7()), name, list(range(len(clips))), clips.tolist()))
            part = replace(found, places=list(range(len(found.clips))))
            wish.n -= len(part.clips)
            wish.shown = np.append(wish.shown, np.array(part.clips, np.int32))
            parts.append(part)
            rows += [_row(live, known, wish, part, sheet.pack(found.places))] if part.cards else []
    return [part for part in parts if part.cards] or parts[-1:], live.writer.put(Keep(slates=rows)) if rows else None


def _is_open(known: Known, asked: Asked) -> bool:
    """Whether nothing private is read for this slate: not what the viewer likes, nor whom the viewer follows."""
    return known.mode == NEWEST and (asked.kind == "for-you" or (asked.kind == "clip" and not _opens_with_clip(asked)))


def _opens_with_clip(asked: Asked) -> bool:
    return asked.kind == "clip" and not asked.shown and asked.before is None


def _for_you(live: Live, known: Known, wish: Wish, asked: Asked) -> tuple[Part, Keep | None]:
    """Go on in the list that was ranked for this viewer a moment ago, or rank a new one. A page that opens gets a new
    one always."""
    old = known.ahead
    ahead = old if asked.shown else None
    if ahead is None or ahead.page != asked.shown:  # else the viewer's state knows all that the page had
        wish.shown = live.catalogue.indices(asked.shown)
    places = ahead.next(wish, live.feeds.by_name["for-you"]) if ahead else None
    if ahead is None or places is None:
        wish.slates = ahead.slates(wish) if ahead else 1
        return _new_list(live, known, wish, asked)
    part = _part(live, wish, Part(ahead.id, "for-you", places, [ahead.clips[place] for place in places]))
    _shown_of(ahead, part, wish, asked)
    return part, ahead.kept


def _new_list(live: Live, known: Known, wish: Wish, asked: Asked) -> tuple[Part, Keep | None]:
    """Rank a list, have it kept, and begin with it; close the row of the one before."""
    clips, sheet = _ranked(live, "for-you", wish)
    listed = Part(str(uuid7()), "for-you", list(range(len(clips))), clips.tolist())
    part = _part(live, wish, replace(listed, places=listed.places[: wish.n], clips=listed.clips[: wish.n]))
    trace = sheet.pack(listed.places)
    if len(clips) <= wish.n:  # nothing is left for later: what was hidden a moment ago need not stand in the row
        trace = sheet.pack(part.places)
        listed = part = replace(part, places=list(range(len(part.clips))))
    closed = known.ahead.close() if known.ahead else ()
    ahead = known.ahead = Ahead.of(listed.id, wish.market, wish, live.catalogue, listed.clips)
    ahead.is_open = len(listed.clips) > wish.n
    if ahead.is_open:
        live.lists.opened(known, ahead)
    rows = [_row(live, known, wish, listed, trace, is_open=ahead.is_open)] if part.cards else []
    if rows or closed:
        ahead.kept = live.writer.put(Keep(slates=rows, closed=closed))
    _shown_of(ahead, part, wish, asked)
    return part, ahead.kept


def _shown_of(ahead: Ahead, part: Part, wish: Wish, asked: Asked) -> None:
    """Note what of a list is shown now."""
    ahead.shown(wish.n, len(part.clips), _page(asked, [part]))


def _ranked(live: Live, feed: str, wish: Wish) -> tuple[Ints, Sheet]:
    """Run a pipeline. One request at a time: Python runs one thread anyway, but NumPy lets go of the interpreter dozens
    of times in a ranking, and two that rank at once would take turns at each: half of the processor goes on that."""
    way = wish.way if feed == "for-you" else None
    with live.ranking:
        pipeline = way.pipeline if way else live.feeds.by_name[feed]
        made = pipeline.run(replace(wish, viewer=_kept_away(wish.viewer)) if feed == "newest" else wish)
        if feed == "for-you":
            live.teaching.second.chosen(wish.viewer, made)
        return made.clips, Sheet.of(made.trace, way.recipe if way else live.recipes[feed])


def _kept_away(viewer: Viewer) -> Viewer:
    """Return nobody in particular, but kept apart from whom the viewer is: all that an order of time knows."""
    return Viewer(blocked=viewer.blocked, muted=viewer.muted, mutes_text=viewer.mutes_text)


def _part(live: Live, wish: Wish, listed: Part) -> Part:
    """Return a part with its cards, less the clips that were hidden a moment ago."""
    ready = live.cards.get(listed.clips, waits=wish.waits)
    cards = [card for card in ready if card is not None]
    if len(cards) == len(ready):
        listed.cards = cards
        return listed
    left = [at for at, card in enumerate(ready) if card is not None]
    places, clips = [listed.places[at] for at in left], [listed.clips[at] for at in left]
    return Part(listed.id, listed.feed, places, clips, cards)


def _page(asked: Asked, parts: list[Part]) -> bytes:
    """Return what a cursor remembers of the page that gets this slate."""
    return remembered(asked.shown, (card.raw for part in parts for card in part.cards))


def _row(live: Live, known: Known, wish: Wish, part: Part, trace: bytes, *, is_open: bool = False) -> Row:
    clips = live.catalogue.raw[part.clips].tobytes()
    recipe = (wish.way.recipe if wish.way and part.feed == "for-you" else live.recipes[part.feed]).text
    return Row(part.id, wish.market, known.text, part.feed, recipe, clips, trace, is_open)


def _cursor(live: Live, wish: Wish, asked: Asked, parts: list[Part]) -> str | None:
    """Return where to go on. A list ends where a slate is not full; For You ends only where there is nothing at all."""
    last = parts[-1]
    if not last.cards:
        return None
    if last.feed in {"for-you", "clip"}:
        return cursor_of_shown(_page(asked, parts))
    if wish.n > 0:
        return None
    return cursor_in_time(float(live.catalogue.created[last.clips[-1]]), last.cards[-1].id)
