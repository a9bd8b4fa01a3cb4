"""Slow work of this package: what the worker runs, from rows."""

import logging
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext, override

from parvis.accounts.queries import email_of
from parvis.events.reconcile import Reconciler
from parvis.kit.clock import now
from parvis.safety.actions.effects import end_suspension
from parvis.safety.actions.looks import sweep
from parvis.safety.looks import index_looks
from parvis.safety.models import Decision
from parvis.safety.queries import statement_address, statement_of, suspensions_over

log = logging.getLogger(__name__)

LONGEST_PAUSE = timedelta(hours=1)


@transaction.atomic
def end_one_suspension() -> bool:
    """Open one account again whose suspension is over; return whether there was one."""
    decision = suspensions_over().select_for_update(skip_locked=True, of=("self",)).first()
    if decision is None:
        return False
    end_suspension(decision)
    return True


@transaction.atomic
def send_letter() -> bool:
    """Tell one person by e-mail what was decided, if they have a verified address; return whether one was due.

    The row is locked while the letter goes out: a crash after sending and before the commit sends it again.
    """
    due = Decision.objects.select_for_update(skip_locked=True, of=("self",)).filter(letter_due_at__lte=now())
    decision = due.order_by("letter_due_at").select_related("case", "person", "appeal").first()
    if decision is None:
        return False
    decision.letter_due_at = None
    address = email_of(decision.person)
    if address is not None and not _send(decision, address):
        pause = min(timedelta(seconds=5 * 2 ** min(decision.letter_failures, 12)), LONGEST_PAUSE)
        decision.letter_due_at, decision.letter_failures = now() + pause, decision.letter_failures + 1
    decision.save(update_fields=["letter_due_at", "letter_failures"])
    return True


def _send(decision: Decision, address: str) -> bool:
    with override(decision.person.language):
        statement = statement_of(decision)
        link = f"{settings.PARVIS_ORIGIN}{statement_address(decision)}"
        context = {"statement": statement, "decision": decision, "person": decision.person, "link": link}
        heard = statement.appeal is not None and statement.appeal.heard_at is not None
        subject = gettext("Your appeal at Parvis") if heard else gettext("A decision about you at Parvis")
        body = render_to_string(f"safety/letters/{'heard' if heard else 'decided'}.txt", context)
        try:
            EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [address]).send()
        except OSError as error:  # every failure of SMTP and of the network is one
            log.warning("letter not sent: %s", type(error).__name__)
            return False
    return True


RECONCILERS = (
    Reconciler("safety: letters", send_letter),
    Reconciler("safety: copies of blocked clips", sweep, idle_seconds=5.0),
    Reconciler("safety: index of blocked looks", index_looks, idle_seconds=30.0),
    Reconciler("safety: suspensions that end", end_one_suspension, idle_seconds=30.0),
)
