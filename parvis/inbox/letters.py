"""Letters of news, as often as a person chose. Reconciled from rows: `Preferences.digest_at` is the queue.

A letter is claimed by moving `digest_at` on to the next one, and only then sent; after that `digest_until` notes what
it told. So nobody gets the same letter twice, whatever crashes. The risk that is left: between sending and noting a
crash lets the next letter, a day or a week later, tell that news once more; before sending, it lets this letter's news
wait for the next one. A mail server that took a letter but could not say so gets it again with the same Message-ID.
"""

import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext, override

from parvis.accounts.queries import email_of
from parvis.cells.errors import Damaged, KeyMissing
from parvis.inbox.models import Preferences
from parvis.inbox.queries.letters import SETTLED, Letter, may_come_at, news_for, next_due, stop_address
from parvis.inbox.sending import viewer_of
from parvis.kit.clock import now

log = logging.getLogger(__name__)

PAUSE: Final = timedelta(minutes=5)
FAILURES_MOST: Final = 5


@dataclass(frozen=True)
class Claimed:
    """A letter that is to be sent: `chosen` as it was before the claim, and up to when the letter tells."""

    chosen: Preferences
    until: datetime


def send_letter() -> bool:
    """Send one letter that is due; return whether one was."""
    claimed = _claim()
    if claimed is None:
        return False
    if _send(claimed):
        _note(claimed)
    return True


@transaction.atomic
def _claim() -> Claimed | None:
    """Return a letter that nobody else sends, or None; one that would come in a quiet hour is put off first."""
    due = Preferences.objects.select_for_update(skip_locked=True, of=("self",)).select_related("person")
    while True:
        chosen = due.filter(digest_at__lte=now(), person__is_active=True).order_by("digest_at").first()
        if chosen is None:
            return None
        may = may_come_at(chosen.person, chosen, now())
        is_now = may <= now()
        digest_at = next_due(chosen.person, chosen, now()) if is_now else may
        Preferences.objects.filter(id=chosen.id).update(digest_at=digest_at)
        if is_now:
            return Claimed(chosen, now() - SETTLED)


def _send(claimed: Claimed) -> bool:
    """Send a letter, if there is anything to tell and somewhere to send it; return whether its news are told."""
    person = claimed.chosen.person
    with override(person.language):
        try:
            address = email_of(person)
            letter = news_for(viewer_of(person), claimed.chosen.digest_until, claimed.until) if address else None
        except (KeyMissing, Damaged):
            return False
        if address is None or letter is None:
            return True
        try:
            _written(claimed, letter, address).send()
        except OSError as error:  # every failure of SMTP and of the network is one
            log.warning("letter of news not sent: %s", type(error).__name__)
            _later(claimed.chosen)
            return False
    return True


def _written(claimed: Claimed, letter: Letter, address: str) -> EmailMultiAlternatives:
    stop = stop_address(claimed.chosen.person_id)
    context = {"letter": letter, "person": claimed.chosen.person, "origin": settings.PARVIS_ORIGIN, "stop": stop}
    mail = EmailMultiAlternatives(
        gettext("Your news at Parvis"),
        render_to_string("inbox/letters/news.txt", context),
        settings.DEFAULT_FROM_EMAIL,
        [address],
        headers={
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
            "Message-ID": _message_id(claimed),
        },
    )
    mail.attach_alternative(render_to_string("inbox/letters/news.html", context), "text/html")
    return mail


def _message_id(claimed: Claimed) -> str:
    """The same for each try of one day."""
    chosen = claimed.chosen
    text = f"{chosen.id}:{chosen.digest_until}:{claimed.until.date()}"
    return f"<{hashlib.sha256(text.encode()).hexdigest()[:32]}@{urlsplit(settings.PARVIS_ORIGIN).hostname}>"


def _note(claimed: Claimed) -> None:
    Preferences.objects.filter(id=claimed.chosen.id).update(digest_until=claimed.until, digest_failures=0)


def _later(chosen: Preferences) -> None:
    """Try again soon, FAILURES_MOST times; then with the next letter. What the person chose meanwhile stays."""
    failures = chosen.digest_failures + 1
    if failures > FAILURES_MOST:
        Preferences.objects.filter(id=chosen.id).update(digest_failures=0)
        return
    again = now() + PAUSE * 2**failures
    same = Preferences.objects.filter(id=chosen.id, digest=chosen.digest)
    same.update(digest_failures=failures, digest_at=again)
