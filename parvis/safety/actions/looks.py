"""The list of blocked looks: what was removed and may not return, and what happens to a clip that looks the same."""

from django.db import transaction

from parvis.clips.models import Clip
from parvis.clips.models import Likeness as KeptLikeness
from parvis.events.actions import record
from parvis.kit.clock import now
from parvis.media.likeness import VERSION, Likeness
from parvis.safety import kinds, states
from parvis.safety.actions.log import note
from parvis.safety.actions.reports import case_of, weigh
from parvis.safety.looks import blocked_like
from parvis.safety.models import BlockedLook, Decision
from parvis.safety.reasons import REASONS, STAYS_OUT
from parvis.safety.registry import Thing


def block(decision: Decision) -> None:
    """Keep how a clip looks that a decision removes for a reason of `STAYS_OUT`; of any other, nothing."""
    if decision.case.kind != "clip" or decision.on_thing != states.REMOVE or decision.reason not in STAYS_OUT:
        return
    kept = KeptLikeness.objects.filter(clip_id=decision.case.object, version=VERSION).exclude(shown=b"").first()
    if kept is not None:
        BlockedLook.objects.create(decision=decision.id, reason=decision.reason, version=kept.version, shown=kept.shown)


def unblock(decision: Decision) -> None:
    """Let what a reversed decision kept out come in again."""
    BlockedLook.objects.filter(decision=decision.id, lifted_at__isnull=True).update(lifted_at=now())


@transaction.atomic
def screen(clip: Clip, found: Likeness) -> bool:
    """Whether a new clip looks like a blocked one: then a case waits for the moderators, and its creator is told. A
    second time it is the same case."""
    blocked = blocked_like(found)
    if blocked is None:
        return False
    case = case_of(Thing(kind="clip", id=clip.id, person=clip.creator))
    if case.match is None:
        case.match = blocked.id
        case.save(update_fields=["match"])
        weigh(case, severity=REASONS[blocked.reason].severity, reach=0)
        note(case, "matched", reason=blocked.reason)
        record(kinds.HELD, home=clip.home, object=clip.creator_id, data={"clip": str(clip.id)})
    return True
