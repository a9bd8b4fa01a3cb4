"""Reports, decisions and appeals, as the API tells of them."""

import uuid
from datetime import datetime
from typing import Annotated, Literal, Self

from ninja import Schema
from pydantic import StringConstraints

from parvis.api.answers import Page
from parvis.api.schemas.words import NO_NUL, Body
from parvis.safety.models import WORDS_LONGEST, Decision, Report
from parvis.safety.queries import Statement
from parvis.safety.reasons import REASONS

Said = Annotated[str, StringConstraints(pattern=NO_NUL, max_length=WORDS_LONGEST)]


class ReasonOut(Schema):
    """A reason to report something: `code` for programs."""

    code: str
    words: str
    category: str


class Reasons(Page):
    """All reasons."""

    items: list[ReasonOut]


class ReportIn(Body):
    """What to report, and why: `reason` is a code of /reports/reasons. `id`: of the clip, also for its words and
    captions; of the comment; of the person; of the caller's copy of the message; of the group's conversation.
    A tag is named by `tag` instead. Moderators get to read that message, and no other."""

    kind: Literal["clip", "words", "captions", "comment", "profile", "picture", "message", "group", "tag"]
    id: uuid.UUID | None = None
    tag: Annotated[str, StringConstraints(pattern=NO_NUL, max_length=100)] = ""
    reason: Annotated[str, StringConstraints(pattern=NO_NUL, max_length=60)]
    words: Said = ""


class ReportOut(Schema):
    """A report of the caller's; `outcome` is empty until somebody decided."""

    id: uuid.UUID
    kind: str
    reason: str
    outcome: str
    created_at: datetime

    @classmethod
    def of(cls, row: Report) -> Self:
        """Return a report. `row.case` is to be loaded."""
        words = str(REASONS[row.reason].words) if row.reason in REASONS else row.reason
        return cls(id=row.id, kind=row.case.kind, reason=words, outcome=row.outcome, created_at=row.created_at)


class Reports(Page):
    """What the caller has reported, the newest first."""

    items: list[ReportOut]


class DecisionOut(Schema):
    """A decision about the caller: what it did to a thing and to the account, and until when."""

    id: uuid.UUID
    kind: str
    on_thing: str
    on_account: str
    until: datetime | None
    ground: str
    created_at: datetime
    is_lifted: bool

    @classmethod
    def of(cls, row: Decision) -> Self:
        """Return a decision. `row.case` is to be loaded."""
        same = {name: getattr(row, name) for name in ("id", "on_thing", "on_account", "until", "ground", "created_at")}
        return cls(**same, kind=row.case.kind, is_lifted=row.lifted_at is not None)


class Decisions(Page):
    """Decisions about the caller, the newest first."""

    items: list[DecisionOut]


class StatementOut(DecisionOut):
    """A decision with its statement of reasons, and how the appeal stands ("" where there is none)."""

    facts: str
    rule: str
    may_appeal: bool
    appeal_ends: datetime
    appeal: str
    appeal_words: str
    answer: str

    @classmethod
    def of_statement(cls, told: Statement) -> Self:
        """Return a statement of reasons as the person reads it."""
        return cls(
            **DecisionOut.of(told.decision).model_dump(), facts=told.facts, rule=told.decision.rule,
            may_appeal=told.may_appeal, appeal_ends=told.appeal_ends, appeal=told.appeal.state if told.appeal else "",
            appeal_words=told.appeal_words, answer=told.answer,
        )  # fmt: skip


class AppealIn(Body):
    """Why the decision should be looked at again."""

    words: Annotated[str, StringConstraints(pattern=NO_NUL, min_length=1, max_length=WORDS_LONGEST)]
