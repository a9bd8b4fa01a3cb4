"""Slates by the event loop: see parvis/project/rsgi.py for the contract.

Nearly every slate is made of what this process has at hand. A viewer or a card that is to be read, another request of
the same viewer on its way, a refusal in words: all that is left to `hot`, which may wait.
"""

import asyncio
from time import time
from typing import Any

from parvis.accounts.viewer import Viewer, read
from parvis.feed import answers, params, serving
from parvis.feed.cards import NotAtHand
from parvis.feed.company import Known
from parvis.feed.errors import NotNow
from parvis.feed.guards import SLATES, paced
from parvis.feed.hot import HEADERS, refusal
from parvis.feed.live import Live, at_hand
from parvis.feed.models import NEWEST
from parvis.feed.writer import WAIT_S, Wish
from parvis.kit.errors import ParvisError


async def slate(scope: Any, answer: Any) -> bool:
    """Answer GET /feed/slate if nothing is to be waited for but that it is kept."""
    viewer = read(scope.headers.get("cookie") or "")
    if scope.method != "GET" or viewer is None or not viewer.is_fresh:
        return False
    try:
        made = _made(viewer, scope.query_string)
    except ParvisError:
        return False
    if made is None:
        return False
    body, kept = made
    if kept is None or await _is_kept(kept):
        answer.response_bytes(200, HEADERS, body)
    else:
        answer.response_bytes(*refusal(viewer, NotNow()))
    return True


def _made(viewer: Viewer, query: str) -> tuple[bytes, Wish | None] | None:
    live = at_hand()
    if live is None or viewer.session in live.ended_sessions:
        return None
    known = live.company.loaded(viewer.pseudonym)
    if known is None or known.mode == NEWEST or not known.lock.acquire(blocking=False):
        return None
    try:
        return _going_on(live, known, viewer, query) or _begun(live, known, viewer, query)
    except NotAtHand:
        return None
    finally:
        known.lock.release()


def _begun(live: Live, known: Known, viewer: Viewer, query: str) -> tuple[bytes, Wish | None] | None:
    asked = params.asked(query)
    if asked.kind != "for-you":
        return None
    paced(SLATES, viewer)
    return serving.at_once(live, known, viewer, asked)


def _going_on(live: Live, known: Known, viewer: Viewer, query: str) -> tuple[bytes, Wish | None] | None:
    """Return the next slate of a list to a page that goes on in it, where nothing at all has changed since the last:
    what `serving` would give, by the shortest way. None, and nothing is done, where anything is otherwise."""
    ahead, parted = known.ahead, params.parted(query)
    if not ahead or not parted or not ahead.is_as_it_was((viewer, parted[1]), known.state, live.catalogue.changes):
        return None
    _, kind, _, n = params.plain(parted[0])
    if kind != "for-you" or len(ahead.places) < n or known.today.is_over(time()):
        return None
    places = ahead.places[:n]
    cards = live.cards.get([ahead.clips[place] for place in places], waits=False)
    if not answers.complete(cards):
        return None
    paced(SLATES, viewer)
    shown = ahead.indices[places]
    known.state.was_shown(shown, time())
    live.exposed(shown)
    ahead.shown(n, n, params.remembered(ahead.page, [card.raw for card in cards]))
    return answers.body(ahead.id, ahead.after, places, cards, answers.mine(known, cards)), ahead.kept


async def _is_kept(wish: Wish) -> bool:
    """Return whether the rows are kept, once it is known; False after WAIT_S."""
    if not wish.finished:
        loop = asyncio.get_running_loop()
        known: asyncio.Future[None] = loop.create_future()
        wish.when_finished(lambda: loop.call_soon_threadsafe(_settle, known))
        late = loop.call_later(WAIT_S, _settle, known)
        await known
        late.cancel()
    return wish.finished and not wish.failed


def _settle(known: "asyncio.Future[None]") -> None:
    if not known.done():
        known.set_result(None)
