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
from parvis.recommender.catalogue import Catalogue
from parvis.social import queries as social

KEPT = 120_000  # of about 1.3 kB
READ_AHEAD = 500
REFRESH_S = 1.0  # a clip that is liked all the time is read again this often, not at every like


@dataclass(slots=True, eq=False)
class Ready:
    """One card: its bytes, the id of its clip (also as text and bytes), its creator (`maker`: the catalogue's number),
    and when it was read. `stale`: something changed since."""

    body: bytes
    id: UUID
    text: str
    raw: bytes
    creator: UUID
    maker: int
    handle: str
    read_at: float
    everyone: bool
    stale: bool = False
    _words: str | None = None

    @property
    def words(self) -> str:
        """Title and caption. Read from the bytes at the first call: few viewers mute words."""
        if self._words is None:
            card = orjson.loads(self.body)
            self._words = f"{card['title']}\n{card['caption']}"
        return self._words


class NotAtHand(Exception):
    """A card is to be read, and the caller must not wait for it."""


class Cards:
    """The cards of the clips asked for last, by catalogue index. Any number of threads."""

    def __init__(self, catalogue: Catalogue, kept: int = KEPT) -> None:
        self._catalogue, self._kept = catalogue, kept
        self._cards: OrderedDict[int, Ready] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, clips: Sequence[int], *, waits: bool = True) -> list[Ready | None]:
        """Return the card of each clip, None where it may not be shown; what is not at hand is read in four queries.
        NotAtHand if something is to be read by who does not wait."""
        cards = self._cards
        found = [cards.get(clip) for clip in clips]
        for card in found:
            if card is None or card.stale:
                return self._with_read(clips, found, waits)
        return found

    def words(self, clips: Sequence[int], *, waits: bool) -> list[str]:
        """Return title and caption of each clip; empty where it may not be shown. NotAtHand as `get`."""
        return [card.words if card is not None else "" for card in self.get(clips, waits=waits)]

    def warm(self, clips: Sequence[int], stopping: threading.Event) -> None:
        """Read cards ahead, those that are wanted most first: a card that is not at hand costs a slate milliseconds."""
        for start in range(0, min(len(clips), self._kept), READ_AHEAD):
            if stopping.is_set():
                return
            self._read(clips[start : start + READ_AHEAD], time.monotonic())

    def changed(self, clip: UUID) -> None:
        """Something about a clip changed: read it again before it is sent the next time but for the last second."""
        card = self._cards.get(self._catalogue.index.get(clip, -1))
        if card is not None:
            card.stale = True

    def drop(self, ids: Iterable[UUID]) -> None:
        """Forget cards at once."""
        with self._lock:
            for clip in ids:
                self._cards.pop(self._catalogue.index.get(clip, -1), None)

    def drop_creator(self, creator: UUID) -> None:
        """Forget the cards of a creator, whose name or picture changed."""
        self.drop([card.id for card in list(self._cards.values()) if card.creator == creator])

    def _with_read(self, clips: Sequence[int], found: list[Ready | None], waits: bool) -> list[Ready | None]:
        at = time.monotonic()
        missing = [
            clip
            for clip, card in zip(clips, found, strict=True)
            if card is None or (card.stale and at - card.read_at > REFRESH_S)
        ]
        if not missing:
            return found
        if not waits:
            raise NotAtHand
        read = self._read(missing, at)
        wanted = set(missing)
        return [read.get(clip) if clip in wanted else card for clip, card in zip(clips, found, strict=True)]

    def _read(self, wanted: Sequence[int], at: float) -> dict[int, Ready]:
        all_ids = self._catalogue.ids
        ids = [all_ids[clip] for clip in wanted]
        cards, counts = clips.cards(ids), social.counts(ids)
        read = {
            clip: Ready(
                body(card, counts.get(id_, (0, 0, 0))),
                id_,
                str(id_),
                id_.bytes,
                card.creator,
                int(self._catalogue.creator[clip]),
                card.handle,
                at,
                card.is_for_all,
            )
            for clip, id_ in zip(wanted, ids, strict=True)
            if (card := cards.get(id_)) is not None
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
        "covered": card.is_covered,
        "at": card.at,
    }
    # A copy of the right size: orjson's own buffer is several times as large (408 MB against 31 MB for 50,000).
    return bytes(memoryview(orjson.dumps(payload)))
