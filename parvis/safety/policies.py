"""Who may look, decide, and hear: pure questions about loaded rows."""

import uuid
from datetime import datetime
from typing import Final

from parvis.accounts.models import Person
from parvis.safety.errors import NotAModerator
from parvis.safety.models import Appeal, Case, Decision
from parvis.safety.states import APPEAL_MONTHS

SEE: Final = "safety.see_cases"
DECIDE: Final = "safety.decide_cases"
HEAR: Final = "safety.hear_appeals"
MANAGE: Final = "safety.manage_safety"

FIND_PEOPLE: Final = "accounts.view_person"
OPEN_AND_CLOSE: Final = "accounts.change_person"
SEE_EXPERIMENTS: Final = "feed.view_experiment"

# A group for each role, with all that it may do, in Django's admin too: what is not named here is refused. Migrations
# make them. Whoever set the square up is a superuser, who may do everything.
ROLES: Final = {
    "operator": (SEE, DECIDE, HEAR, MANAGE, FIND_PEOPLE, OPEN_AND_CLOSE, SEE_EXPERIMENTS),
    "moderator": (SEE, DECIDE, HEAR, FIND_PEOPLE),
    "support": (SEE, FIND_PEOPLE),
}


def may(person: Person | None, what: str) -> bool:
    """Whether a person has a permission: one of the constants of this module."""
    return person is not None and person.is_active and person.has_perm(what)


def require(person: Person | None, what: str) -> Person:
    """Return the person, who may do it. NotAModerator for anybody else."""
    if person is None or not may(person, what):
        raise NotAModerator
    return person


def is_in_hand(case: Case, moderator: uuid.UUID, at: datetime) -> bool:
    """Whether another moderator (a pseudonym) has the case in hand at a moment."""
    return case.lease_until is not None and case.lease_until > at and case.claimed_by != moderator


def appeal_ends(decision: Decision) -> datetime:
    """Return until when a decision can be appealed against: the same day six months on, or that month's last."""
    made = decision.created_at
    month = made.month - 1 + APPEAL_MONTHS
    for day in (made.day, 30, 29, 28):
        try:
            return made.replace(year=made.year + month // 12, month=month % 12 + 1, day=day)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def may_appeal(decision: Decision, appeal: Appeal | None, at: datetime) -> bool:
    """Whether an appeal against a decision is open: it took something, nobody has appealed, and it is not too late."""
    return bool(decision.measures) and appeal is None and decision.lifted_at is None and at <= appeal_ends(decision)
