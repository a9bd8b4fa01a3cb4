"""Reports, decisions about the caller, and appeals. Moderators work on the pages."""

import uuid
from typing import Any

from ninja import Router, Status

from parvis.accounts import scopes
from parvis.accounts.limits import client_address, spend
from parvis.accounts.viewer import Request
from parvis.api.answers import operation
from parvis.api.schemas.safety import (
    AppealIn,
    DecisionOut,
    Decisions,
    ReasonOut,
    Reasons,
    ReportIn,
    ReportOut,
    Reports,
    StatementOut,
)
from parvis.clips.queries import tag_named
from parvis.safety import actions, queries
from parvis.safety.errors import (
    AppealTooLate,
    AppealUsed,
    NoSuchDecision,
    NothingToAppeal,
    NothingToReport,
    OwnThing,
    UnknownReason,
)
from parvis.safety.reasons import CATEGORIES

router = Router(tags=["safety"])


@router.get("/reports/reasons", **operation(Reasons, scopes.READ, visitors=True, writes=False))
def list_reasons(request: Request) -> Any:
    """Why something may be reported."""
    items = [
        ReasonOut(code=one.code, words=str(one.words), category=str(category.words))
        for category in CATEGORIES
        for one in category.reasons
    ]
    return Reasons(items=items, next=None)


def _thing(told: ReportIn) -> uuid.UUID:
    """Return the id of what is to be reported. NothingToReport for a tag that nobody has used, or without an id."""
    tag = tag_named(told.tag) if told.kind == "tag" and told.tag else None
    found = tag.id if tag else told.id
    if found is None:
        raise NothingToReport
    return found


@router.post(
    "/reports",
    **operation(None, scopes.SOCIAL, NothingToReport, OwnThing, UnknownReason, status=204, visitors=True),
)
def report(request: Request, told: ReportIn) -> Any:
    """Report a thing that the caller sees. Twice while the case waits is once."""
    if request.viewer.is_signed_in:
        spend(f"report:{request.viewer.person_id}", per_minute=6, burst=20)
    else:
        spend(f"report:{client_address(request)}", per_minute=0.5, burst=5)
    actions.report(viewer=request.viewer, kind=told.kind, thing_id=_thing(told), reason=told.reason, words=told.words)
    return Status(204, None)


@router.get("/me/reports", **operation(Reports, scopes.READ, writes=False))
def list_reports(request: Request) -> Any:
    """What the caller has reported, and what came of it."""
    return Reports(items=[ReportOut.of(row) for row in queries.for_viewer(request.viewer).reports()], next=None)


@router.get("/me/decisions", **operation(Decisions, scopes.READ, writes=False))
def list_decisions(request: Request) -> Any:
    """Decisions about the caller."""
    return Decisions(items=[DecisionOut.of(row) for row in queries.for_viewer(request.viewer).decisions()], next=None)


@router.get("/me/decisions/{decision_id}", **operation(StatementOut, scopes.READ, NoSuchDecision, writes=False))
def get_decision(request: Request, decision_id: uuid.UUID) -> Any:
    """A decision about the caller, with its statement of reasons."""
    return StatementOut.of_statement(queries.for_viewer(request.viewer).statement(decision_id))


@router.post(
    "/me/decisions/{decision_id}/appeal",
    **operation(StatementOut, scopes.SETTINGS, NoSuchDecision, AppealUsed, AppealTooLate, NothingToAppeal),
)
def appeal(request: Request, decision_id: uuid.UUID, why: AppealIn) -> Any:
    """Appeal against a decision; another moderator looks at it again."""
    assert request.viewer.person_id is not None, "the operation asks for a person"
    spend(f"appeal:{request.viewer.person_id}", per_minute=1, burst=5)
    actions.appeal(person=request.viewer.person_id, decision_id=decision_id, words=why.words)
    return StatementOut.of_statement(queries.for_viewer(request.viewer).statement(decision_id))
