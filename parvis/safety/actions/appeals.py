"""Appeals: once, within six months, heard by another moderator (article 20 of the Digital Services Act)."""

import uuid

from django.db import transaction

from parvis.accounts.models import Person
from parvis.cells.keys import seal
from parvis.events.actions import record
from parvis.kit.clock import now
from parvis.safety import kinds, states
from parvis.safety.actions.cases import answer_reports, in_hand, move
from parvis.safety.actions.effects import lift
from parvis.safety.actions.log import note
from parvis.safety.errors import AppealTooLate, AppealUsed, BadDecision, NoSuchDecision, NothingToAppeal
from parvis.safety.models import FACTS_LONGEST, WORDS_LONGEST, Appeal, Case, Decision
from parvis.safety.policies import HEAR, appeal_ends
from parvis.safety.queries import ANSWER, APPEAL_WORDS


@transaction.atomic
def appeal(*, person: uuid.UUID, decision_id: uuid.UUID, words: str) -> Appeal:
    """Appeal against a decision about oneself. Raises NoSuchDecision, NothingToAppeal, AppealUsed, AppealTooLate, and
    BadDecision for an appeal without a word or with more than WORDS_LONGEST characters."""
    found = Decision.objects.filter(id=decision_id, person_id=person).first()
    if found is None:
        raise NoSuchDecision
    case = Case.objects.select_for_update().get(id=found.case_id)
    decision = Decision.objects.select_for_update().get(id=found.id)
    if not decision.measures:
        raise NothingToAppeal
    if Appeal.objects.filter(decision=decision).exists():
        raise AppealUsed
    if now() > appeal_ends(decision):
        raise AppealTooLate
    if not words.strip() or len(words) > WORDS_LONGEST:
        raise BadDecision
    made = Appeal.objects.create(
        person_id=person, home=case.home, decision=decision, words=seal(person, APPEAL_WORDS, words)
    )
    move(case, states.APPEALED, due_at=now() + states.APPEAL_PATIENCE)
    note(case, "appealed")
    record(kinds.APPEALED, home=case.home, actor=person, object=person, data={"decision": str(decision.id)})
    return made


@transaction.atomic
def hear(*, by: Person, case_id: uuid.UUID, is_reversed: bool, answer: str) -> Appeal:
    """Hear the appeal of a case: uphold the decision, or reverse it with all that it did. Raises what `cases.claim`
    does, OwnDecision for who decided, and BadDecision for an answer that says nothing or too much."""
    case, me = in_hand(by, case_id, HEAR)
    if not answer.strip() or len(answer) > FACTS_LONGEST:
        raise BadDecision
    decision = Decision.objects.select_for_update().select_related("case").get(case=case)
    heard = Appeal.objects.select_for_update().get(decision=decision)
    target = states.REVERSED if is_reversed else states.UPHELD
    states.APPEAL.check(heard.state, target)
    heard.state, heard.heard_by, heard.heard_at = target, me, now()
    heard.answer = seal(case.person_id, ANSWER, answer)
    heard.save(update_fields=["state", "heard_by", "heard_at", "answer"])
    if is_reversed:
        lift(decision)
        answer_reports(case, "nothing")
    Decision.objects.filter(id=decision.id).update(letter_due_at=now(), letter_failures=0)
    move(case, states.CLOSED)
    note(case, target, by=me)
    data = {"decision": str(decision.id), "outcome": target}
    record(kinds.HEARD, home=case.home, object=case.person_id, data=data)
    return heard
