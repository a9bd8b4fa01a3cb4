"""Passkeys (WebAuthn, W3C Level 2), on top of the sign-in library's server side. The challenge waits in the session."""

import struct
import uuid
from dataclasses import dataclass
from typing import Any

import orjson
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest
from fido2.utils import websafe_decode

from parvis.accounts.errors import PasskeyRefused
from parvis.accounts.models import Person
from parvis.kit.clock import now

VISITOR_SECONDS = 900
NAME_LONGEST = 40

# What a hostile answer can make the decoders raise.
_BAD = (
    ValidationError, ValueError, TypeError, KeyError, IndexError, AttributeError, AssertionError, OverflowError,
    NotImplementedError, struct.error, RecursionError,
)  # fmt: skip


def _shorten_visit(request: HttpRequest) -> None:
    """Let the session of a visitor, which only holds the challenge, die soon."""
    if not request.user.is_authenticated:
        request.session.set_expiry(VISITOR_SECONDS)


@dataclass(frozen=True)
class NewPasskey:
    """A passkey that was made and checked for a person whose account is not open yet."""

    person_id: uuid.UUID
    credential: dict[str, Any]
    name: str


def begin_making(request: HttpRequest, person: Person) -> dict[str, Any]:
    """Return the options for navigator.credentials.create. The passkey keeps the person's id, stored or not yet."""
    _shorten_visit(request)
    options: dict[str, Any] = auth.begin_registration(person, passwordless=True)
    return options


def check_made(text: str) -> dict[str, Any]:
    """Return the credential that a browser made for the waiting challenge. PasskeyRefused for anything else."""
    credential = _parse(text)
    try:
        auth.parse_registration_response(credential)
        auth.complete_registration(credential)
    except _BAD as error:
        raise PasskeyRefused from error
    return credential


def keep(person: Person, credential: dict[str, Any], name: str) -> Authenticator:
    """Store a checked passkey of a person under a name."""
    return auth.WebAuthn.add(person, name[:NAME_LONGEST], credential).instance  # type: ignore[no-any-return]


def begin_using(request: HttpRequest, person: Person | None = None) -> dict[str, Any]:
    """Return the options for navigator.credentials.get: for the passkeys of one person, or for any."""
    _shorten_visit(request)
    options: dict[str, Any] = auth.begin_authentication(person)
    return options


def check_used(text: str, person: Person | None = None) -> Authenticator:
    """Return the passkey that answered the waiting challenge.

    Without `person` it may be anybody's: the answer names its owner. PasskeyRefused for a wrong answer, an unknown
    passkey, somebody else's, or an account that is neither active nor leaving; all alike.
    """
    credential = _parse(text)
    known = Q(is_active=True) | Q(leaves_at__gt=now())
    owner = person or Person.objects.filter(known, id=_owner_id(credential)).first()
    if owner is None:
        raise PasskeyRefused
    try:
        auth.parse_authentication_response(credential)
        return auth.complete_authentication(owner, credential)
    except _BAD as error:
        raise PasskeyRefused from error


def _parse(text: str) -> dict[str, Any]:
    try:
        credential = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise PasskeyRefused from error
    if not isinstance(credential, dict):
        raise PasskeyRefused
    return credential


def _owner_id(credential: dict[str, Any]) -> uuid.UUID | None:
    try:
        return uuid.UUID(websafe_decode(credential["response"]["userHandle"]).decode())
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def first_of(person: Person) -> Authenticator:
    """Return the oldest passkey of a person who has one."""
    first: Authenticator = Authenticator.objects.filter(user=person, type=Authenticator.Type.WEBAUTHN).earliest("id")
    return first
