"""Who may see a clip: publish, schedule, hide, show again; and trying again what failed."""

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from parvis.clips import states
from parvis.clips.errors import BadSchedule, NoSuchClip, NotNow
from parvis.clips.models import Clip
from parvis.clips.words import Words, place_words, words_of
from parvis.events.actions import record, wake
from parvis.kit.clock import now

SOONEST: Final = timedelta(minutes=1)
LATEST: Final = timedelta(days=366)
CREATOR: Final = "creator"
OPERATOR: Final = "operator"


def own_clip(creator: uuid.UUID, clip_id: uuid.UUID) -> Clip:
    """Return the creator's clip, locked until the end of the transaction. NoSuchClip otherwise, also if deleted."""
    clip = Clip.objects.select_for_update().filter(id=clip_id, creator_id=creator).first()
    if clip is None or clip.publication == states.DELETED:
        raise NoSuchClip
    return clip


def settle(clip: Clip, *, words: Words, was_open: bool, fields: list[str]) -> None:
    """Save a locked clip whose columns `fields` changed: put its words where they belong, and record what happened.

    A published clip gets its moment of publication here, as soon as it can be played and somebody else may see it:
    not while it is held for a moderator.
    """
    if (
        clip.publication == states.PUBLISHED
        and clip.audience != states.ME
        and clip.playable_at is not None
        and clip.published_at is None
        and not clip.is_held
    ):
        clip.published_at, clip.first_published_at = clip.first_published_at or now(), None
    clip.changed_at = now()
    moments = ["published_at", "first_published_at", "changed_at"]
    clip.save(update_fields=[*fields, *place_words(clip, words), *moments])
    if clip.is_open:
        kind = "clip.changed" if was_open else "clip.published"
    elif was_open:
        kind = "clip.hidden"
    else:
        return
    record(kind, home=clip.home, actor=clip.creator_id, object=clip.id)


@transaction.atomic
def publish(*, creator: uuid.UUID, clip_id: uuid.UUID) -> Clip:
    """Publish an own draft or scheduled clip, or one still being made: it appears as soon as it can be played."""
    clip = own_clip(creator, clip_id)
    if clip.processing == states.REFUSED or clip.publication not in {states.DRAFT, states.SCHEDULED}:
        raise NotNow
    return _publish(clip)


def _publish(clip: Clip) -> Clip:
    words, was_open = words_of(clip), clip.is_open
    clip.publication, clip.scheduled_for, clip.hidden_by = states.PUBLISHED, None, ""
    settle(clip, words=words, was_open=was_open, fields=["publication", "scheduled_for", "hidden_by"])
    return clip


@transaction.atomic
def schedule(*, creator: uuid.UUID, clip_id: uuid.UUID, at: datetime) -> Clip:
    """Let an own draft be published at a moment. BadSchedule unless it lies between one minute and a year ahead."""
    clip = own_clip(creator, clip_id)
    if clip.processing == states.REFUSED or clip.publication not in {states.DRAFT, states.SCHEDULED}:
        raise NotNow
    if not now() + SOONEST <= at <= now() + LATEST:
        raise BadSchedule
    clip.publication, clip.scheduled_for, clip.changed_at = states.SCHEDULED, at, now()
    clip.save(update_fields=["publication", "scheduled_for", "changed_at"])
    return clip


@transaction.atomic
def unschedule(*, creator: uuid.UUID, clip_id: uuid.UUID) -> Clip:
    """Make an own scheduled clip a draft again."""
    clip = own_clip(creator, clip_id)
    if clip.publication != states.SCHEDULED:
        raise NotNow
    clip.publication, clip.scheduled_for, clip.changed_at = states.DRAFT, None, now()
    clip.save(update_fields=["publication", "scheduled_for", "changed_at"])
    return clip


@transaction.atomic
def publish_due() -> bool:
    """Publish one clip whose moment has come; return whether there was one. Also if it was refused meanwhile: a clip
    that cannot be played shows nowhere, and its creator finds it among the own clips."""
    due = (
        Clip.objects.select_for_update(skip_locked=True)
        .filter(publication=states.SCHEDULED, scheduled_for__lte=now())
        .first()
    )
    if due is None:
        return False
    _publish(due)
    return True


@transaction.atomic
def hide(*, by: uuid.UUID, clip_id: uuid.UUID, is_operator: bool = False) -> Clip:
    """Hide a published clip from others: its creator may, and an operator. NoSuchClip for a stranger."""
    clip = _clip_of(by, clip_id, is_operator=is_operator)
    if clip.publication != states.PUBLISHED:
        raise NotNow
    words, was_open = words_of(clip), clip.is_open
    clip.publication = states.HIDDEN
    clip.hidden_by = CREATOR if clip.creator_id == by else OPERATOR
    settle(clip, words=words, was_open=was_open, fields=["publication", "hidden_by"])
    return clip


@transaction.atomic
def show(*, by: uuid.UUID, clip_id: uuid.UUID, is_operator: bool = False) -> Clip:
    """Show a hidden clip again. What an operator hid only an operator shows; a creator is told NotNow."""
    clip = _clip_of(by, clip_id, is_operator=is_operator)
    if clip.publication != states.HIDDEN or (clip.hidden_by == OPERATOR and not is_operator):
        raise NotNow
    return _publish(clip)


@transaction.atomic
def withhold(*, clip_id: uuid.UUID) -> str | None:
    """Hide a clip by a moderator's decision, also one that its creator has hidden. Returns who had hidden it before
    ("creator", or an empty text for nobody), as `give_back` wants it; None if there was nothing to do."""
    clip = Clip.objects.select_for_update().filter(id=clip_id).first()
    if clip is None or clip.hidden_by == OPERATOR or clip.publication not in {states.PUBLISHED, states.HIDDEN}:
        return None
    before, words, was_open = clip.hidden_by, words_of(clip), clip.is_open
    clip.publication, clip.hidden_by = states.HIDDEN, OPERATOR
    settle(clip, words=words, was_open=was_open, fields=["publication", "hidden_by"])
    return before


@transaction.atomic
def give_back(*, clip_id: uuid.UUID, hidden_by: str) -> None:
    """Undo `withhold`: show the clip again, or leave it hidden by whoever had hidden it. A
    deleted one stays so."""
    clip = Clip.objects.select_for_update().filter(id=clip_id, publication=states.HIDDEN, hidden_by=OPERATOR).first()
    if clip is None:
        return
    if not hidden_by:
        _publish(clip)
        return
    clip.hidden_by = hidden_by
    clip.save(update_fields=["hidden_by"])


@transaction.atomic
def limit(*, clip_id: uuid.UUID, limits: Collection[str]) -> None:
    """Set what moderators limit a clip to, some of `states.LIMITS`; none: nothing. A deleted clip is left alone."""
    clip = Clip.objects.select_for_update().exclude(publication=states.DELETED).filter(id=clip_id).first()
    wanted = sorted(limits)
    if clip is not None and clip.limits != wanted:
        clip.limits = wanted
        settle(clip, words=words_of(clip), was_open=clip.is_open, fields=["limits"])


@transaction.atomic
def hold_back(*, clip_id: uuid.UUID) -> bool:
    """Let nobody but its creator see a clip until a moderator has decided on it (`limit` ends it); return whether it is
    held. Not one that is deleted, or that a moderator has removed."""
    clip = Clip.objects.select_for_update().exclude(publication=states.DELETED).filter(id=clip_id).first()
    if clip is None or clip.hidden_by == OPERATOR:
        return False
    if not clip.is_held:
        words, was_open = words_of(clip), clip.is_open
        clip.limits = sorted({*clip.limits, states.HELD})
        clip.first_published_at, clip.published_at = clip.published_at, None
        settle(clip, words=words, was_open=was_open, fields=["limits"])
    return True


def _clip_of(by: uuid.UUID, clip_id: uuid.UUID, *, is_operator: bool) -> Clip:
    if not is_operator:
        return own_clip(by, clip_id)
    clip = Clip.objects.select_for_update().exclude(publication=states.DELETED).filter(id=clip_id).first()
    if clip is None:
        raise NoSuchClip
    return clip


@transaction.atomic
def retry(*, creator: uuid.UUID, clip_id: uuid.UUID) -> Clip:
    """Try again what failed, from where it stopped; or at once what waits for its next automatic attempt."""
    clip = own_clip(creator, clip_id)
    if clip.processing == states.FAILED:
        if clip.playable_at:
            clip.processing = states.PLAYABLE
        else:
            clip.processing = states.PROBED if clip.probe else states.RECEIVED
    elif clip.processing not in {states.RECEIVED, states.PROBED, states.PLAYABLE} or clip.retry_at is None:
        raise NotNow
    clip.problem, clip.problem_params, clip.retry_at, clip.failures, clip.attempts = "", {}, None, 0, 0
    clip.changed_at = now()
    clip.save(
        update_fields=["processing", "problem", "problem_params", "retry_at", "failures", "attempts", "changed_at"]
    )
    transaction.on_commit(wake)
    return clip
