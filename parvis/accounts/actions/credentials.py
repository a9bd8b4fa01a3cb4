"""How a person proves who they are: password, passkeys, authenticator app, recovery codes."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, validate_totp_code
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from parvis.accounts import kinds, passkeys
from parvis.accounts.actions.sessions import end_other_sessions
from parvis.accounts.errors import LastWayIn, WeakPassword, WrongCode
from parvis.accounts.models import Person
from parvis.accounts.queries import ways_in
from parvis.events.actions import record


def check_new_password(password: str, person: Person | None) -> None:
    """Raise WeakPassword, with the reasons in words, unless the password meets the rules."""
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise WeakPassword(reasons=" ".join(error.messages)) from error


@transaction.atomic
def set_password(person: Person, password: str, *, keep_session: str | None) -> None:
    """Give a person a new password and end every session but `keep_session`. Raises WeakPassword."""
    check_new_password(password, person)
    person.set_password(password)
    person.save(update_fields=["password"])
    _note(person, "password")
    end_other_sessions(person, keep_session)


@transaction.atomic
def remove_password(person: Person) -> None:
    """Take the password away. LastWayIn unless a passkey remains."""
    _lock(person)
    if not ways_in(person).passkeys:
        raise LastWayIn
    person.set_unusable_password()
    person.save(update_fields=["password"])
    _note(person, "password")


@transaction.atomic
def add_passkey(person: Person, credential: dict[str, Any], name: str) -> Authenticator:
    """Add a passkey that `passkeys.check_made` returned."""
    authenticator = passkeys.keep(person, credential, name)
    _note(person, "passkeys")
    return authenticator


@transaction.atomic
def rename_passkey(person: Person, passkey: Authenticator, name: str) -> None:
    """Give a passkey of the person another name."""
    passkey.data["name"] = name[: passkeys.NAME_LONGEST]
    passkey.save(update_fields=["data"])
    _note(person, "passkeys")


@transaction.atomic
def remove_passkey(person: Person, passkey: Authenticator) -> None:
    """Remove a passkey of the person. LastWayIn if it is the only way to sign in."""
    _lock(person)
    ways = ways_in(person)
    if ways.passkeys <= 1 and not ways.password:
        raise LastWayIn
    passkey.delete()
    _note(person, "passkeys")


@transaction.atomic
def turn_on_second_step(person: Person, secret: str, code: str) -> list[str]:
    """Ask the person for a code of an authenticator app from now on. Returns fresh recovery codes, to show once.

    `secret` is the base32 secret that the app was given; WrongCode unless `code` is what the app shows for it now.
    """
    if not validate_totp_code(secret, code):
        raise WrongCode
    _lock(person)
    Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).delete()
    TOTP.activate(person, secret)
    _note(person, "second-step")
    return new_recovery_codes(person)


@transaction.atomic
def turn_off_second_step(person: Person) -> None:
    """Ask for no second step any more; its recovery codes go with it."""
    types = [Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES]
    Authenticator.objects.filter(user=person, type__in=types).delete()
    _note(person, "second-step")


@transaction.atomic
def new_recovery_codes(person: Person) -> list[str]:
    """Replace the recovery codes; return the new ones, to show once. Each works one time."""
    _lock(person)
    Authenticator.objects.filter(user=person, type=Authenticator.Type.RECOVERY_CODES).delete()
    codes: list[str] = RecoveryCodes.activate(person).get_unused_codes()
    _note(person, "recovery-codes")
    return codes


def check_second_factor(person: Person, code: str) -> Authenticator:
    """Return the authenticator app or the recovery codes that the code fits, using it up. WrongCode otherwise."""
    types = [Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES]
    mine: QuerySet[Authenticator] = Authenticator.objects.filter(user=person, type__in=types)
    for authenticator in mine.order_by("-type"):
        if authenticator.wrap().validate_code(code):  # type: ignore[no-untyped-call]
            return authenticator
    raise WrongCode


def _lock(person: Person) -> None:
    Person.objects.select_for_update().get(id=person.id)


def _note(person: Person, changed: str) -> None:
    record(kinds.CHANGED, home=person.home, actor=person.id, object=person.id, data={"changed": [changed]})
