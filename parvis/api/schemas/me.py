"""The caller."""

import uuid
from datetime import datetime
from typing import Annotated, Self

from ninja import Schema
from pydantic import StrictBool, StringConstraints

from parvis.accounts.models import Token
from parvis.accounts.queries import SignIn
from parvis.api.answers import Page
from parvis.api.schemas.people import PersonRef
from parvis.api.schemas.words import NO_NUL, Body


class Me(PersonRef):
    """The caller. `scopes`: what the token allows; null for a browser's session."""

    id: uuid.UUID
    bio: str
    home: str
    language: str
    is_private: bool
    has_email: bool
    scopes: list[str] | None


class MeChange(Body):
    """What to change of oneself; what is left out stays."""

    display_name: Annotated[str, StringConstraints(pattern=NO_NUL, max_length=60)] | None = None
    bio: Annotated[str, StringConstraints(pattern=NO_NUL, max_length=200)] | None = None
    is_private: StrictBool | None = None
    language: Annotated[str, StringConstraints(pattern=NO_NUL, max_length=16)] | None = None


class SessionOut(Schema):
    """A browser in which the caller is signed in."""

    name: str
    browser: str
    system: str
    since: datetime
    seen: datetime
    is_current: bool

    @classmethod
    def of(cls, one: SignIn) -> Self:
        """Return a session; never its key, which would open it."""
        return cls(**{name: getattr(one, name) for name in cls.model_fields})


class Sessions(Page):
    """The caller's sessions."""

    items: list[SessionOut]


class Ended(Schema):
    """How many sessions ended."""

    ended: int


class TokenOut(Schema):
    """A token; itself it is shown once, when it is made."""

    id: uuid.UUID
    name: str
    hint: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None

    @classmethod
    def of(cls, row: Token) -> Self:
        """Return a token's row, without its hash."""
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class Tokens(Page):
    """The caller's tokens, the newest first."""

    items: list[TokenOut]
