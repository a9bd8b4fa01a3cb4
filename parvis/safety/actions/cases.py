"""Deciding: a moderator takes a case in hand, decides, and everybody concerned learns of it."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from parvis.accounts.models import Person
from parvis.cells.keys import pseudonym, seal
from parvis.events.actions import record
from parvis.kit.clock import now
from parvis.safety import kinds, states
from parvis.safety.actions.effects import enforce
from parvis.safety.actions.log import note
from parvis.safety.errors import AlreadyDecided, BadDecision, CaseTaken, NoSuchCase, OwnCase, OwnDecision
from parvis.safety.models import FACTS_LONGEST, Case, Decision
from parvis.safety.policies import DECIDE, HEAR, is_in_hand, require
from parvis.safety.queries import FACTS
from parvis.safety.reasons import REASONS
from parvis.safety.registry import kind_of


@dataclass(frozen=True)
class Verdict:
    """What a moderator decides: see `models.Decision`. `days` is how long an account is suspended."""

    facts: str
    on_thing: str = ""
    on_account: str = ""
    days: int = 0
    ground: str = ""
    reason: str = ""
    rule: str = ""


def in_hand(by: Person, case_id: uuid.UUID, what: str) -> tuple[Case, uuid.UUID]:
    """Return a case that waits, locked, and the pseudonym of the moderator who has it in hand from now on."""
    me = pseudonym(require(by, what).id)
    case = Case.objects.select_for_update().filter(id=case_id).first()
    if case is None:
        raise NoSuchCase
    if case.person_id == by.id:
        raise OwnCase
    if case.state != (states.WAITING if what == DECIDE else states.APPEALED):
        raise AlreadyDecided
    if is_in_hand(case, me, now()):
        raise CaseTaken
    if what == HEAR and case.decision.decided_by == me:
        raise OwnDecision
    return case, me


@transaction.atomic
def claim(*, by: Person, case_id: uuid.UUID) -> Case:
    """Take a waiting case in hand for LEASE, so that nobody else decides it; again to go on. Raises NotAModerator,
    NoSuchCase, OwnCase, AlreadyDecided, CaseTaken, and OwnDecision for an appeal against one's own decision."""
    appealed = Case.objects.filter(id=case_id, state=states.APPEALED).exists()
    case, me = in_hand(by, case_id, HEAR if appealed else DECIDE)
    is_new = case.claimed_by != me or case.lease_until is None or case.lease_until < now()
    case.claimed_by, case.lease_until = me, now() + states.LEASE
    case.save(update_fields=["claimed_by", "lease_until"])
    if is_new:
        note(case, "taken", by=me)
    return case


@transaction.atomic
def release(*, by: Person, case_id: uuid.UUID) -> None:
    """Put a case back that one has in hand; any other is left alone."""
    mine = Case.objects.filter(id=case_id, claimed_by=pseudonym(by.id))
    mine.update(claimed_by=None, lease_until=None)


@transaction.atomic
def decide(*, by: Person, case_id: uuid.UUID, verdict: Verdict) -> Decision:
    """Decide a case: the effect, the statement of reasons, the answers to the reporters and the log are one change.

    Raises what `claim` does, and BadDecision; nothing has changed then.
    """
    case, me = in_hand(by, case_id, DECIDE)
    _check(case, verdict)
    moment = now()
    decision = Decision.objects.create(
        person_id=case.person_id,
        home=case.home,
        case=case,
        on_thing=verdict.on_thing,
        on_account=verdict.on_account,
        until=_until(verdict, moment),
        ground=verdict.ground,
        reason=verdict.reason,
        rule=verdict.rule,
        facts=seal(case.person_id, FACTS, verdict.facts),
        decided_by=me,
        created_at=moment,
        letter_due_at=moment if _measures(verdict) else None,
    )
    enforce(decision)
    move(case, states.DECIDED)
    note(case, "decided", by=me, measures=decision.measures, ground=verdict.ground, reason=verdict.reason)
    if decision.measures:
        data = {"decision": str(decision.id), "measures": decision.measures}
        record(kinds.DECIDED, home=case.home, object=case.person_id, data=data)
    answer_reports(case, "acted" if decision.measures else "nothing")
    return decision


def _measures(verdict: Verdict) -> bool:
    return bool(verdict.on_thing or verdict.on_account)


def _check(case: Case, verdict: Verdict) -> None:
    """Raise BadDecision where the parts do not fit: also a text without a reason, or a term nobody offered."""
    kind = kind_of(case.kind)
    fits = (
        not verdict.on_thing or (kind is not None and verdict.on_thing in kind.measures),
        not verdict.on_account or verdict.on_account in states.ON_ACCOUNT,
        verdict.on_account != states.SUSPEND or verdict.days in states.SUSPENSIONS,
        not _measures(verdict) or (verdict.ground in {states.LAW, states.TERMS} and verdict.reason in REASONS),
        not _measures(verdict) or bool(verdict.facts.strip()),
        verdict.ground != states.LAW or bool(verdict.rule.strip()),
        len(verdict.facts) <= FACTS_LONGEST and len(verdict.rule) <= 500,
    )
    if not all(fits):
        raise BadDecision


def _until(verdict: Verdict, moment: datetime) -> datetime | None:
    return moment + timedelta(days=verdict.days) if verdict.on_account == states.SUSPEND else None


def move(case: Case, target: str, *, due_at: datetime | None = None) -> None:
    """Move a locked case along its graph, into nobody's hand."""
    states.CASE.check(case.state, target)
    case.state, case.claimed_by, case.lease_until = target, None, None
    case.due_at = due_at or case.due_at
    case.save(update_fields=["state", "claimed_by", "lease_until", "due_at"])


def answer_reports(case: Case, outcome: str) -> None:
    """Tell whoever reported what came of it; visitors have no page to be told on."""
    case.reports.update(outcome=outcome, answered_at=now())
    for one in case.reports.filter(person__isnull=False).order_by("id"):
        data = {"report": str(one.id), "outcome": outcome}
        record(kinds.ANSWERED, home=one.home, actor=one.person_id, object=one.person_id, data=data)
