"""Reading the list of blocked looks: which of them a new clip is like, and what a moderator sees of that."""

import uuid
from dataclasses import dataclass

from parvis.media.likeness import VERSION, Likeness, alike
from parvis.safety.models import BlockedLook, Case

CHUNK = 200  # rows at a time, of at most 24 kB


@dataclass(frozen=True)
class Match:
    """What a held clip looks like, as a moderator sees it. `case`: where that was decided, if it is still there."""

    reason: str
    is_lifted: bool
    case: uuid.UUID | None


def blocked_like(found: Likeness) -> BlockedLook | None:
    """Return the oldest blocked look that a clip's pictures are like, or None. One query: what it costs grows with the
    list (`benchmarks/likeness.py`)."""
    if not found.asked:
        return None
    blocked = BlockedLook.objects.filter(version=VERSION, lifted_at__isnull=True).order_by("id")
    return next((one for one in blocked.iterator(CHUNK) if alike(found.asked, bytes(one.shown))), None)


def match_of(case: Case) -> Match | None:
    """Return what the thing of a case looks like; None unless it was held for that."""
    blocked = BlockedLook.objects.filter(id=case.match).first() if case.match else None
    if blocked is None:
        return None
    decided = Case.objects.filter(decision=blocked.decision).values_list("id", flat=True).first()
    return Match(blocked.reason, blocked.lifted_at is not None, decided)
