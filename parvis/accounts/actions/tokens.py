"""Tokens: how a person lets a program act for them."""

import hashlib
import secrets
import uuid
from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction

from parvis.accounts import kinds, scopes
from parvis.accounts.errors import NoSuchToken, TooManyTokens
from parvis.accounts.models import Person, Token
from parvis.events.actions import record
from parvis.kit.clock import now

PREFIX = "parvis_"  # scanners of leaked secrets find it by this
MOST = 50
MOST_DAYS = 366


def hash_of(secret: str) -> bytes:
    """Return the hash by which a token is found. A token has 256 random bits, so that one plain round is enough."""
    return hashlib.sha256(secret.encode(errors="replace")).digest()


@transaction.atomic
def create_token(*, person: Person, name: str, allowed: Iterable[str], days: int) -> tuple[Token, str]:
    """Make a token for a program; returns its row, and itself, which nobody can ever read again.

    `allowed` are words of `scopes.SCOPES`; `days` is 1 to MOST_DAYS. Raises TooManyTokens.
    """
    list(Person.objects.select_for_update().filter(id=person.id))  # of two at once the second counts the first
    if Token.objects.filter(person=person, expires_at__gt=now()).count() >= MOST:
        raise TooManyTokens
    secret = PREFIX + secrets.token_urlsafe(32)
    token = Token.objects.create(
        home=person.home,
        person=person,
        name=name,
        hint=secret[-4:],
        token_hash=hash_of(secret),
        scopes=scopes.known(allowed),
        expires_at=now() + timedelta(days=days),
    )
    record(kinds.TOKEN_MADE, home=person.home, actor=person.id, object=token.id)
    return token, secret


@transaction.atomic
def end_token(*, person: Person, token_id: uuid.UUID) -> None:
    """Take a token back: it opens nothing from the next request on. Raises NoSuchToken for another person's."""
    ended, _ = Token.objects.filter(id=token_id, person=person).delete()
    if not ended:
        raise NoSuchToken
    record(kinds.TOKEN_ENDED, home=person.home, actor=person.id, object=token_id)
