"""Slates by the event loop: see parvis/project/rsgi.py for the contract.

Nearly every slate is made of what this process has at hand. A viewer or a card that is to be read, another request of
the same viewer on its way, a refusal in words: all that is left to `hot`, which may wait.
"""

import asyncio
from typing import Any

from parvis.accounts.viewer import Viewer, read
from parvis.feed import params, serving
from parvis.feed.errors import NotNow
from parvis.feed.guards import SLATES, paced
from parvis.feed.hot import HEADERS, refusal
from parvis.feed.live import at_hand
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
    live, asked = at_hand(), params.asked(query)
    if live is None or asked.kind != "for-you" or viewer.session in live.ended_sessions:
        return None
    known = live.company.loaded(viewer.pseudonym)
    if known is None:
        return None
    paced(SLATES, viewer)
    return serving.at_once(live, known, viewer, asked)


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
