"""News of a person, and how they want to be told."""

import uuid
from datetime import datetime
from typing import Annotated, Literal, Self

from ninja import Field, Schema
from pydantic import StrictBool, StringConstraints

from parvis.api.answers import Page
from parvis.api.schemas.people import PersonRef
from parvis.api.schemas.words import NO_NUL, Body, Word
from parvis.inbox.models.notices import DAY_MINUTES
from parvis.inbox.queries.notices import Choice, Shown

Minute = Annotated[int, Field(ge=0, lt=DAY_MINUTES)]
Long = Annotated[str, StringConstraints(pattern=NO_NUL, max_length=1000)]


class Notice(Schema):
    """News of one kind about one thing, however many did it. `people`: the newest of them; `sentence` is in the
    caller's language."""

    id: uuid.UUID
    kind: str
    sentence: str
    quote: str
    url: str
    people: list[PersonRef]
    poster: str
    at: datetime
    read: bool

    @classmethod
    def of(cls, one: Shown) -> Self:
        """Return a notice as its person sees it."""
        return cls(
            id=one.id, kind=one.kind, sentence=one.sentence, quote=one.quote, url=one.link,
            people=[PersonRef.of(person) for person in one.people], poster=one.poster, at=one.at, read=one.is_read,
        )  # fmt: skip


class Notices(Page):
    """A page of news, the newest first."""

    items: list[Notice]


class Unread(Schema):
    """How many notices, and how many conversations, have something unread: 100 at most."""

    notices: int
    chats: int


class ToldOf(Schema):
    """How the caller is told of one kind of news. What is `binding` cannot be switched off in the app."""

    kind: str
    label: str
    in_app: bool
    push: bool
    digest: bool
    binding: bool

    @classmethod
    def of(cls, one: Choice) -> Self:
        """Return a choice, or what holds without one."""
        return cls(
            kind=one.kind.name, label=str(one.kind.label), in_app=one.in_app, push=one.push, digest=one.digest,
            binding=one.kind.is_binding,
        )  # fmt: skip


class Telling(Schema):
    """How the caller is told. Quiet hours are minutes of the day in `zone` (IANA; empty: that of the home); where both
    are equal there are none. `digest`: how often letters come. `push_key` is the server's VAPID key (RFC 8292)."""

    kinds: list[ToldOf]
    quiet_from: int
    quiet_until: int
    zone: str
    digest: str
    push_key: str


class Channels(Body):
    """Whether one kind of news is told in the app, by push, and in letters (left out: as it was)."""

    in_app: StrictBool
    push: StrictBool
    digest: StrictBool | None = None


class TellingChange(Body):
    """What changes. Kinds that are not named stay as they are."""

    kinds: dict[Word, Channels] = Field(default_factory=dict, max_length=100)
    quiet_from: Minute | None = None
    quiet_until: Minute | None = None
    zone: Word | None = None
    digest: Literal["never", "daily", "weekly"] | None = None


class Takes(Body):
    """Who may write to the caller: everyone (strangers' first messages wait as requests), people whom they follow, or
    nobody new."""

    takes: Literal["everyone", "followed", "nobody"]


class BrowserKeys(Body):
    """Keys of a push subscription (RFC 8291), in base64url."""

    p256dh: Long
    auth: Long


class Browser(Body):
    """A push subscription, as the Push API gives it, and the browser's time zone (IANA)."""

    endpoint: Long
    keys: BrowserKeys
    zone: Word = ""


class BrowserGone(Body):
    """The address of a push subscription."""

    endpoint: Long
