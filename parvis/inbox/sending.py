"""Sending what is due to browsers. A job is claimed with a lease before it is sent and is done after: a crash between
the two sends it again, and the topic and the tag that it carries let the second replace the first.
"""

import base64
import hashlib
import logging
import uuid
from collections.abc import Collection
from datetime import timedelta
from typing import Final

import orjson
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from parvis.accounts.bearer import allowed_by
from parvis.accounts.models import Person
from parvis.accounts.queries import are_apart
from parvis.accounts.scopes import MESSAGES, READ, SCOPES
from parvis.accounts.viewer import Viewer
from parvis.cells.errors import Damaged, KeyMissing
from parvis.cells.keys import pseudonym, unseal
from parvis.inbox.actions.push import AUTH, ENDPOINT, P256DH, moment_for
from parvis.inbox.errors import NoSuchChat
from parvis.inbox.models import Notice, PushJob
from parvis.inbox.models.push import CHAT, NOTICE
from parvis.inbox.push.payload import b64decode, encrypt
from parvis.inbox.push.vapid import authorization
from parvis.inbox.queries import chats, notices
from parvis.kit import outward
from parvis.kit.clock import now

log = logging.getLogger(__name__)

LEASE: Final = timedelta(seconds=60)
PAUSE: Final = timedelta(seconds=30)
FAILURES_MOST: Final = 6
LIFE_SECONDS: Final = 24 * 3600
WORDS: Final = 160
GONE: Final = frozenset({404, 410})
OF_JOB: Final = {NOTICE: READ, CHAT: MESSAGES}


def send_one() -> bool:
    """Send one job that is due; return whether there was one."""
    job = _claim()
    if job is None:
        return False
    may = moment_for(job.person, now())
    if may > now():
        PushJob.objects.filter(id=job.id).update(due_at=may, lease_until=None)
        return True
    allowed = _allowed(job)
    if allowed is None:
        job.subscription.delete()  # its jobs go with it
        return True
    message = message_of(job) if OF_JOB[job.kind] in allowed else None
    if message is None:
        _done(job)
    else:
        _send(job, message)
    return True


def _allowed(job: PushJob) -> Collection[str] | None:
    """Return what the program may know that had the browser called; None where its token opens nothing any more."""
    token = job.subscription.token_id
    return SCOPES if token is None else allowed_by(token)


def _claim() -> PushJob | None:
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=now())
    with transaction.atomic():
        due = PushJob.objects.select_for_update(skip_locked=True, of=("self",)).filter(free, due_at__lte=now())
        job = due.select_related("person", "subscription").order_by("due_at").first()
        if job is not None:
            PushJob.objects.filter(id=job.id).update(lease_until=now() + LEASE)
    return job


def viewer_of(person: Person) -> Viewer:
    """Return a person as the worker looks for them."""
    return Viewer(pseudonym(person.id), person.home, person.language, person_id=person.id, handle=person.handle)


def message_of(job: PushJob) -> dict[str, str] | None:
    """Return what a job says now, in the person's language; None where there is nothing left to say."""
    with override(job.person.language):
        try:
            viewer = viewer_of(job.person)
            return _of_notice(viewer, job.subject) if job.kind == NOTICE else _of_chat(viewer, job.subject)
        except (NoSuchChat, KeyMissing, Damaged):
            return None


def _of_notice(viewer: Viewer, notice_id: uuid.UUID) -> dict[str, str] | None:
    row = Notice.objects.filter(id=notice_id, person=viewer.person_id, read_at__isnull=True).first()
    shown = notices.for_viewer(viewer).shown([row]) if row else []
    if not shown:
        return None
    body = f"{shown[0].sentence}\n{shown[0].quote}".strip()
    return {"title": _("Parvis"), "body": body[:WORDS], "url": shown[0].link, "tag": f"notice-{notice_id}"}


def _of_chat(viewer: Viewer, conversation: uuid.UUID) -> dict[str, str] | None:
    chat = chats.for_viewer(viewer).one(conversation)
    if not chat.unread or chat.is_muted or chat.is_request:
        return None
    if chat.other is not None and are_apart(viewer.person_id, chat.other.id):
        return None
    return {
        "title": chat.name,
        "body": chat.preview[:WORDS],
        "url": f"/messages/{conversation}",
        "tag": f"chat-{conversation}",
    }


def _send(job: PushJob, message: dict[str, str]) -> None:
    browser, person = job.subscription, job.person_id
    try:
        endpoint = unseal(person, ENDPOINT, browser.endpoint)
        keys = [
            b64decode(unseal(person, name, sealed)) for name, sealed in ((P256DH, browser.p256dh), (AUTH, browser.auth))
        ]
        answer = outward.post(endpoint, _headers(endpoint, job), encrypt(orjson.dumps(message), keys[0], keys[1]))
    except (outward.NotPublic, KeyMissing, Damaged):
        browser.delete()
        return
    except outward.Unreachable:
        _later(job, None)
        return
    if answer.status in GONE:
        browser.delete()  # its jobs go with it
    elif answer.status == 429 or answer.status >= 500:
        _later(job, answer.retry_after)
    else:
        if answer.status >= 300:
            log.warning("a push service refused a message: %s", answer.status)
        _done(job)


def _headers(endpoint: str, job: PushJob) -> dict[str, str]:
    topic = hashlib.sha256(f"{job.kind}:{job.subject}".encode()).digest()[:24]
    return {
        "Authorization": authorization(endpoint),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(LIFE_SECONDS),
        "Topic": base64.urlsafe_b64encode(topic).decode(),
        "Urgency": "normal",
    }


def _done(job: PushJob) -> None:
    """Close a job, unless something new came while it was sent."""
    PushJob.objects.filter(id=job.id, queued_at=job.queued_at).update(due_at=None, sent_at=now(), lease_until=None)
    PushJob.objects.filter(id=job.id).update(lease_until=None)


def _later(job: PushJob, seconds: int | None) -> None:
    if job.failures + 1 >= FAILURES_MOST:
        _done(job)
        return
    pause = timedelta(seconds=min(seconds, LIFE_SECONDS)) if seconds else PAUSE * 2**job.failures
    PushJob.objects.filter(id=job.id).update(failures=job.failures + 1, due_at=now() + pause, lease_until=None)
