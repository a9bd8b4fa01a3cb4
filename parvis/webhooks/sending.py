"""Sending what is due. A worker claims an endpoint with a lease, sends one call, and notes what came of it: killed
between the two, the lease runs out and the call comes again under the same id.

An endpoint is called by one worker at a time, and goes to the end of the queue after each call: whoever answers slowly
keeps nobody else waiting. One that fails rests before anything else is tried with it.
"""

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import F, Min

from parvis.cells.errors import Damaged, KeyMissing
from parvis.kit import outward
from parvis.kit.clock import now
from parvis.webhooks.actions.endpoints import end_with_tokens, pause
from parvis.webhooks.models import GONE, INNER, SILENT, Delivery, Endpoint
from parvis.webhooks.payloads import body_of, may_tell
from parvis.webhooks.policies import PATIENCE, pause_after, rest_after, signed
from parvis.webhooks.queries import secrets_of, shown

LEASE: Final = timedelta(seconds=30)
TIMEOUT: Final = 5.0
LONGEST_WAIT: Final = 6 * 3600  # of what an answer may ask for
IS_GONE: Final = 410
PLAIN: Final = {"Content-Type": "application/json", "User-Agent": "Parvis-Webhooks/1"}


def send_one() -> bool:
    """Send one call that is due; return whether an endpoint was."""
    endpoint = _claim()
    if endpoint is None:
        return False
    due = Delivery.objects.select_related("person__details").filter(endpoint=endpoint, due_at__lte=now())
    job = due.order_by("due_at", "id").first()
    if job is not None:
        _send(endpoint, job)
    _settle(endpoint)
    return True


def _claim() -> Endpoint | None:
    with transaction.atomic():
        due = Endpoint.objects.select_for_update(skip_locked=True, of=("self",)).filter(due_at__lte=now())
        found = due.select_related("person", "app__person").order_by("due_at").first()
        if found is not None:
            Endpoint.objects.filter(id=found.id).update(due_at=now() + LEASE)
    return found


def _send(endpoint: Endpoint, job: Delivery) -> None:
    try:
        body = body_of(endpoint, job) if may_tell(endpoint, job) else None
        if body is None:
            job.delete()
            end_with_tokens(Endpoint.objects.filter(id=endpoint.id))
            return
        moment = now()
        headers = PLAIN | signed(secrets_of(endpoint, moment), str(job.id), moment, body)
        address = shown(endpoint).address
        answer = outward.post(address, headers, body, timeout=TIMEOUT, here=settings.DEBUG)
    except (KeyMissing, Damaged):
        job.delete()  # the account of one of the two is being erased
    except outward.NotPublic:
        _failed(endpoint, job, None, stop=INNER)
    except outward.Unreachable:
        _failed(endpoint, job, None)
    else:
        if 200 <= answer.status < 300:
            _arrived(endpoint, job, answer.status)
        else:
            _failed(endpoint, job, answer, stop=GONE if answer.status == IS_GONE else "")


@transaction.atomic
def _arrived(endpoint: Endpoint, job: Delivery, status: int) -> None:
    Endpoint.objects.filter(id=endpoint.id, failures__gt=0).update(failures=0, failing_since=None)
    Delivery.objects.filter(id=job.id).update(
        due_at=None, tries=F("tries") + 1, tried_at=now(), answered=status, arrived_at=now()
    )


@transaction.atomic
def _failed(endpoint: Endpoint, job: Delivery, answer: outward.Answered | None, *, stop: str = "") -> None:
    """Note a failure: try again later, or give the call up; pause the endpoint where nothing arrives any more."""
    wait = pause_after(job.tries + 1)
    if wait is not None and answer is not None and answer.retry_after:
        wait = max(wait, timedelta(seconds=min(answer.retry_after, LONGEST_WAIT)))
    Delivery.objects.filter(id=job.id).update(
        due_at=None if wait is None else now() + wait,
        tries=job.tries + 1,
        tried_at=now(),
        answered=answer.status if answer else None,
    )
    row = Endpoint.objects.select_for_update().filter(id=endpoint.id).first()
    if row is None:
        return
    since = row.failing_since or now()
    Endpoint.objects.filter(id=row.id).update(failures=row.failures + 1, failing_since=since)
    if stop or now() - since > PATIENCE:
        pause(row, stop or SILENT)


@transaction.atomic
def _settle(endpoint: Endpoint) -> None:
    """Give an endpoint back: due again when something of it is, after its rest. The row is locked while that is looked
    up: what is queued meanwhile waits, and finds it as it is left."""
    row = Endpoint.objects.select_for_update().filter(id=endpoint.id).first()
    if row is None or row.paused_at is not None:
        return
    due = Delivery.objects.filter(endpoint=row).aggregate(due=Min("due_at"))["due"]
    if due is not None:
        earliest = now() + rest_after(row.failures) if row.failures else now()
        due = max(due, earliest)
    Endpoint.objects.filter(id=row.id).update(due_at=due)
