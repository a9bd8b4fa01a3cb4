"""What a decision does, and how it is undone. A thing and an account are always as the decisions in force want them."""

import json
from typing import Any

from parvis.accounts.actions.sessions import bar, unbar
from parvis.accounts.models import Person
from parvis.cells.keys import seal, unseal
from parvis.kit.clock import now
from parvis.safety.actions.looks import block, unblock
from parvis.safety.models import Decision
from parvis.safety.queries import BEFORE, closing
from parvis.safety.registry import kind_of
from parvis.safety.states import CLOSE, SUSPEND


def enforce(decision: Decision) -> None:
    """Do what a new decision says, and keep, sealed, what is needed to undo it."""
    before: dict[str, Any] = {}
    if decision.on_thing or decision.case.match:  # a clip that was held is seen again, unless it is removed
        before["thing"] = _apply(decision, {})
    if decision.on_account in {SUSPEND, CLOSE}:
        person = Person.objects.select_for_update().get(id=decision.person_id)
        others = closing(person.id).exclude(id=decision.id)
        before["was_active"] = person.is_active or person.leaves_at is not None or others.exists()
        bar(person)
    block(decision)
    if before:
        decision.before = seal(decision.person_id, BEFORE, json.dumps(before))
        decision.save(update_fields=["before"])


def lift(decision: Decision) -> None:
    """Undo a decision altogether: the thing and the account are as the other decisions in force want them."""
    decision.lifted_at = now()
    decision.save(update_fields=["lifted_at"])
    unblock(decision)
    before = _before(decision)
    if decision.on_thing:
        _apply(decision, before.get("thing", {}))
    if decision.on_account in {SUSPEND, CLOSE} and decision.account_ended_at is None:
        _open_again(decision, before)


def end_suspension(decision: Decision) -> None:
    """Open the account again whose time of suspension is over; what was done to the thing stays."""
    decision.account_ended_at = now()
    decision.save(update_fields=["account_ended_at"])
    _open_again(decision, _before(decision))


def _open_again(decision: Decision, before: dict[str, Any]) -> None:
    person = Person.objects.select_for_update().get(id=decision.person_id)
    if not closing(person.id).exists():
        unbar(person, opens=bool(before.get("was_active")))


def _before(decision: Decision) -> dict[str, Any]:
    if decision.before is None:
        return {}
    opened: dict[str, Any] = json.loads(unseal(decision.person_id, BEFORE, decision.before))
    return opened


def _apply(decision: Decision, before: dict[str, Any]) -> dict[str, Any]:
    case = decision.case
    same = Decision.objects.filter(case__kind=case.kind, case__object=case.object, lifted_at__isnull=True)
    measures = frozenset(same.exclude(on_thing="").values_list("on_thing", flat=True))
    kind = kind_of(case.kind)
    return kind.apply(case.object, measures, before) if kind else {}
