"""The caller: profile, settings, sessions, tokens. What guards the account itself (passwords, passkeys, the e-mail
address, new tokens) is done in a browser, where the person shows again that it is they."""

import uuid
from typing import Any

from ninja import File, Router, Status
from ninja.files import UploadedFile

from parvis.accounts import scopes
from parvis.accounts.actions import profile
from parvis.accounts.actions.sessions import end_other_sessions, end_sessions
from parvis.accounts.actions.tokens import end_token
from parvis.accounts.errors import NoSuchToken, NotAPicture, SetByAnother, UnknownLanguage
from parvis.accounts.limits import spend
from parvis.accounts.models import Person
from parvis.accounts.queries import email_of, person_of, sign_ins, tokens_of
from parvis.accounts.viewer import Request
from parvis.api.answers import operation
from parvis.api.errors import NotThere
from parvis.api.schemas.me import Ended, Me, MeChange, SessionOut, Sessions, TokenOut, Tokens
from parvis.api.schemas.people import PersonRef
from parvis.api.schemas.words import Word

router = Router(tags=["me"])


def _writer(request: Request, what: str, *, per_minute: float = 6, burst: int = 20) -> Person:
    """Return who asks, and count a write as on the pages."""
    person = person_of(request.viewer)
    spend(f"{what}:{person.id}", per_minute=per_minute, burst=burst)
    return person


def _me(request: Request, person: Person) -> Me:
    allowed = None if request.scopes is None else scopes.known(request.scopes)
    return Me(
        **PersonRef.of(person).model_dump(), id=person.id, bio=person.bio, home=person.home, language=person.language,
        is_private=person.is_private, has_email=email_of(person) is not None, scopes=allowed,
    )  # fmt: skip


@router.get("/me", **operation(Me, scopes.READ, writes=False))
def get_me(request: Request) -> Any:
    """Who calls, and what the token allows."""
    return _me(request, person_of(request.viewer))


@router.patch("/me", **operation(Me, scopes.SETTINGS, SetByAnother, UnknownLanguage))
def change_me(request: Request, change: MeChange) -> Any:
    """Change profile, privacy or language."""
    person = _writer(request, "profile")
    said = change.model_dump(exclude_none=True)
    if "language" in said:
        profile.change_language(person, said.pop("language"))
    profile.change(person, **{name: one.strip() if isinstance(one, str) else one for name, one in said.items()})
    return _me(request, person)


@router.post("/me/avatar", **operation(Me, scopes.SETTINGS, NotAPicture))
def set_avatar(request: Request, picture: File[UploadedFile]) -> Any:
    """Set the picture: JPEG, PNG or WebP of up to 10 MB, as multipart/form-data."""
    person = _writer(request, "avatar", per_minute=3, burst=10)
    profile.set_avatar(person, picture.read())
    return _me(request, person)


@router.delete("/me/avatar", **operation(Me, scopes.SETTINGS))
def remove_avatar(request: Request) -> Any:
    """Take the picture away. Twice is once."""
    person = _writer(request, "avatar", per_minute=3, burst=10)
    profile.remove_avatar(person)
    return _me(request, person)


@router.get("/me/sessions", **operation(Sessions, scopes.SETTINGS, writes=False))
def list_sessions(request: Request) -> Any:
    """Where the caller is signed in."""
    rows = sign_ins(person_of(request.viewer), request.session.session_key)
    return Sessions(items=[SessionOut.of(row) for row in rows], next=None)


@router.delete("/me/sessions", **operation(Ended, scopes.SETTINGS))
def end_all_sessions(request: Request) -> Any:
    """End every session but the one that asks."""
    person = _writer(request, "sessions", per_minute=20, burst=40)
    return Ended(ended=end_other_sessions(person, request.session.session_key))


@router.delete("/me/sessions/{name}", **operation(Ended, scopes.SETTINGS, NotThere))
def end_session(request: Request, name: Word) -> Any:
    """End one session."""
    person = _writer(request, "sessions", per_minute=20, burst=40)
    row = next((one for one in sign_ins(person, None) if one.name == name), None)
    if row is None:
        raise NotThere
    return Ended(ended=end_sessions(person, [row.key]))


@router.get("/me/tokens", **operation(Tokens, scopes.SETTINGS, writes=False))
def list_tokens(request: Request) -> Any:
    """The caller's tokens. New ones are made in a browser, at /settings/tokens/new."""
    return Tokens(items=[TokenOut.of(row) for row in tokens_of(person_of(request.viewer))], next=None)


@router.delete("/me/tokens/{token_id}", **operation(None, scopes.SETTINGS, NoSuchToken, status=204))
def delete_token(request: Request, token_id: uuid.UUID) -> Any:
    """Take a token back; the one that asks, too."""
    end_token(person=_writer(request, "tokens", per_minute=20, burst=60), token_id=token_id)
    return Status(204, None)
