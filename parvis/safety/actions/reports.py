"""Reporting: many reports of one thing make one case."""

import math
import uuid
from datetime import datetime

from django.db import IntegrityError, transaction

from parvis.accounts.viewer import Viewer
from parvis.cells.keys import seal
from parvis.events.actions import record
from parvis.kit.clock import now
from parvis.safety import kinds, states
from parvis.safety.actions.log import note
from parvis.safety.errors import UnknownReason
from parvis.safety.models import Case, Report
from parvis.safety.queries import REPORT_WORDS, reportable
from parvis.safety.reasons import REASONS
from parvis.safety.registry import Thing, kind_of


@transaction.atomic
def report(*, viewer: Viewer, kind: str, thing_id: uuid.UUID, reason: str, words: str = "") -> Report:
    """Report a thing that the viewer sees, signed in or not; a second report of the same waiting case is the first.

    `words` has at most WORDS_LONGEST characters. Raises NothingToReport, OwnThing, UnknownReason.
    """
    if reason not in REASONS:
        raise UnknownReason
    thing = reportable(viewer, kind, thing_id)
    case = case_of(thing)
    sealed = seal(viewer.person_id or thing.person.id, REPORT_WORDS, words) if words else None
    made, is_new = Report.objects.get_or_create(
        case=case,
        pseudonym=viewer.pseudonym,
        defaults={"person_id": viewer.person_id, "home": viewer.home, "reason": reason, "words": sealed},
    )
    if is_new:
        _keep(viewer, kind, thing_id)
        weigh(case, severity=REASONS[reason].severity, reach=thing.reach)
        record(kinds.REPORTED, home=viewer.home, actor=viewer.person_id, object=case.id, data={"kind": kind})
    return made


def _keep(viewer: Viewer, kind: str, thing_id: uuid.UUID) -> None:
    """Copy for the moderators what they could not see otherwise."""
    found = kind_of(kind)
    if found is not None and found.keep is not None:
        found.keep(viewer, thing_id)


def case_of(thing: Thing) -> Case:
    """Return the waiting case of a thing, locked; of two that open it at once, both get the same."""
    waiting = Case.objects.select_for_update().filter(kind=thing.kind, object=thing.id, state=states.WAITING)
    case = waiting.first()
    if case is not None:
        return case
    try:
        with transaction.atomic():
            case = Case.objects.create(
                person=thing.person,
                home=thing.person.home,
                kind=thing.kind,
                object=thing.id,
                opened_at=now(),
                due_at=now() + states.PATIENCE[1],
            )
    except IntegrityError:
        return waiting.get()
    note(case, "opened")
    return case


def due(opened: datetime, severity: int, reach: int) -> datetime:
    """Return when a moderator should have looked: soon for what is severe, sooner for what many see. The queue stands
    in this order, so that nothing waits for ever behind what came later."""
    return opened + states.PATIENCE[severity] / (1 + math.log10(1 + reach))


def weigh(case: Case, *, severity: int, reach: int) -> None:
    """Let a locked case wait no longer than this severity and reach allow."""
    case.severity, case.reach = max(case.severity, severity), max(case.reach, reach)
    case.due_at = due(case.opened_at, case.severity, case.reach)
    case.save(update_fields=["severity", "reach", "due_at"])
