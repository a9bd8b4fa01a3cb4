"""Slow work of this package: letters on their way, and the sweep of what is over."""

import logging
import secrets
import time
from datetime import timedelta

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext, override

from parvis.accounts.actions.email import LIFE, code_hash
from parvis.accounts.models import EmailCode, Person
from parvis.accounts.queries import EMAIL, PENDING_EMAIL, email_is_anothers
from parvis.cells.keys import unseal
from parvis.events.reconcile import Reconciler
from parvis.kit.clock import now

log = logging.getLogger(__name__)

LONGEST_PAUSE = timedelta(minutes=10)
SWEEP_EVERY = 3600.0


def send_letter() -> bool:
    """Send one letter that is due; return whether there was one.

    The code is made here and only its hash is stored. A crash after sending and before the commit sends the letter
    again with another code: the newest letter holds.
    """
    with transaction.atomic():
        due = EmailCode.objects.select_for_update(skip_locked=True, of=("self",)).filter(send_at__lte=now())
        code = due.order_by("send_at").first()
        if code is None:
            return False
        person = code.person
        if person is not None and code.expires_at > now() and not _send(code, person):
            return True
        code.send_at = None
        code.save(update_fields=["send_at", "code_hash", "expires_at"])
    return True


def _send(code: EmailCode, person: Person) -> bool:
    digits = f"{secrets.randbelow(10**6):06d}"
    try:
        _letter(code, person, digits).send()
    except OSError as error:  # every failure of SMTP and of the network is one
        pause = min(timedelta(seconds=5 * 2**code.failures), LONGEST_PAUSE)
        EmailCode.objects.filter(id=code.id).update(failures=code.failures + 1, send_at=now() + pause)
        log.warning("letter not sent, next try in %s: %s", pause, type(error).__name__)
        return False
    code.code_hash = code_hash(code, digits)
    code.expires_at = now() + LIFE
    return True


def _letter(code: EmailCode, person: Person, digits: str) -> EmailMessage:
    if code.purpose == EmailCode.VERIFY:
        address = unseal(person.id, PENDING_EMAIL, code.email or b"")
        kind = "taken" if email_is_anothers(person, address) else "verify"
    else:
        address = unseal(person.id, EMAIL, person.details.email or b"")
        kind = "reset"
    context = {
        "handle": person.handle,
        "digits": digits,
        "minutes": int(LIFE.total_seconds() // 60),
        "origin": settings.PARVIS_ORIGIN,
    }
    with override(code.language):
        subjects = {
            "verify": gettext("Your code for Parvis: %(digits)s"),
            "reset": gettext("A new password for Parvis"),
            "taken": gettext("Your address at Parvis"),
        }
        body = render_to_string(f"accounts/letters/{kind}.txt", context)
        return EmailMessage(subjects[kind] % {"digits": digits}, body, settings.DEFAULT_FROM_EMAIL, [address])


def sweep() -> None:
    """Delete what is over: sessions, codes, full buckets, cache entries."""
    Session.objects.filter(expire_date__lt=now()).delete()
    EmailCode.objects.filter(expires_at__lt=now() - LIFE).delete()
    with connection.cursor() as cursor:
        cursor.execute(
            """delete from usersessions_usersession u
               where not exists (select 1 from django_session s where s.session_key = u.session_key)"""
        )
        cursor.execute("delete from accounts_bucket where at < now() - interval '1 day'")
        cursor.execute("delete from accounts_cache where expires < now()")


class Sweep:
    """Sweeps once an hour in each worker, however often it is woken."""

    def __init__(self) -> None:
        self.due = 0.0

    def step(self) -> bool:
        """Sweep if the hour is over; never more than once in a row."""
        if time.monotonic() >= self.due:
            self.due = time.monotonic() + SWEEP_EVERY
            sweep()
        return False


RECONCILERS = (
    Reconciler("accounts: letters", send_letter),
    Reconciler("accounts: sweep", Sweep().step, idle_seconds=60.0),
)
