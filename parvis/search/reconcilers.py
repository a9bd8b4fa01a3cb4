"""A round over all clips and people every few hours: what was missed is found, worth follows what people did."""

import uuid
from dataclasses import dataclass, field
from time import monotonic

from django.db import connection, transaction

from parvis.events.reconcile import Reconciler
from parvis.search.actions import LOCK, keep_clips, keep_people
from parvis.search.models import CLIP, PERSON, Text
from parvis.search.queries import HOT
from parvis.search.sources import clips_to_find, people_to_find

ROUND_S = 6 * 3600.0
TOGETHER = 200
FIRST = uuid.UUID(int=0)
# The threshold is read before anything is written, so the same texts are hot however often this runs.
COOL = """
with best as (select worth from search_text where kind = %(kind)s order by worth desc offset %(most)s limit 1)
update search_text as t set hot = not t.hot from best
where t.kind = %(kind)s and t.hot <> (t.worth > best.worth)
"""


@dataclass
class Round:
    """Where this process is in its round. Two workers that go round at once do the same twice, and no harm."""

    ended: float = field(default=-ROUND_S)
    after: dict[str, uuid.UUID] = field(default_factory=lambda: {CLIP: FIRST, PERSON: FIRST})

    def step(self) -> bool:
        """Take the next few; return whether there were any."""
        if monotonic() - self.ended < ROUND_S:
            return False
        for kind, rows, keep in ((CLIP, clips_to_find(), keep_clips), (PERSON, people_to_find(), keep_people)):
            ids = list(rows.filter(id__gt=self.after[kind]).order_by("id").values_list("id", flat=True)[:TOGETHER])
            gone = Text.objects.filter(kind=kind, id__gt=self.after[kind])
            if ids:
                gone = gone.filter(id__lte=ids[-1])
            stale = set(gone.order_by("id").values_list("id", flat=True)[: 2 * TOGETHER]) - set(ids)
            if ids or stale:
                keep([*ids, *stale])
                self.after[kind] = max([*ids, *stale])
                return True
        self._finish()
        return False

    @transaction.atomic
    def _finish(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(LOCK)
            cursor.execute("delete from search_word where uses <= 0")
            for kind in (CLIP, PERSON):
                cursor.execute(COOL, {"kind": kind, "most": HOT})
        self.ended, self.after = monotonic(), {CLIP: FIRST, PERSON: FIRST}


RECONCILERS = (Reconciler("search: round", Round().step, idle_seconds=60.0),)
