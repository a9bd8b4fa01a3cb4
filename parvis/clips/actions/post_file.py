"""Posting a file that lies on this machine: through the same uploads and parts as one that comes over the network."""

from datetime import datetime
from pathlib import Path
from typing import Final

from parvis.accounts.models import Person
from parvis.clips import states
from parvis.clips.actions.changes import Details, describe
from parvis.clips.actions.publishing import publish, schedule
from parvis.clips.actions.uploads import begin_upload, receive
from parvis.clips.models import Clip

NOTHING_SAID: Final = Details()


def post_file(
    *, creator: Person, path: Path, details: Details = NOTHING_SAID, at: datetime | None = None, draft: bool = False
) -> Clip:
    """Upload `path` for a person, with its words, and publish it: now, `at` a moment, or not yet (`draft`).

    Raises as `begin_upload`, `describe` and `schedule` do. A worker then makes the clip.
    """
    upload = begin_upload(creator=creator.id, home=creator.home, length=path.stat().st_size, filename=path.name)
    describe(creator=creator.id, clip_id=upload.clip_id, details=details)
    if at is not None:
        schedule(creator=creator.id, clip_id=upload.clip_id, at=at)
    elif not draft:
        publish(creator=creator.id, clip_id=upload.clip_id)
    if upload.length:
        with path.open("rb") as file:
            receive(upload=upload, offset=0, stream=file)
    clip = Clip.objects.get(id=upload.clip_id)
    assert clip.processing != states.UPLOADING, "the whole file was received"
    return clip
