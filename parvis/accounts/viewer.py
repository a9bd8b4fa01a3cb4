"""The viewer: who looks, as every query takes it. Carried in a signed cookie, so that the hot path asks no database."""

import hashlib
import uuid
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import orjson
from django.conf import settings
from django.http import HttpRequest

from parvis.kit.clock import ms
from parvis.kit.ids import uuid7
from parvis.kit.signing import BadSignatureError, sign, unsign

COOKIE: Final = f"{settings.PARVIS_COOKIE_PREFIX}parvis_viewer"
PURPOSE: Final = "viewer"
_NAMED: Final = f"{COOKIE}="
FRESH_MS: Final = 10 * 60 * 1000
ANONYMOUS_FRESH_MS: Final = 30 * 24 * 3600 * 1000

UNDER_16: Final = "under-16"
TEEN: Final = "16-17"
ADULT: Final = "adult"
UNKNOWN_AGE: Final = "unknown"


@dataclass(frozen=True)
class Viewer:
    """Somebody who looks. `person_id` is None for a visitor who is not signed in.

    `pseudonym` keys activity; `session` names the sign-in session (a hash, for revocation); `issued_ms` is when the
    cookie was made. `age_band` is one of the four constants of this module. `token`: the id of the token of a program
    that looks for the person (an app's: of the consent); no cookie carries it.
    """

    pseudonym: uuid.UUID
    home: str
    language: str
    person_id: uuid.UUID | None = None
    handle: str = ""
    name: str = ""
    avatar_key: str = ""
    age_band: str = UNKNOWN_AGE
    is_operator: bool = False
    session: str = ""
    issued_ms: int = 0
    token: uuid.UUID | None = None

    @property
    def is_signed_in(self) -> bool:
        """Whether the viewer has an account and is signed in."""
        return self.person_id is not None

    @property
    def display_name(self) -> str:
        """What to call the viewer."""
        return self.name or self.handle

    @property
    def avatar_url(self) -> str | None:
        """Address of the viewer's picture, or None."""
        return f"/avatars/{self.avatar_key}" if self.avatar_key else None

    @property
    def is_fresh(self) -> bool:
        """Whether the cookie that carried this viewer may still be trusted without asking the database."""
        age = ms() - self.issued_ms
        return -60_000 < age < (FRESH_MS if self.is_signed_in else ANONYMOUS_FRESH_MS)

    def same_as(self, other: "Viewer") -> bool:
        """Whether two viewers differ in nothing but when they were issued."""
        return replace(self, issued_ms=0) == replace(other, issued_ms=0)


class Request(HttpRequest):
    """A request as our views get it: ViewerMiddleware has put `viewer` on it. For annotations only.

    `scopes` is what the token of a program allows, `counted` the id by which its calls are counted; both None where a
    cookie says who looks.
    """

    viewer: Viewer
    scopes: frozenset[str] | None
    counted: uuid.UUID | None


def token_session(token: uuid.UUID) -> str:
    """Return what names a token where a session is named: what was begun with it ends with it."""
    return session_name(f"token:{token}")


def session_name(session_key: str) -> str:
    """Return the short hash that names a session in cookies and events; the key itself opens the session."""
    return hashlib.sha256(f"session:{session_key}".encode()).hexdigest()[:16]


def anonymous(home: str, language: str) -> Viewer:
    """Return a new visitor with a pseudonym of its own."""
    return Viewer(pseudonym=uuid7(), home=home, language=language)


def encode(viewer: Viewer) -> str:
    """Return the signed cookie value of a viewer, stamped with this moment."""
    row = [
        viewer.pseudonym, viewer.home, viewer.language, viewer.person_id, viewer.handle, viewer.name,
        viewer.avatar_key, viewer.age_band, viewer.is_operator, viewer.session, ms(),
    ]  # fmt: skip
    return sign(PURPOSE, orjson.dumps(row), settings.SECRET_KEY.encode())


def decode(value: str) -> Viewer | None:
    """Return the viewer of a cookie value, or None if we did not sign it. It may be stale: ask `is_fresh`."""
    return _decoded(value, settings.SECRET_KEY)


@lru_cache(maxsize=4096)
def _decoded(value: str, secret: str) -> Viewer | None:
    """The same value comes with every request of a visitor for minutes; what it means never changes."""
    try:
        row = orjson.loads(unsign(PURPOSE, value, secret.encode()))
        pseudonym, home, language, person, *rest = row
        return Viewer(uuid.UUID(pseudonym), home, language, uuid.UUID(person) if person else None, *rest)
    except (BadSignatureError, orjson.JSONDecodeError, ValueError, TypeError):
        return None


def read(cookie_header: str) -> Viewer | None:
    """Return the viewer that a raw Cookie header carries, or None. As `decode`: it may be stale, ask `is_fresh`."""
    return _read(cookie_header, settings.SECRET_KEY)


@lru_cache(maxsize=4096)
def _read(cookie_header: str, secret: str) -> Viewer | None:
    start = 0 if cookie_header.startswith(_NAMED) else cookie_header.find(f"; {_NAMED}") + 2
    if start == 1:  # not found
        return None
    value, _, _ = cookie_header[start + len(_NAMED) :].partition(";")
    return _decoded(value.strip(), secret)
