"""The web entry point: what is hot is answered by the event loop itself, all else by Django in a few threads.

A function at once is `async (scope, answer) -> bool`: it waits for nothing but commits, and where something is to be
read first, or is not plain, it has done nothing and returns False. Then the same address is answered through
`parvis.project.wsgi`. One thread runs Python at a time anyway; a slate that changes threads three times on its way
costs half as much again.
"""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import Any

from parvis.kit.measures import note
from parvis.project.bridge import Answer, Bridge, Scope
from parvis.project.wsgi import application as through_wsgi  # sets Django up

from parvis.feed import now as feed_now  # isort: skip
from parvis.feed.live import live  # isort: skip
from parvis.ops.metrics import start_collecting  # isort: skip

AtOnce = Callable[[Any, Any], Awaitable[bool]]

EXACT: dict[str, AtOnce] = {"/feed/slate": feed_now.slate}


class Web:
    """The application of one process of the server."""

    def __init__(self, threads: int) -> None:
        self.bridge = Bridge(through_wsgi, threads)

    def __rsgi_init__(self, _loop: asyncio.AbstractEventLoop) -> None:
        """Read the catalogue now: a large one takes seconds, which the first visitor need not wait."""
        threading.Thread(target=live, name="feed-start", daemon=True).start()
        start_collecting()

    async def __rsgi__(self, scope: Scope, answer: Answer) -> None:
        """Answer one request."""
        at_once, began = EXACT.get(scope.path), perf_counter()
        if at_once is None or not await at_once(scope, answer):
            await self.bridge(scope, answer)
        else:
            note("request", perf_counter() - began, scope.method, scope.path, "at once")
