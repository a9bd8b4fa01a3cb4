"""Family links, as the API tells of them: the same to the guardian and to the teen."""

import uuid
from datetime import date, datetime
from typing import Annotated, Literal, Self

from ninja import Schema
from pydantic import Field, StringConstraints

from parvis.api.answers import Page
from parvis.api.schemas.people import PersonRef
from parvis.api.schemas.words import NO_NUL, Body, Handle
from parvis.guardians import words
from parvis.guardians.models import DAY_MINUTES, Change, Link
from parvis.guardians.policies import LEAST_MINUTES, MOST_BREAK, TAGS_MOST, Wish
from parvis.guardians.queries import Holds, Overview

Minute = Annotated[int, Field(ge=0, lt=DAY_MINUTES, strict=True)]
Audience = Literal["everyone", "followed", "nobody"]


class FamilyLink(Schema):
    """A family link, or a question for one (`state` "proposed"). `role`: what the caller is in it; `asked`: the caller
    asked. A no is not told: the question expires."""

    id: uuid.UUID
    other: PersonRef
    role: Literal["teen", "guardian"]
    state: Literal["proposed", "linked"]
    asked: bool
    expires_at: datetime
    linked_at: datetime | None

    @classmethod
    def of(cls, one: Link) -> Self:
        """Return the caller's copy of a link."""
        return cls.model_validate(
            {
                "id": one.link, "other": PersonRef.of(one.other), "role": one.role, "state": one.state,
                "asked": one.is_asker, "expires_at": one.expires_at, "linked_at": one.linked_at,
            }
        )  # fmt: skip


class FamilyLinks(Page):
    """The caller's links and open questions, the oldest first."""

    items: list[FamilyLink]


class FamilyCode(Schema):
    """What a teen shows to an adult, who asks with it. Shown once, good once."""

    code: str
    expires_at: datetime


class FamilyAsk(Body):
    """Whom to ask: by the code that a teen shows, or by handle. One of the two."""

    code: Annotated[str, StringConstraints(pattern=NO_NUL, min_length=1, max_length=20)] | None = None
    handle: Handle | None = None


class FamilyAnswer(Body):
    """Yes or no to a question."""

    accepts: bool


class Quiet(Body):
    """A span of the day, in minutes of it; it may go over midnight."""

    start: Minute
    end: Minute


class FamilyRules(Body):
    """What a guardian sets. Null, false, "everyone" or empty: nothing. `tags` without their #."""

    minutes: Annotated[int, Field(ge=LEAST_MINUTES, le=DAY_MINUTES, strict=True)] | None = None
    break_after: Annotated[int, Field(ge=LEAST_MINUTES, le=MOST_BREAK, strict=True)] | None = None
    quiet: Quiet | None = None
    keep_private: bool = False
    messages: Audience = "everyone"
    comments: Audience = "everyone"
    tags: list[Annotated[str, StringConstraints(pattern=NO_NUL, min_length=1, max_length=100)]] = Field(
        default=[], max_length=TAGS_MOST
    )

    @classmethod
    def of(cls, wish: Wish) -> Self:
        """Return what is set."""
        quiet = {"start": wish.quiet[0], "end": wish.quiet[1]} if wish.quiet else None
        return cls.model_validate(
            {
                "minutes": wish.minutes, "break_after": wish.break_after, "quiet": quiet,
                "keep_private": wish.is_kept_private, "messages": wish.messages, "comments": wish.comments,
                "tags": list(wish.tags),
            }
        )  # fmt: skip


class HoldsNow(Schema):
    """What holds for the teen at this moment, by age, by own choice and by guardians. `minutes`: null for no end;
    `break_after`: 0 for never."""

    minutes: int | None
    break_after: int
    quiet: list[Quiet]
    private: bool
    messages: Audience
    comments: Audience

    @classmethod
    def of(cls, holds: Holds) -> Self:
        """Return what holds."""
        return cls.model_validate(
            {
                "minutes": holds.minutes, "break_after": holds.break_after,
                "quiet": [{"start": start, "end": end} for start, end in holds.quiet],
                "private": holds.is_private, "messages": holds.messages, "comments": holds.comments,
            }
        )  # fmt: skip


class WatchedOn(Schema):
    """How long was watched on a day. Never what."""

    day: date
    watched_ms: int


class FamilyEntry(Schema):
    """What happened to a link, in sentences of the caller's language. `by`: null for what happened by itself."""

    at: datetime
    by: PersonRef | None
    sentences: list[str]

    @classmethod
    def of(cls, one: Change) -> Self:
        """Return an entry of the log."""
        return cls(at=one.at, by=PersonRef.of(one.by) if one.by else None, sentences=words.change(one))


class FamilyView(FamilyLink):
    """All that a guardian sees of a teen, and the teen of that. `zone`: where the days are counted; `reports` of the
    teen, and `decisions` about the teen, in the last 90 days."""

    rules: FamilyRules
    holds: HoldsNow
    zone: str
    days: list[WatchedOn]
    reports: int
    decisions: int
    log: list[FamilyEntry]

    @classmethod
    def seen(cls, found: Overview) -> Self:
        """Return an overview."""
        return cls(
            **FamilyLink.of(found.link).model_dump(), rules=FamilyRules.of(found.wish), holds=HoldsNow.of(found.holds),
            zone=found.zone.key, days=[WatchedOn(day=day, watched_ms=watched) for day, watched in found.days],
            reports=found.reports, decisions=found.decisions, log=[FamilyEntry.of(one) for one in found.changes],
        )  # fmt: skip
