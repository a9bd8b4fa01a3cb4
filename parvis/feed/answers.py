"""A slate as the player gets it: cards that are bytes already, put together."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeGuard

import orjson

from parvis.feed.cards import Ready
from parvis.feed.company import Known

NOTHING = b'{"liked":[],"following":[]}'
# The answer to who has watched as long as they allow themselves: the page says so.
OVER = b'{"slate":null,"next":null,"places":[],"clips":[],"mine":%s,"end":"time"}' % NOTHING


@dataclass(slots=True)
class Part:
    """What one stored list gives to a slate: clips as indices and cards, and their places in the list."""

    id: str
    feed: str
    places: list[int]
    clips: list[int]
    cards: list[Ready] = field(default_factory=list)


def complete(cards: Sequence[Ready | None]) -> TypeGuard[Sequence[Ready]]:
    """Whether every clip has a card: one without may not be shown."""
    return None not in cards


def mine(known: Known, cards: Sequence[Ready]) -> bytes:
    """Return which of these clips the viewer likes and which of their creators the viewer follows, as JSON."""
    likes, follows = known.liked, known.followed()
    liked = [card.text for card in cards if card.raw in likes] if likes else []
    following = {card.handle for card in cards if card.maker in follows} if follows else ()
    return orjson.dumps({"liked": liked, "following": sorted(following)}) if liked or following else NOTHING


def body(slate: str, after: str | None, places: Sequence[int], cards: Sequence[Ready], mine: bytes | None) -> bytes:
    """Return a slate as docs/reference/feed.md describes it. `mine`: None where that was not read, and the page asks
    for itself."""
    following = f'"{after}"' if after else "null"
    head = f'{{"slate":"{slate}","next":{following},"places":[{",".join(map(str, places))}],"clips":['.encode()
    clips = b",".join([card.body for card in cards])
    return b"".join((head, clips, b'],"mine":', mine or b"null", b"}"))
