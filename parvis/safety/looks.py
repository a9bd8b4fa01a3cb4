"""Reading the list of blocked looks: which of them a new clip is like, and what a moderator sees of that."""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db.models import QuerySet

from parvis.kit.clock import now
from parvis.kit.ids import first_id
from parvis.media.likeness import VERSION, Likeness, alike
from parvis.media.looks_index import Index
from parvis.safety.models import BlockedLook, Case

CHUNK: Final = 50  # rows at a time, of at most 24 kB
LEAST_AT_ONCE: Final = 64  # fewer are compared one by one in less time than the index takes to ask
MOST_AT_ONCE: Final = 512
SETTLED: Final = timedelta(minutes=10)  # by then a transaction that made an id is over
_indexes: dict[Path, Index] = {}


@dataclass(frozen=True)
class Match:
    """What a held clip looks like, as a moderator sees it. `case`: where that was decided, if it is still there."""

    reason: str
    is_lifted: bool
    case: uuid.UUID | None


def index() -> Index:
    """Return the index of the list on this machine. All of it can be made again from rows."""
    folder = Path(settings.PARVIS_DATA) / "looks"
    return _indexes.setdefault(folder, Index(folder))


def _listed() -> QuerySet[BlockedLook]:
    return BlockedLook.objects.filter(version=VERSION, lifted_at__isnull=True)


def blocked_like(found: Likeness) -> BlockedLook | None:
    """Return a blocked look that a clip's pictures are like, or None. What the index of this machine finds is compared
    in full, and so is every look that is not in it yet: a lost index costs time, not copies."""
    if not found.asked:
        return None
    known = index().known()
    candidates = known.candidates(found.asked)
    for start in range(0, len(candidates), CHUNK):
        rows = _listed().in_bulk(candidates[start : start + CHUNK])
        for one in rows.values():
            if alike(found.asked, bytes(one.shown)):
                return one
    rest = _listed().filter(id__gt=known.last) if known.last else _listed()
    return next((one for one in rest.order_by("id").iterator(CHUNK) if alike(found.asked, bytes(one.shown))), None)


def index_looks() -> bool:
    """Take the next looks into the index of this machine, if there are enough; return whether some were. What is young
    waits: an older id may still be on its way."""
    here = index()
    last = here.known().last
    if last is not None and not BlockedLook.objects.filter(id=last).exists():
        here.clear()  # it is the index of another database
        last = None
    rows = _listed().filter(id__lt=first_id(now() - SETTLED))
    rows = rows.filter(id__gt=last) if last else rows
    found = [(look, bytes(shown)) for look, shown in rows.order_by("id").values_list("id", "shown")[:MOST_AT_ONCE]]
    return len(found) >= LEAST_AT_ONCE and here.add(found)


def match_of(case: Case) -> Match | None:
    """Return what the thing of a case looks like; None unless it was held for that."""
    blocked = BlockedLook.objects.filter(id=case.match).first() if case.match else None
    if blocked is None:
        return None
    decided = Case.objects.filter(decision=blocked.decision).values_list("id", flat=True).first()
    return Match(blocked.reason, blocked.lifted_at is not None, decided)
