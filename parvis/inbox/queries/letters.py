"""What letters tell, and when: nothing that the page of news does not show its person."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings

from parvis.accounts.bounds import bounds_of
from parvis.accounts.models import Person
from parvis.accounts.queries import age_band_of
from parvis.accounts.viewer import Viewer
from parvis.inbox.errors import NoSuchLetter
from parvis.inbox.models import Notice, Preferences
from parvis.inbox.queries.notices import Shown, choices_of, for_viewer
from parvis.inbox.quiet import letter_spans, may_disturb_at, next_letter, zone_of
from parvis.kit.signing import BadSignatureError, sign, unsign

LINES: Final = 20
KEY: Final = "letters"
SETTLED: Final = timedelta(minutes=5)  # the worker may hear of an event a little later than it happened


@dataclass(frozen=True)
class Letter:
    """What a letter tells: the newest news, and how much there is `more`."""

    news: list[Shown]
    more: int


def news_for(viewer: Viewer, since: datetime | None, until: datetime) -> Letter | None:
    """Return what a person has not read of what happened between two moments, of the kinds that they want by letter;
    None if that is nothing."""
    if viewer.person_id is None:
        return None
    kinds = [name for name, choice in choices_of(viewer.person_id).items() if choice.digest]
    unread = Notice.objects.filter(
        person_id=viewer.person_id, home=viewer.home, is_listed=True, read_at__isnull=True, kind__in=kinds
    )
    if since is not None:
        unread = unread.filter(at__gt=since)
    rows = unread.filter(at__lte=until).order_by("-at", "-id")
    news = for_viewer(viewer).shown(rows[:LINES])
    return Letter(news, max(rows.count() - LINES, 0)) if news else None


def next_due(person: Person, chosen: Preferences, after: datetime) -> datetime:
    """Return when a person's next letter is due."""
    quiet = letter_spans(chosen.quiet, age_band_of(person), bounds_of(person.id).quiet)
    return next_letter(after, often=chosen.digest, zone=zone_of(chosen.zone, person.home), quiet=quiet)


def may_come_at(person: Person, chosen: Preferences, at: datetime) -> datetime:
    """Return the first moment from `at` on at which a letter to a person disturbs no quiet hour."""
    quiet = letter_spans(chosen.quiet, age_band_of(person), bounds_of(person.id).quiet)
    return may_disturb_at(at, zone=zone_of(chosen.zone, person.home), quiet=quiet)


def stop_address(person: uuid.UUID) -> str:
    """Return the address at which a person's letters are stopped without signing in (RFC 8058)."""
    key = sign(KEY, person.bytes, settings.SECRET_KEY.encode())
    return f"{settings.PARVIS_ORIGIN}/letters/stop?key={key}"


def person_of_key(key: str) -> uuid.UUID:
    """Return whose letters an address stops. NoSuchLetter for one that nobody was sent."""
    try:
        return uuid.UUID(bytes=unsign(KEY, key, settings.SECRET_KEY.encode()))
    except (BadSignatureError, ValueError) as error:
        raise NoSuchLetter from error
