"""Guardians and teens: links between them, and what a guardian sees and sets. The teen sees all of it."""

import uuid
from typing import Any

from ninja import Router, Status

from parvis.accounts import scopes
from parvis.accounts.errors import NoSuchPerson, WrongCode
from parvis.accounts.limits import spend_by
from parvis.accounts.viewer import Request
from parvis.api.answers import operation
from parvis.api.errors import Invalid
from parvis.api.schemas.family import (
    FamilyAnswer,
    FamilyAsk,
    FamilyCode,
    FamilyLink,
    FamilyLinks,
    FamilyRules,
    FamilyView,
)
from parvis.guardians import actions
from parvis.guardians.errors import (
    BadRules,
    NoGuardian,
    NoSuchLink,
    OnlyGuardians,
    OnlyTeens,
    OnlyTheGuardian,
    TooManyAsked,
    TooManyLinks,
)
from parvis.guardians.limits import ANSWERS, ASKS, CODES
from parvis.guardians.policies import Wish, tags_from
from parvis.guardians.queries import for_viewer

router = Router(tags=["family"])
ASKING = (NoGuardian, NoSuchPerson, OnlyGuardians, TooManyAsked, TooManyLinks, WrongCode)
ANSWERING = (NoSuchLink, OnlyGuardians, OnlyTeens, TooManyLinks)


@router.get("/me/family", **operation(FamilyLinks, scopes.READ, writes=False))
def list_family(request: Request) -> Any:
    """The caller's family links, and the questions that wait for an answer."""
    return FamilyLinks(items=[FamilyLink.of(one) for one in for_viewer(request.viewer).links()], next=None)


@router.post("/me/family", **operation(FamilyLink, scopes.SETTINGS, *ASKING, status=201))
def ask_family(request: Request, asked: FamilyAsk) -> Any:
    """Ask for a link: as an adult with the code that a teen shows, or by handle. Whether a question by handle reaches
    anybody is not told to an adult."""
    if (asked.code is None) == (asked.handle is None):
        raise Invalid
    if asked.code is not None:
        spend_by(request.viewer, "guardian-by_code", CODES)
        made = actions.ask_by_code(viewer=request.viewer, code=asked.code)
    else:
        spend_by(request.viewer, "guardian-by_name", ASKS)
        made = actions.ask(viewer=request.viewer, handle=asked.handle or "")
    return Status(201, FamilyLink.of(made))


@router.post("/me/family/codes", **operation(FamilyCode, scopes.SETTINGS, OnlyTeens, status=201))
def make_family_code(request: Request) -> Any:
    """Make a code that the caller, a teen, shows to an adult. The one before is good no more."""
    spend_by(request.viewer, "guardian-code", ASKS)
    code, until = actions.make_code(viewer=request.viewer)
    return Status(201, FamilyCode(code=code, expires_at=until))


@router.get("/me/family/{link_id}", **operation(FamilyView, scopes.READ, NoSuchLink, writes=False))
def get_family(request: Request, link_id: uuid.UUID) -> Any:
    """All that a guardian sees of a teen; the teen gets the same."""
    return FamilyView.seen(for_viewer(request.viewer).overview(link_id))


@router.put("/me/family/{link_id}/answer", **operation(None, scopes.SETTINGS, *ANSWERING, status=204))
def answer_family(request: Request, link_id: uuid.UUID, said: FamilyAnswer) -> Any:
    """Say yes or no to a question. Who asked is not told of a no."""
    spend_by(request.viewer, "guardian-answer", ANSWERS)
    actions.answer(viewer=request.viewer, link=link_id, accepts=said.accepts)
    return Status(204, None)


@router.put(
    "/me/family/{link_id}/rules", **operation(FamilyView, scopes.SETTINGS, BadRules, NoSuchLink, OnlyTheGuardian)
)
def set_family_rules(request: Request, link_id: uuid.UUID, rules: FamilyRules) -> Any:
    """Set what holds for the teen, in place of what was set; the teen is told. Only the guardian may."""
    spend_by(request.viewer, "guardian-rules", ANSWERS)
    said = rules.model_dump(exclude={"quiet", "keep_private", "tags"})
    quiet = (rules.quiet.start, rules.quiet.end) if rules.quiet else None
    wish = Wish(**said, quiet=quiet, is_kept_private=rules.keep_private, tags=tags_from(rules.tags))
    actions.set_rules(viewer=request.viewer, link=link_id, wish=wish)
    return get_family(request, link_id)


@router.delete("/me/family/{link_id}", **operation(None, scopes.SETTINGS, NoSuchLink, status=204))
def end_family(request: Request, link_id: uuid.UUID) -> Any:
    """End a link, take a question back, or decline one. Twice is once."""
    spend_by(request.viewer, "guardian-answer", ANSWERS)
    actions.end(viewer=request.viewer, link=link_id)
    return Status(204, None)
