"""Holding one clip while a step is made: a lease in its row that a heartbeat renews."""

import logging
import threading
import uuid
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import Final

from django.db import DatabaseError, connection, transaction

from parvis.clips import states
from parvis.clips.kinds import FAILED
from parvis.clips.models import Clip
from parvis.clips.processing.scratch import bury_dead, scratch
from parvis.clips.queries import work_waiting
from parvis.events.actions import record, wake
from parvis.kit.clock import now

log = logging.getLogger(__name__)

LEASE: Final = timedelta(seconds=15)
RENEW_SECONDS: Final = 4.0
# Not failures: claims that ended without a word, as those of a killed worker do.
CRASHES_MOST: Final = 60


class ClaimLost(Exception):
    """The clip is no longer ours: it was deleted, or the lease ran out and another worker has it."""


@dataclass
class Claim:
    """A clip in hand. `clip` is the row as it was when it was claimed."""

    id: uuid.UUID
    clip: Clip
    scratch: Path
    share: float = 0.0
    lost: bool = False
    done: threading.Event = field(default_factory=threading.Event)

    def note(self, share: float) -> None:
        """Tell how much of the step is done, 0..1. ClaimLost as soon as there is no point in going on."""
        self.share = share
        if self.lost:
            raise ClaimLost

    def check(self) -> None:
        """ClaimLost unless the clip is still ours: asked before files are stored."""
        if (
            self.lost
            or not Clip.objects.filter(id=self.clip.id, claimed_by=self.id).exclude(publication=states.DELETED).exists()
        ):
            raise ClaimLost

    @contextmanager
    def moving(self, target: str) -> Iterator[Clip]:
        """Lock the row, let the caller change it, in one transaction; the caller saves. ClaimLost if it is not ours."""
        with transaction.atomic():
            row = Clip.objects.select_for_update().filter(id=self.clip.id, claimed_by=self.id).first()
            if row is None or row.publication == states.DELETED:
                raise ClaimLost
            states.PROCESSING.check(row.processing, target)
            row.processing = target
            yield row
        self.clip = row


@contextmanager
def claimed(wanted: Collection[str]) -> Iterator[Claim | None]:
    """Claim the clip that waits longest in one of these states; None if none waits. Free it at the end."""
    me = uuid.uuid4()
    with scratch(me) as folder:
        clip = _take(me, wanted)
        if clip is None:
            yield None
            return
        claim = Claim(me, clip, folder)
        heart = threading.Thread(target=_beat, args=(claim,), name=f"lease {clip.id}", daemon=True)
        heart.start()
        try:
            yield claim
        finally:
            claim.done.set()
            heart.join(5)
            release([me])


def _take(me: uuid.UUID, wanted: Collection[str]) -> Clip | None:
    with transaction.atomic():
        clip = (
            Clip.objects.select_for_update(skip_locked=True)
            .filter(work_waiting(wanted))
            .order_by("attempts", "received_at")
            .first()
        )
        if clip is None:
            return None
        clip.claimed_by, clip.lease_until, clip.attempts, clip.progress = me, now() + LEASE, clip.attempts + 1, 0
        columns = ["claimed_by", "lease_until", "attempts", "progress"]
        if clip.attempts > CRASHES_MOST:
            log.error("clip %s has ended %s claims without a result", clip.id, CRASHES_MOST)
            clip.processing, clip.problem, clip.claimed_by, clip.lease_until = states.FAILED, "crashed", None, None
            columns += ["processing", "problem"]
            record(FAILED, home=clip.home, actor=clip.creator_id, object=clip.id)
        clip.save(update_fields=columns)
    return clip if clip.claimed_by else None


def release(claims: Collection[uuid.UUID]) -> None:
    """Free the clips of claims that are over. If the database does not answer, the lease does it."""
    with suppress(DatabaseError):
        Clip.objects.filter(claimed_by__in=claims).update(claimed_by=None, lease_until=None)


def free_dead_claims() -> bool:
    """Free what dead processes of this machine held; return whether there was anything."""
    dead = bury_dead()
    if dead:
        release(dead)
        wake()
    return bool(dead)


def _beat(claim: Claim, every: Callable[[], float] = lambda: RENEW_SECONDS) -> None:
    renewed, shown = monotonic(), 0
    while not claim.done.wait(1.0):
        percent = int(claim.share * 100)
        if percent == shown and monotonic() - renewed < every():
            continue
        try:
            kept = (
                Clip.objects.filter(id=claim.clip.id, claimed_by=claim.id)
                .exclude(publication=states.DELETED)
                .update(lease_until=now() + LEASE, progress=percent)
            )
        except DatabaseError:
            # Until it answers again nobody else can claim the clip either, unless the lease is over by then.
            connection.close()
            continue
        renewed, shown = monotonic(), percent
        if not kept:
            claim.lost = True
            break
    connection.close()
