"""Opening accounts."""

import uuid
from datetime import date

from django.conf import settings
from django.db import IntegrityError, connection, transaction

from parvis.accounts import kinds
from parvis.accounts.errors import AlreadyClaimed, HandleTaken, TooYoung, UnknownLanguage, UnknownMarket
from parvis.accounts.models import Person, PrivateDetails
from parvis.accounts.passkeys import NewPasskey, keep
from parvis.accounts.policies import check_birth_date, check_handle, may_open_account, private_by_default
from parvis.accounts.queries import has_operator
from parvis.cells.keys import create_person_key, seal
from parvis.cells.markets import MARKETS
from parvis.events.actions import record
from parvis.kit.clock import now
from parvis.kit.ids import uuid7

BIRTH_DATE = "accounts_privatedetails.birth_date"
CLAIM_LOCK = 0x50415256  # of pg_advisory_xact_lock: one claim of the installation at a time


def check_new_person(*, handle: str, birth_date: date, home: str, language: str) -> str:
    """Return the handle as it will be stored, or raise what `open_account` would, TooYoung before all else."""
    market = MARKETS.get(home)
    if market is None:
        raise UnknownMarket
    today = now().date()
    check_birth_date(birth_date, today)
    if not may_open_account(birth_date, today, market):
        raise TooYoung
    handle = check_handle(handle)
    if language not in dict(settings.LANGUAGES):
        raise UnknownLanguage
    if Person.objects.filter(handle=handle).exists():
        raise HandleTaken
    return handle


@transaction.atomic
def open_account(
    *,
    handle: str,
    birth_date: date,
    home: str,
    language: str,
    password: str | None = None,
    display_name: str = "",
    bio: str = "",
    passkey: NewPasskey | None = None,
    is_operator: bool = False,
    person_id: uuid.UUID | None = None,
) -> Person:
    """Open an account: the person, their keys, and their birth date sealed with them. Returns the person.

    Without a password the person signs in by the passkey only, which was made for the id that the account gets.
    `person_id` is for somebody who comes from elsewhere with an id, which nobody has here.
    Raises UnknownMarket, BadBirthDate, TooYoung, BadHandle, HandleTaken, UnknownLanguage;
    nothing is stored then, and no message or log carries the date.
    """
    handle = check_new_person(handle=handle, birth_date=birth_date, home=home, language=language)
    person = Person(
        id=passkey.person_id if passkey else person_id or uuid7(),
        home=home,
        handle=handle,
        display_name=display_name,
        bio=bio,
        language=language,
        is_private=private_by_default(birth_date, now().date()),
        is_staff=is_operator,
        is_superuser=is_operator,
    )
    person.set_password(password)
    try:
        with transaction.atomic():
            person.save(force_insert=True)
    except IntegrityError as error:  # somebody took it since we looked
        raise HandleTaken from error
    create_person_key(person.id, home)
    sealed = seal(person.id, BIRTH_DATE, birth_date.isoformat())
    PrivateDetails.objects.create(id=person.id, home=home, person=person, birth_date=sealed)
    if passkey:
        keep(person, passkey.credential, passkey.name)
    record(kinds.JOINED, home=home, actor=person.id, object=person.id)
    return person


def open_operator(*, handle: str, birth_date: date, home: str, language: str, password: str | None) -> Person:
    """Open an account that operates the installation. Raises what `open_account` does."""
    return open_account(
        handle=handle, birth_date=birth_date, home=home, language=language, password=password, is_operator=True
    )


@transaction.atomic
def claim_installation(
    *,
    handle: str,
    birth_date: date,
    home: str,
    language: str,
    password: str | None,
    passkey: NewPasskey | None = None,
) -> Person:
    """Open the first operator's account. AlreadyClaimed if there is one; of two at once, one gets it."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [CLAIM_LOCK])
    if has_operator():
        raise AlreadyClaimed
    return open_account(
        handle=handle,
        birth_date=birth_date,
        home=home,
        language=language,
        password=password,
        passkey=passkey,
        is_operator=True,
    )
