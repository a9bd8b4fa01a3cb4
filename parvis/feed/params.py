"""What a request asks for, checked: a feed and a place in it, or a report of watches."""

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

import orjson

from parvis.feed.errors import BadFeed, BadWatches, TooLarge
from parvis.feed.models import REPORTED
from parvis.kit.clock import ms
from parvis.kit.ids import uuid7_ms

MOST_CLIPS, USUAL_CLIPS, USUAL_FEED = 20, "8", "for-you"
REMEMBERED = 16  # clips that a cursor says were shown on this page: until the news is here
MOST_EVENTS, MOST_BYTES = 100, 64 * 1024
OLDEST_MS, NEWEST_MS = 30 * 86_400_000, 86_400_000
LONGEST_MS, MOST_LOOPS, MOST_POSITION = 6 * 3_600_000, 100_000, 10_000

# Cursors are written in the letters for addresses; those of plain base64 are none of ours.
PLAIN = bytes.maketrans(b"-_+/", b"+/!!")

NAME = re.compile(r"(for-you|following)|tag:([^\s:/?#&]{1,100})|by:([a-z0-9_.]{2,24})|clip:([0-9a-f-]{36})")


@dataclass(slots=True)
class Asked:
    """A wish for clips. `kind`: "for-you", "following", "tag", "by" or "clip", with its `value`.

    `shown` are the clips that this page had last; `before` and `last` the place in a list in order of time: after
    that clip, or where it `begins` the list, at it.
    """

    name: str
    kind: str
    value: str
    n: int
    shown: bytes = b""  # ids of 16 bytes in a row
    before: float | None = None
    last: UUID | None = None
    begins: bool = False


def asked(query: str) -> Asked:
    """Return what a query string asks for. BadFeed if it names no feed or has numbers out of range."""
    short = parted(query)
    if short is None:
        values = dict(parse_qsl(query, keep_blank_values=True, max_num_fields=20))
        feed, after = _feed(values.get("feed", USUAL_FEED), values.get("n", USUAL_CLIPS)), values.get("after", "")
    else:
        feed, after = plain(short[0]), short[1]
    return Asked(*feed, **_place(after))


def parted(query: str) -> tuple[str, str] | None:
    """Return the query without its cursor, and the cursor; None where it is written in a way that takes more work."""
    if "%" in query or "+" in query or ";" in query or query.count("after=") > 1 or query.startswith("after="):
        return None
    before, _, after = query.partition("&after=")
    after, _, more = after.partition("&")
    return f"{before}&{more}" if more else before, after


@lru_cache(maxsize=1024)
def plain(query: str) -> tuple[str, str, str, int]:
    """Return name, kind, value and number of a query without its cursor. The same few come again and again: what
    differs from one slate to the next is the cursor."""
    values = {name: value for name, _, value in (part.partition("=") for part in query.split("&", 20))}
    return _feed(values.get("feed", USUAL_FEED), values.get("n", USUAL_CLIPS))


def _feed(name: str, number: str) -> tuple[str, str, str, int]:
    found = NAME.fullmatch(name)
    if not found or not number.isascii() or not number.isdigit() or not 1 <= int(number[:9]) <= MOST_CLIPS:
        raise BadFeed
    return (name, *_kind(found), int(number))


def _kind(found: "re.Match[str]") -> tuple[str, str]:
    plain, tag, handle, clip = found.groups()
    if plain:
        return plain, ""
    if tag:
        return "tag", tag.casefold()
    if handle:
        return "by", handle
    try:
        return "clip", str(UUID(clip))
    except ValueError:
        raise BadFeed from None


def _place(after: str) -> dict[str, Any]:
    """Return what a cursor says. One that we did not make is refused; it holds no secret, so it is not signed."""
    if not after:
        return {}
    try:
        raw = binascii.a2b_base64(after[1:].encode().translate(PLAIN), strict_mode=True)
        if after[0] == "s" and raw and len(raw) % 16 == 0 and len(raw) <= 16 * REMEMBERED:
            return {"shown": raw}
        if after[0] in "tf" and len(raw) == 24:
            at, last = int.from_bytes(raw[:8], signed=True) / 1e6, UUID(bytes=raw[8:])
            return {"before": at, "last": last, "begins": after[0] == "f"}
    except (binascii.Error, UnicodeEncodeError):
        pass
    raise BadFeed


def cursor_of_shown(clips: bytes) -> str:
    """Return the cursor of a feed that is made anew each time: what was on this page last, ids of 16 bytes each."""
    return "s" + base64.urlsafe_b64encode(clips).decode()


def remembered(shown: bytes, cards: Iterable[bytes]) -> bytes:
    """Return what a cursor remembers of what a page had and what it gets now."""
    return (shown + b"".join(cards))[-16 * REMEMBERED :]


def cursor_in_time(created: float, clip: UUID, *, begins: bool = False) -> str:
    """Return the cursor of a list in order of time: go on after this clip, or begin with it."""
    return ("f" if begins else "t") + base64.urlsafe_b64encode(
        round(created * 1e6).to_bytes(8, signed=True) + clip.bytes
    ).decode()


@dataclass(frozen=True, slots=True)
class Event:
    """One checked event of a report. `at` in seconds since 1970, never in the future."""

    id: UUID
    slate: UUID | None
    position: int
    clip: UUID
    kind: str
    watched_ms: int
    loops: int
    at: float


def report(body: bytes) -> list[Event]:
    """Return the events of a report. BadWatches or TooLarge for anything that is not one: then none of it counts."""
    if len(body) > MOST_BYTES:
        raise TooLarge
    try:
        events = orjson.loads(body)["events"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        raise BadWatches(reason="not a JSON object with a list `events`") from None
    if not isinstance(events, list) or len(events) > MOST_EVENTS:
        raise BadWatches(reason=f"`events` is not a list of at most {MOST_EVENTS}")
    now = ms()
    return [_event(one, now) for one in events]


def _event(one: Any, now: int) -> Event:
    try:
        made = UUID(one["id"])
        slate = one.get("slate")
        if not -OLDEST_MS < uuid7_ms(made) - now < NEWEST_MS:
            raise BadWatches(reason="`id` is not of this time: is the clock of the device right?")
        if one["kind"] not in REPORTED:
            raise BadWatches(reason="`kind` is unknown")
        at = _number(one, "at_ms", now + 365 * NEWEST_MS, now)
        return Event(
            id=made,
            slate=UUID(slate) if slate is not None else None,
            position=_number(one, "position", MOST_POSITION),
            clip=UUID(one["clip"]),
            kind=one["kind"],
            watched_ms=_number(one, "watched_ms", LONGEST_MS),
            loops=_number(one, "loops", MOST_LOOPS),
            at=min(max(at, now - OLDEST_MS), now) / 1000,
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise BadWatches(reason="an event lacks a field or has one of the wrong type") from None


def _number(one: dict[str, Any], name: str, most: int, default: int = 0) -> int:
    value = one.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise BadWatches(reason=f"`{name}` is not a whole number from 0 to {most}")
    return value
