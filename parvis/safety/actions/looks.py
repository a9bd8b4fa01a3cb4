"""The list of blocked looks: what was removed and may not return, and what happens to a clip that looks the same."""

import uuid
from typing import Final

from django.db import transaction

from parvis.clips.actions import hold_back
from parvis.clips.actions.publishing import OPERATOR
from parvis.clips.models import Clip
from parvis.clips.models import Likeness as KeptLikeness
from parvis.clips.states import DELETED
from parvis.events.actions import record
from parvis.kit.clock import now
from parvis.kit.ids import first_id
from parvis.media.likeness import VERSION, Likeness, alike
from parvis.media.sought import Sieve
from parvis.safety import kinds, states
from parvis.safety.actions.log import note
from parvis.safety.actions.reports import case_of, weigh
from parvis.safety.looks import SETTLED, blocked_like
from parvis.safety.models import BlockedLook, Case, Decision, Sweep
from parvis.safety.reasons import REASONS, STAYS_OUT
from parvis.safety.registry import Thing

TOGETHER: Final = 500  # clips compared in one step: 2 MB of hashes
FIRST: Final = uuid.UUID(int=0)


def block(decision: Decision) -> None:
    """Keep how a clip looks that a decision removes for a reason of `STAYS_OUT`; of any other, nothing. Copies that are
    there already are looked for after it (`sweep`)."""
    if decision.case.kind != "clip" or decision.on_thing != states.REMOVE or decision.reason not in STAYS_OUT:
        return
    kept = KeptLikeness.objects.filter(clip_id=decision.case.object, version=VERSION).exclude(shown=b"").first()
    if kept is None or BlockedLook.objects.filter(decision=decision.id).exists():
        return
    look = BlockedLook.objects.create(
        decision=decision.id, reason=decision.reason, version=kept.version, shown=kept.shown
    )
    Sweep.objects.create(id=look.id, after=FIRST)


def unblock(decision: Decision) -> None:
    """Let what a reversed decision kept out come in again."""
    BlockedLook.objects.filter(decision=decision.id, lifted_at__isnull=True).update(lifted_at=now())


def _wait(case: Case, look: BlockedLook) -> None:
    """Let a case wait because of a look that its clip has; tell the creator."""
    case.match = look.id
    case.save(update_fields=["match"])
    weigh(case, severity=REASONS[look.reason].severity, reach=case.reach)
    note(case, "matched", reason=look.reason)
    record(kinds.HELD, home=case.home, object=case.person_id, data={"clip": str(case.object)})


@transaction.atomic
def screen(clip: Clip, found: Likeness) -> bool:
    """Whether a new clip looks like a blocked one: then a case waits for the moderators, and its creator is told. A
    second time it is the same case."""
    blocked = blocked_like(found)
    if blocked is None:
        return False
    case = case_of(Thing(kind="clip", id=clip.id, person=clip.creator))
    if case.match is None:
        _wait(case, blocked)
    return True


@transaction.atomic
def hold_copy(clip: Clip, look: BlockedLook) -> bool:
    """Take a clip that was there before from everybody's sight until a moderator has decided on it, as a new one;
    return whether it is. Not one that is deleted or removed, nor one that a moderator has looked at as a copy."""
    is_known = Case.objects.filter(kind="clip", object=clip.id, match__isnull=False).exists()
    if is_known or clip.publication == DELETED or clip.hidden_by == OPERATOR:
        return False
    case = case_of(Thing(kind="clip", id=clip.id, person=clip.creator))  # locked before the clip, as where one decides
    if not hold_back(clip_id=clip.id):
        return False
    _wait(case, look)
    return True


@transaction.atomic
def screen_late(clip: Clip, found: Likeness) -> None:
    """Ask about a clip whose likeness was made long after it: it may be removed, and then keeps copies out; or be a
    copy itself."""
    removing = Decision.objects.filter(
        case__kind="clip", case__object=clip.id, on_thing=states.REMOVE, lifted_at__isnull=True
    )
    for decision in removing.select_related("case"):
        block(decision)
    blocked = blocked_like(found)
    if blocked is not None:
        hold_copy(clip, blocked)


def _next(at: Sweep) -> list[KeptLikeness]:
    """The clips that a sweep compares next, each with what it asks for."""
    rows = KeptLikeness.objects.filter(version=VERSION, id__gt=at.after).exclude(asked=b"")
    rows = rows.exclude(clip__publication=DELETED).exclude(clip__hidden_by=OPERATOR)
    return list(rows.select_related("clip__creator").defer("shown").order_by("id")[:TOGETHER])


@transaction.atomic
def sweep() -> bool:
    """Compare the next few clips with a look that was blocked after they came; return whether there was anything to do.

    The place is kept with what was found, in one change: stopped anywhere, it goes on there. At the end it goes once
    more, later, through those that came about when the look was blocked: some of their transactions were not over.
    """
    due = Sweep.objects.select_for_update(skip_locked=True).filter(done_at__isnull=True, due_at__lte=now())
    at = due.order_by("due_at").first()
    if at is None:
        return False
    look = BlockedLook.objects.get(id=at.id)
    rows = [] if look.lifted_at or look.version != VERSION else _next(at)
    for place in Sieve(bytes(look.shown)).passing([bytes(row.asked) for row in rows]) if rows else ():
        if alike(bytes(rows[place].asked), bytes(look.shown)):
            hold_copy(rows[place].clip, look)
    if rows:
        at.after = rows[-1].id
    elif look.lifted_at is None and at.due_at < look.created_at + SETTLED:
        at.after, at.due_at = first_id(look.created_at - SETTLED), look.created_at + SETTLED
    else:
        at.done_at = now()
    at.save(update_fields=["after", "due_at", "done_at"])
    return True
