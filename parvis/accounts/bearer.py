"""Programs that show a token instead of a cookie: for whom they act, and what they may do."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import get_language

from parvis.accounts.actions.tokens import hash_of
from parvis.accounts.models import Person, Token
from parvis.accounts.policies import age_band
from parvis.accounts.viewer import Viewer, token_session
from parvis.cells.keys import pseudonym, unseal
from parvis.kit.clock import now

SCHEME = "bearer"
OPEN_TO_PROGRAMS = ("/api/v1/", "/uploads/")  # where a token counts; every address there asks for its scope
NOTED = timedelta(hours=1)


@dataclass(frozen=True)
class Bearer:
    """Who shows a token: the person, what the token allows, and by which id its calls are counted."""

    viewer: Viewer
    scopes: frozenset[str]
    counted: uuid.UUID


@dataclass(frozen=True)
class Shown:
    """What a token that another package gave means: for whom, within which scopes, counted by which id."""

    person: Person
    scopes: frozenset[str]
    counted: uuid.UUID


Source = Callable[[str, datetime], Shown | None]
Living = Callable[[uuid.UUID, datetime], frozenset[str] | None]
_sources: list[tuple[Source, Living]] = []


def register(source: Source, living: Living) -> None:
    """Add tokens that another package gives: `source(secret, moment)` returns what one means, or None;
    `living(counted, moment)` what is allowed by the id that they are counted by, None where that opens nothing."""
    if (source, living) not in _sources:
        _sources.append((source, living))


def allowed_by(counted: uuid.UUID) -> frozenset[str] | None:
    """Return what a token (of an app: the consent) allows now, by its id; None where it opens nothing any more. What
    was begun with a token asks this before it goes on."""
    moment = now()
    token = Token.objects.filter(id=counted, expires_at__gt=moment, person__is_active=True).first()
    if token is not None:
        return frozenset(token.scopes)
    return next((found for _, living in _sources if (found := living(counted, moment)) is not None), None)


def secret_of(request: HttpRequest) -> str | None:
    """Return the token that a request shows where tokens count; None if it shows none."""
    if not request.path.startswith(OPEN_TO_PROGRAMS):
        return None
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == SCHEME else None


def bearer_of(secret: str) -> Bearer | None:
    """Return who shows this token; None if it is unknown, past its day, or its person's account is closed."""
    moment = now()
    token = (
        Token.objects.select_related("person__details")
        .filter(token_hash=hash_of(secret), expires_at__gt=moment, person__is_active=True)
        .first()
    )
    if token is None:
        return _from_elsewhere(secret, moment)
    unnoted = Q(used_at__isnull=True) | Q(used_at__lt=moment - NOTED)
    if token.used_at is None or token.used_at < moment - NOTED:
        Token.objects.filter(unnoted, id=token.id).update(used_at=moment)
    viewer = replace(viewer_for(token.person), session=token_session(token.id), token=token.id)
    return Bearer(viewer, frozenset(token.scopes), viewer.pseudonym)


def _from_elsewhere(secret: str, moment: datetime) -> Bearer | None:
    shown = next((one for source, _ in _sources if (one := source(secret, moment))), None)
    if shown is None:
        return None
    viewer = replace(viewer_for(shown.person), session=token_session(shown.counted), token=shown.counted)
    return Bearer(viewer, shown.scopes, shown.counted)


def viewer_for(person: Person) -> Viewer:
    """Return a person as a viewer, from the rows alone."""
    born = date.fromisoformat(unseal(person.id, "accounts_privatedetails.birth_date", person.details.birth_date))
    return Viewer(
        pseudonym=pseudonym(person.id),
        home=person.home,
        language=get_language() or person.language or settings.LANGUAGE_CODE,
        person_id=person.id,
        handle=person.handle,
        name=person.display_name,
        avatar_key=person.avatar_key,
        age_band=age_band(born, now().date()),
        is_operator=person.is_superuser,
    )
