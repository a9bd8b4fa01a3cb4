"""What comes along from another place, in our words, wherever it is from."""

import hashlib
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from parvis.accounts.errors import UnknownLanguage
from parvis.clips import states
from parvis.clips.actions.changes import known_language
from parvis.clips.models import ALT_LONGEST, CAPTION_LONGEST, TITLE_LONGEST
from parvis.clips.words import Words, tags_of

UNDATED: Final = datetime(2016, 9, 1, tzinfo=UTC)
FEDIVERSE: Final = "acct"
VIDEOS: Final = (".mp4", ".mov", ".webm", ".m4v", ".mkv")


@dataclass(frozen=True)
class Film:
    """A video. `source` is its id there; `entry` names its file in the archive, "" where it is not in it; `link` is
    where it lies then. `audience` is who could see it there; `was_open`: others could."""

    source: str
    entry: str = ""
    link: str = ""
    words: Words = field(default_factory=Words)
    created_at: datetime | None = None
    language: str = ""
    audience: str = states.ME
    was_open: bool = False
    is_sensitive: bool = False
    allow_comments: bool = True
    allow_duet: bool = True
    allow_download: bool = False
    captions: dict[str, str] = field(default_factory=dict)  # language -> entry


@dataclass
class Luggage:
    """All that is taken up. `addresses`: who the person was there; people and blocks are addresses, too (see
    `address`). `left`: how many rows of which section do not come."""

    addresses: list[str] = field(default_factory=list)
    name: str = ""
    bio: str = ""
    followed: list[str] = field(default_factory=list)
    blocked: list[str] = field(default_factory=list)
    muted: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    films: list[Film] = field(default_factory=list)
    left: dict[str, int] = field(default_factory=dict)


def address(kind: str, name: str) -> str:
    """Return how somebody of another place is written down: "tiktok:name", or "acct:name@host" of the fediverse."""
    name = name.strip().removeprefix("@").lower()
    return f"{kind}:{name}" if name else ""


def language(tag: str) -> str:
    """Return a language tag as clips have it; "" for one that nobody knows."""
    try:
        return known_language(tag) if tag else ""
    except UnknownLanguage:
        return ""


def words(*, title: str = "", caption: str = "", alt: str = "", tags: tuple[str, ...] = ()) -> Words:
    """Return words cut to what a clip can say, with the tags that its caption does not name yet."""
    known = set(tags_of(caption))
    named = [tag for one in tags for tag in tags_of("#" + one.lstrip("#").replace(" ", "")) if tag not in known]
    more = " ".join(f"#{tag}" for tag in dict.fromkeys(named))
    text = _cut(caption.strip(), CAPTION_LONGEST - len(more) - 1)
    return Words(_cut(title, TITLE_LONGEST), f"{text}\n{more}".strip(), _cut(alt, ALT_LONGEST))


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def clip_id(person: uuid.UUID, kind: str, film: Film) -> uuid.UUID:
    """Return the id of the clip that a film becomes: always the same, so that it comes once. It is a UUIDv7 of the
    film's moment, so that clips stand in the order in which they were made."""
    digest = hashlib.sha256(f"{person}\0{kind}\0{film.source}".encode()).digest()
    moment = int((film.created_at or UNDATED).timestamp() * 1000)
    random = int.from_bytes(digest[:10])
    return uuid.UUID(
        int=moment << 80 | 0x7 << 76 | (random >> 62 & 0xFFF) << 64 | 0b10 << 62 | random & ((1 << 62) - 1)
    )
