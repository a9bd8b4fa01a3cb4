"""Removing what is no longer needed, and what nobody names. Each function does one unit and says whether it did."""

import logging
import uuid
from datetime import datetime, timedelta
from typing import Final

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q

from parvis.clips import states, storage
from parvis.clips.models import Clip, Part, Rendition, Upload
from parvis.kit.clock import now

log = logging.getLogger(__name__)

ORPHAN_AGE: Final = timedelta(hours=1)
PLAYED_AFTER: Final = timedelta(minutes=30)
FORGET_UPLOAD_AFTER: Final = timedelta(days=7)


def _idle(prefix: str = "") -> Q:
    """Clips that no worker holds."""
    return Q(**{f"{prefix}lease_until__isnull": True}) | Q(**{f"{prefix}lease_until__lt": now()})


def clear_upload() -> bool:
    """Remove the parts of one upload that is over, or whose clip is finished or refused. The original is not kept.

    The folder goes first, its rows after it: a crash in between repeats the removal.
    """
    over = Q(state__in=[states.ENDED, states.EXPIRED])
    used = Q(state=states.FINISHED) & (
        Q(clip__processing__in=[states.READY, states.REFUSED]) | Q(clip__publication=states.DELETED)
    )
    upload = Upload.objects.filter(over | used, _idle("clip__"), cleared_at__isnull=True).first()
    if upload is None:
        return False
    storage.delete_folder(storage.upload_folder(upload.id))
    with transaction.atomic():
        Part.objects.filter(upload=upload).delete()
        Upload.objects.filter(id=upload.id).update(cleared_at=now(), writer=None)
    tidy(upload.clip_id)
    return True


def erase_clip() -> bool:
    """Remove the files and child rows of one deleted clip. Its row stays, empty: others may point at it."""
    clip = Clip.objects.filter(_idle(), publication=states.DELETED, erased_at__isnull=True).first()
    if clip is None:
        return False
    storage.delete_folder(storage.clip_folder(clip.id))
    with transaction.atomic():
        clip.renditions.all().delete()
        clip.captions.all().delete()
        Clip.objects.filter(id=clip.id).update(erased_at=now(), poster="")
    return True


def remove_retired() -> bool:
    """Remove one rendition that is on no card any more, once nobody plays it; return whether there was one."""
    over = Rendition.objects.filter(retired_at__lt=now() - PLAYED_AFTER).first()
    if over is None:
        return False
    storage.delete(storage.file_name(over.clip_id, over.file))
    over.delete()
    return True


def tidy(clip_id: uuid.UUID) -> int:
    """Remove files of a clip that no row names; return how many. The row is locked meanwhile: nobody adds one."""
    removed = 0
    with transaction.atomic():
        clip = Clip.objects.select_for_update().filter(_idle(), id=clip_id).first()
        if clip is None:
            return 0
        named = {clip.poster, *clip.renditions.values_list("file", flat=True)}
        named.update(clip.captions.values_list("file", flat=True))
        for file in storage.listing(storage.clip_folder(clip_id))[1]:
            if file not in named:
                storage.delete(storage.file_name(clip_id, file))
                removed += 1
    return removed


def sweep_orphans(older_than: timedelta = ORPHAN_AGE) -> int:
    """Compare the whole storage with the rows; remove what is old and that no row names. Return how many objects."""
    removed = 0
    for name in storage.listing("clips")[0]:
        known = Clip.objects.filter(id=_uuid(name), erased_at__isnull=True).exists()
        if not known:
            removed += _remove_old(f"clips/{name}", set(), older_than)
        elif _has_old(f"clips/{name}", older_than):
            removed += tidy(_uuid(name))
    for name in storage.listing("uploads")[0]:
        named = set(Part.objects.filter(upload_id=_uuid(name)).values_list("name", flat=True))
        removed += _remove_old(f"uploads/{name}", named, older_than)
    Upload.objects.filter(cleared_at__lt=now() - FORGET_UPLOAD_AFTER).exclude(state=states.OPEN).delete()
    if removed:
        log.info("removed %s orphaned objects", removed)
    return removed


def _uuid(name: str) -> uuid.UUID:
    try:
        return uuid.UUID(name)
    except ValueError:
        return uuid.UUID(int=0)


def _modified(name: str) -> datetime:
    return default_storage.get_modified_time(name)


def _has_old(folder: str, older_than: timedelta) -> bool:
    return any(_is_old(f"{folder}/{file}", older_than) for file in storage.listing(folder)[1])


def _is_old(name: str, older_than: timedelta) -> bool:
    try:
        return _modified(name) <= now() - older_than
    except FileNotFoundError:
        return False


def _remove_old(folder: str, named: set[str], older_than: timedelta) -> int:
    unknown = [f"{folder}/{file}" for file in storage.listing(folder)[1] if f"{folder}/{file}" not in named]
    old = [name for name in unknown if _is_old(name, older_than)]
    for name in old:
        storage.delete(name)
    if not named and len(old) == len(unknown):
        storage.delete_folder(folder)
    return len(old)
