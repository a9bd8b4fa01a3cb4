"""The steps that make a clip. See the package's docstring for their order and what a crash leaves."""

import errno
import logging
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.db import InterfaceError, OperationalError

from parvis.clips import states, storage
from parvis.clips.actions.publishing import settle
from parvis.clips.kinds import FAILED, PROCESSED
from parvis.clips.models import Clip, Rendition
from parvis.clips.processing.claims import Claim, ClaimLost, claimed
from parvis.clips.processing.scratch import free_bytes
from parvis.clips.queries import work_waiting
from parvis.clips.screening import screened
from parvis.clips.words import words_of
from parvis.events.actions import record
from parvis.kit.clock import now
from parvis.media.errors import MediaError
from parvis.media.likeness import likeness
from parvis.media.limits import Limits
from parvis.media.poster import make_poster
from parvis.media.probe import Probe, probe
from parvis.media.transcode import Rendition as Made
from parvis.media.transcode import transcode_first, transcode_rest

log = logging.getLogger(__name__)

FIRST_STATES: Final = (states.RECEIVED, states.PROBED)
FAILURES_MOST: Final = 6
PAUSE: Final = timedelta(seconds=3)
MARGIN: Final = 64 * 1024 * 1024
FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
POSTER: Final = "poster.webp"


class NoSpace(Exception):
    """There is too little room on the disk to go on."""


def limits() -> Limits:
    """Return what this installation takes."""
    return Limits(max_bytes=settings.PARVIS_UPLOAD_BYTES, max_duration_ms=settings.PARVIS_CLIP_SECONDS * 1000)


def make_first() -> bool:
    """Bring one received clip to where it plays; return whether one waited."""
    return _step(FIRST_STATES, _first)


def make_rest() -> bool:
    """Finish one clip that plays; return whether one waited. Nobody's first rendition waits for another's last."""
    if Clip.objects.filter(work_waiting(FIRST_STATES)).exists():
        return False
    return _step((states.PLAYABLE,), _rest)


def _step(wanted: tuple[str, ...], work: Callable[[Claim], None]) -> bool:
    if not Clip.objects.filter(work_waiting(wanted)).exists():
        return False
    with claimed(wanted) as claim:
        if claim is None:
            return False
        try:
            work(claim)
        except ClaimLost:
            log.info("clip %s: the claim is over", claim.clip.id)
        except (OperationalError, InterfaceError):
            raise  # the database went away: nothing can be noted, the lease runs out
        except Exception as error:  # noqa: BLE001 - whatever it was, it becomes the clip's problem, in words
            _trouble(claim, error)
    return True


def _trouble(claim: Claim, error: Exception) -> None:
    code, params = _named(error)
    if isinstance(error, MediaError):
        log.info("clip %s: %s", claim.clip.id, code)
    else:
        log.error("clip %s: %s", claim.clip.id, code, exc_info=error)
    try:
        _note(claim, code, params, permanent=_is_permanent(claim, error, code))
    except ClaimLost:
        log.info("clip %s: the claim was over before its trouble", claim.clip.id)


def _named(error: Exception) -> tuple[str, dict[str, int | str]]:
    if isinstance(error, MediaError):
        # An encoder that found the disk full says only that it failed.
        return ("no-space", {}) if error.code == "damaged" and free_bytes() < MARGIN else (error.code, error.params)
    if isinstance(error, NoSpace) or (isinstance(error, OSError) and error.errno in FULL):
        return "no-space", {}
    if isinstance(error, OSError | BotoCoreError | ClientError):
        return "storage", {}
    return "internal", {}


def _is_permanent(claim: Claim, error: Exception, code: str) -> bool:
    """Whether the file itself is to blame. An encoder that fails once may have been killed: it gets a second try."""
    if not isinstance(error, MediaError) or code in {"no-space", "timed-out"}:
        return False
    if claim.clip.playable_at and not claim.clip.renditions.filter(is_temporary=True).exists():
        return False  # it plays: what is missing are finer versions
    return claim.clip.processing == states.RECEIVED or claim.clip.failures > 0


def _note(claim: Claim, code: str, params: dict[str, int | str], *, permanent: bool) -> None:
    failures = claim.clip.failures + 1
    fields = {"problem": code, "problem_params": params, "failures": failures, "changed_at": now()}
    if permanent:
        target = states.REFUSED
    elif failures >= FAILURES_MOST:
        target = states.FAILED
    else:
        pause = PAUSE * 3 ** (failures - 1)
        Clip.objects.filter(id=claim.clip.id, claimed_by=claim.id).update(**fields, attempts=0, retry_at=now() + pause)
        return
    with claim.moving(target) as clip:
        was_open, words = clip.is_open, words_of(clip)
        for name, value in {**fields, "retry_at": None, "attempts": 0}.items():
            setattr(clip, name, value)
        if target == states.REFUSED:
            clip.renditions.all().delete()
            clip.poster, clip.placeholder, clip.playable_at, clip.published_at = "", "", None, None
        columns = ["processing", "retry_at", "attempts", "poster", "placeholder", "playable_at", *fields]
        settle(clip, words=words, was_open=was_open, fields=columns)
        record(FAILED, home=clip.home, actor=clip.creator_id, object=clip.id)


def _first(claim: Claim) -> None:
    source = _assemble(claim)
    if claim.clip.processing == states.RECEIVED:
        found = probe(source, limits())
        with claim.moving(states.PROBED) as clip:
            clip.probe, clip.duration_ms, clip.width, clip.height = (
                found.as_dict(), found.duration_ms, found.width, found.height,
            )  # fmt: skip
            clip.save(update_fields=["processing", "probe", "duration_ms", "width", "height"])
    found = Probe.from_dict(claim.clip.probe or {})
    made = transcode_first(source, found, claim.scratch, limits=limits(), progress=claim.note)
    poster, looks = make_poster(made.path, claim.scratch), likeness(made.path)
    claim.check()
    storage.put_file(storage.file_name(claim.clip.id, _file(made)), made.path)
    storage.put_file(storage.file_name(claim.clip.id, POSTER), poster.path)
    with claim.moving(states.PLAYABLE) as clip:
        _keep(clip, made)
        clip.poster, clip.placeholder, clip.duration_ms = POSTER, poster.placeholder, made.duration_ms
        if clip.playable_at is None:
            record(PROCESSED, home=clip.home, actor=clip.creator_id, object=clip.id)
        clip.playable_at = clip.playable_at or now()
        screened(clip, looks)
        _succeed(clip, "limits", "poster", "placeholder", "duration_ms", "playable_at")


def _rest(claim: Claim) -> None:
    first = claim.clip.renditions.first()
    source = _assemble(claim)
    sound: Path | None = None
    if first is not None:
        sound = claim.scratch / "first.mp4"
        _fetch(storage.file_name(claim.clip.id, first.file), sound)
    found = Probe.from_dict(claim.clip.probe or {})
    made = transcode_rest(source, found, claim.scratch, first=sound, limits=limits(), progress=claim.note)
    claim.check()
    for one in made:
        storage.put_file(storage.file_name(claim.clip.id, _file(one)), one.path)
    with claim.moving(states.READY) as clip:
        for one in made:
            _keep(clip, one)
        clip.renditions.filter(is_temporary=True).update(retired_at=now())
        _succeed(clip)


def _succeed(clip: Clip, *columns: str) -> None:
    """Save a clip that has moved on; what went wrong before is forgotten, and who may see it is told."""
    clip.problem, clip.problem_params, clip.failures, clip.attempts, clip.retry_at = "", {}, 0, 0, None
    clip.progress = 0
    fields = ["processing", "problem", "problem_params", "failures", "attempts", "retry_at", "progress", *columns]
    settle(clip, words=words_of(clip), was_open=clip.is_open, fields=fields)


def _file(made: Made) -> str:
    return f"{made.name}.mp4"


def _keep(clip: Clip, made: Made) -> None:
    Rendition.objects.update_or_create(
        clip=clip,
        name=made.name,
        defaults={
            "home": clip.home,
            "creator_id": clip.creator_id,
            "file": _file(made),
            "width": made.width,
            "height": made.height,
            "bytes": made.bytes,
            "bit_rate": made.bit_rate,
            "fps": made.fps,
            "is_temporary": made.temporary,
            "retired_at": None,
        },
    )


def _assemble(claim: Claim) -> Path:
    """Put the parts of the upload together in the scratch folder. MediaError "damaged" if they are not whole."""
    upload = claim.clip.uploads.filter(state=states.FINISHED).order_by("-created_at").first()
    if upload is None:
        raise MediaError("damaged")
    if free_bytes() < 2 * upload.length + MARGIN:
        raise NoSpace
    source = claim.scratch / "source"
    with source.open("wb") as file:
        for part in upload.parts.order_by("start"):
            if part.start != file.tell():
                raise MediaError("damaged")
            for chunk in storage.chunks(part.name):
                file.write(chunk)
            claim.note(0.0)
        if file.tell() != upload.length:
            raise MediaError("damaged")
    return source


def _fetch(name: str, target: Path) -> None:
    with target.open("wb") as file:
        for chunk in storage.chunks(name):
            file.write(chunk)
