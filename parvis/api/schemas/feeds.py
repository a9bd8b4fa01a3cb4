"""Slates, reports of watches, and how the caller wants the feed."""

import uuid
from datetime import date, datetime
from typing import Annotated, Literal

from ninja import Field, Schema
from pydantic import StrictInt

from parvis.api.answers import Page
from parvis.api.schemas.clips import Clip
from parvis.api.schemas.words import Body


class Mine(Schema):
    """What of a slate is the caller's."""

    liked: list[uuid.UUID]
    following: list[str]


class SlateOut(Schema):
    """The next clips of a feed. `places` are the clips' places in `slate`, to be named in reports of watches. `mine`:
    which of them the caller likes, and whom of their creators the caller follows; null where that was not read.
    `end`: "time" when the caller's own time for today is over."""

    slate: uuid.UUID | None
    next: str | None
    places: list[int]
    clips: list[Clip]
    mine: Mine | None
    end: str | None = None


class WatchIn(Body):
    """What happened with one clip. `id` is a UUID of version 7, made by the device: twice is once."""

    id: uuid.UUID
    slate: uuid.UUID | None = None
    position: Annotated[StrictInt, Field(ge=0, le=10_000)] = 0
    clip: uuid.UUID
    kind: Literal["watch", "skip", "like", "unlike", "share", "follow", "comment", "not-interested", "undo"]
    watched_ms: Annotated[StrictInt, Field(ge=0, le=6 * 3_600_000)] = 0
    loops: Annotated[StrictInt, Field(ge=0, le=100_000)] = 0
    at_ms: Annotated[StrictInt, Field(ge=0, le=2**53)] | None = None


class WatchesIn(Body):
    """A report: all of it counts, or none."""

    events: Annotated[list[WatchIn], Field(max_length=100)]


class WatchesOut(Schema):
    """How many events are new, and how many were left out because their clip is not there."""

    stored: int
    ignored: int


class Part(Schema):
    """What one thing gave to a clip's place: its share in percent."""

    words: str
    share: int


class FeedStep(Schema):
    """A step of making the list: how many clips came to it, and how many were left."""

    kind: str
    words: str
    came: int
    left: int


class Why(Schema):
    """Why the caller was shown a clip, from what was written down when it was."""

    at: datetime
    feed: str
    reasons: list[str]
    parts: list[Part]
    steps: list[FeedStep]


class Preferences(Schema):
    """How the caller wants the feed: "personal", or "newest" (in order of time); `minutes` a day, null for no end;
    `break_after` minutes in one go the player says that it is time for a break, 0 for never."""

    mode: str
    minutes: int | None
    break_after: int


class PreferencesChange(Body):
    """What to change; `minutes` 0 for no end, `break_after` 0 for never."""

    mode: Literal["personal", "newest"] | None = None
    minutes: Annotated[StrictInt, Field(ge=0, le=1440)] | None = None
    break_after: Annotated[StrictInt, Field(ge=0, le=240)] | None = None


class TimeOnDay(Schema):
    """How long the caller watched on one day."""

    day: date
    watched_ms: int


class Time(Schema):
    """How long the caller watched on each of the last days, today last; days as in the time zone (IANA)."""

    zone: str
    days: list[TimeOnDay]


class ChoiceOut(Schema):
    """What the caller said of a tag, a creator or a sound; `most` clips of a slate with says "most", of a day with
    "daily", or minutes of a day with "minutes"."""

    topic: str
    value: str
    says: str
    most: int | None


class Choices(Page):
    """What the caller said, the latest first."""

    items: list[ChoiceOut]


class ChoiceIn(Body):
    """What to say of a topic."""

    says: Literal["more", "less", "never", "most", "daily", "minutes"]
    most: Annotated[StrictInt, Field(ge=1, le=1440)] | None = None
