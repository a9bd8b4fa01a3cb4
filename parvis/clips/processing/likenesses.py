"""Likenesses of clips that are older than the hashes, or than the `VERSION` of them.

A round gives each such clip a row of version 0; then one after the other is made from a rendition. The row, not the
clip, is locked meanwhile: a second worker takes the next one, and a crash leaves the row as it was.
"""

import logging
import uuid
from dataclasses import dataclass, field
from time import monotonic
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError
from django.db import transaction
from django.db.models import Exists, OuterRef

from parvis.clips import states, storage
from parvis.clips.models import Clip, Likeness
from parvis.clips.processing.scratch import scratch
from parvis.clips.screening import screened_late
from parvis.kit.clock import now
from parvis.kit.ids import uuid7
from parvis.media.errors import MediaError
from parvis.media.likeness import VERSION, likeness
from parvis.media.likeness import Likeness as Found

log = logging.getLogger(__name__)

ROUND_S: Final = 6 * 3600.0
TOGETHER: Final = 1000
TO_MAKE: Final = 0
FIRST: Final = uuid.UUID(int=0)


@dataclass
class Round:
    """Where this process is in its round over the clips. Two that go round at once do the same twice, and no harm."""

    ended: float = field(default=-ROUND_S)
    after: uuid.UUID = FIRST

    def step(self) -> bool:
        """Find what is missing among the next few clips; return whether there were any."""
        if monotonic() - self.ended < ROUND_S:
            return False
        done = Likeness.objects.filter(clip=OuterRef("id"), version__in=[TO_MAKE, VERSION])
        clips = Clip.objects.filter(id__gt=self.after, processing=states.READY).exclude(publication=states.DELETED)
        rows = list(clips.order_by("id").values_list("id", "home", "creator_id", Exists(done))[:TOGETHER])
        if not rows:
            self.ended, self.after = monotonic(), FIRST
            return False
        missing = [row[:3] for row in rows if not row[3]]
        Likeness.objects.filter(clip__in=[clip for clip, _, _ in missing]).exclude(version=VERSION).update(
            version=TO_MAKE, asked=b"", shown=b""
        )
        Likeness.objects.bulk_create(
            (
                Likeness(clip_id=clip, home=home, creator_id=creator, version=TO_MAKE, asked=b"", shown=b"")
                for clip, home, creator in missing
            ),
            ignore_conflicts=True,
        )
        self.after = rows[-1][0]
        return True


@dataclass
class Making:
    """Which of those that are missing this process made last: one that cannot be made keeps no other waiting."""

    after: uuid.UUID = FIRST

    @transaction.atomic
    def step(self) -> bool:
        """Make one likeness that is missing; return whether one was. Where the storage does not answer it stays
        missing until the next lap."""
        due = Likeness.objects.select_for_update(skip_locked=True, of=("self",)).filter(version=TO_MAKE)
        row = due.filter(id__gt=self.after).order_by("id").select_related("clip__creator").first()
        self.after = row.id if row else FIRST
        if row is None:
            return False
        try:
            found = _made(row.clip)
        except (OSError, BotoCoreError, ClientError) as error:
            log.warning("likeness of clip %s: %s", row.clip_id, type(error).__name__)
            return True
        row.delete()
        row.id = uuid7()  # whoever goes through the likenesses in the order of their ids sees that this one is new
        row.asked, row.shown, row.version, row.created_at = found.asked, found.shown, VERSION, now()
        row.save(force_insert=True)
        screened_late(row.clip, found)
        return True


def _made(clip: Clip) -> Found:
    """The likeness of a clip, empty where there is nothing to see: no film any more, or a damaged one."""
    rendition = clip.renditions.filter(retired_at__isnull=True).order_by("bytes").first()
    if rendition is None:
        return Found()
    with scratch(uuid.uuid4()) as folder:
        film = folder / "film.mp4"
        try:
            with film.open("wb") as file:
                for chunk in storage.chunks(storage.file_name(clip.id, rendition.file)):
                    file.write(chunk)
            return likeness(film)
        except (MediaError, FileNotFoundError) as error:
            log.warning("clip %s has no likeness: %s", clip.id, error)
            return Found()
