"""What the player gets of each clip, as bytes ready to be sent. Kept while nothing about the clip changes."""

import threading
import time
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from parvis.clips import queries as clips
from parvis.clips.cards import Card
from parvis.social import queries as social

KEPT = 120_000  # of about 1.3 kB
READ_AHEAD = 500
REFRESH_S = 1.0  # a clip that is liked all the time is read again this often, not at every like


@dataclass(slots=True)
class Ready:
    """One card: its bytes, the id of its clip, its creator, and when it was read. `stale`: something changed since."""

    body: bytes
    text: str
    creator: UUID
    handle: str
    read_at: float
    everyone: bool
    stale: bool = False


class Cards:
    """The cards of the clips asked for last. Any number of threads."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._cards: OrderedDict[UUID, Ready] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, ids: Sequence[UUID]) -> dict[UUID, Ready]:
        """Return the cards of those clips that may be shown; what is not at hand is read in four queries."""
        at = time.monotonic()
        found, missing = {}, []
        for clip in ids:
            card = self._cards.get(clip)
            if card is None or (card.stale and at - card.read_at > REFRESH_S):
                missing.append(clip)
            else:
                found[clip] = card
        if missing:
            found.update(self._read(missing, at))
        return found

    def warm(self, ids: Sequence[UUID], stopping: threading.Event) -> None:
        """Read cards ahead, those that are wanted most first: a card that is not at hand costs a slate milliseconds."""
        for start in range(0, min(len(ids), self._kept), READ_AHEAD):
            if stopping.is_set():
                return
            self.get(ids[start : start + READ_AHEAD])

    def changed(self, clip: UUID) -> None:
        """Something about a clip changed: read it again before it is sent the next time but for the last second."""
        card = self._cards.get(clip)
        if card is not None:
            card.stale = True

    def drop(self, ids: Iterable[UUID]) -> None:
        """Forget cards at once."""
        with self._lock:
            for clip in ids:
                self._cards.pop(clip, None)

    def drop_creator(self, creator: UUID) -> None:
        """Forget the cards of a creator, whose name or picture changed."""
        self.drop([clip for clip, card in list(self._cards.items()) if card.creator == creator])

    def _read(self, ids: Sequence[UUID], at: float) -> dict[UUID, Ready]:
        cards, counts = clips.cards(ids), social.counts(ids)
        read = {
            clip: Ready(
                body(card, counts.get(clip, (0, 0, 0))),
                str(clip),
                card.creator,
                card.handle,
                at,
                card.audience == "everyone",
            )
            for clip, card in cards.items()
        }
        with self._lock:
            for clip, ready in read.items():
                if ready.everyone:  # the addresses of other clips are signed and soon expire
                    self._cards[clip] = ready
                    self._cards.move_to_end(clip)
            while len(self._cards) > self._kept:
                self._cards.popitem(last=False)
        return read


def body(card: Card, counts: tuple[int, int, int]) -> bytes:
    """Return a card as JSON, as docs/reference/feed.md describes it."""
    payload: dict[str, Any] = {
        "id": card.id,
        "url": f"/c/{card.id}",
        "creator": {"handle": card.handle, "name": card.name, "avatar": card.avatar, "url": f"/@{card.handle}"},
        "title": card.title,
        "caption": card.caption,
        "tags": card.tags,
        "mentions": card.mentions,
        "language": card.language,
        "alt": card.alt,
        "duration_ms": card.duration_ms,
        "width": card.width,
        "height": card.height,
        "poster": card.poster,
        "placeholder": card.placeholder,
        "renditions": card.renditions,
        "captions": card.captions,
        "counts": dict(zip(("likes", "comments", "shares"), counts, strict=True)),
        "allow": card.allow,
        "at": card.at,
    }
    # A copy of the right size: orjson's own buffer is several times as large (408 MB against 31 MB for 50,000).
    return bytes(memoryview(orjson.dumps(payload)))
