"""Reading what this package keeps."""

import hashlib
import hmac
import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from parvis.accounts.actions.tokens import hash_of
from parvis.accounts.models import Person
from parvis.cells.keys import pseudonym
from parvis.connect.errors import NoSuchApp
from parvis.connect.models import App, AppToken, Consent
from parvis.connect.scopes import PROFILE
from parvis.kit.clock import now


def working_app(client_id: str) -> App | None:
    """Return the app with this id, if it opens anything."""
    try:
        number = uuid.UUID(client_id)
    except ValueError:
        return None
    app = App.objects.select_related("person").filter(id=number).first()
    return app if app is not None and app.works else None


def app_of(person: Person, app_id: uuid.UUID) -> App:
    """Return an app that a person registered. NoSuchApp for another's."""
    app = App.objects.select_related("person").filter(id=app_id, person=person).first()
    if app is None:
        raise NoSuchApp
    return app


def apps_of(person: Person) -> list[App]:
    """Return the apps that a person registered, the newest first."""
    return list(App.objects.filter(person=person).order_by("-id"))


def consents_of(person: Person) -> list[Consent]:
    """Return what a person lets apps do, the newest first."""
    return list(Consent.objects.select_related("app__person").filter(person=person).order_by("-id"))


def consent_of(person: Person, app: App) -> Consent | None:
    """Return what a person lets an app do; None for nothing."""
    return Consent.objects.filter(person=person, app=app).first()


def token_of(secret: str, at: datetime | None = None) -> AppToken | None:
    """Return the token of an app by what it shows, if that opens anything now."""
    token = (
        AppToken.objects.select_related("person__details", "consent__app__person")
        .filter(access_hash=hash_of(secret), expires_at__gt=at or now(), person__is_active=True)
        .first()
    )
    return token if token is not None and token.consent.app.works else None


def _living(at: datetime) -> "QuerySet[AppToken]":
    """Tokens that open something, or that the next can be had for."""
    apps = {"consent__app__is_stopped": False, "consent__app__person__is_active": True}
    return AppToken.objects.filter(refresh_until__gt=at, replaced_at__isnull=True, person__is_active=True, **apps)


def allowed_by(consent: uuid.UUID, at: datetime) -> frozenset[str] | None:
    """Return what an app may do by a consent, in all the tokens that it holds; None where it holds none."""
    found = list(_living(at).filter(consent=consent).values_list("scopes", flat=True))
    return frozenset().union(*found) if found else None


def apps_allowed(person: uuid.UUID, scope: str) -> set[uuid.UUID]:
    """Return the apps that hold a token of a person that allows `scope`."""
    held = _living(now()).filter(person=person, scopes__contains=[scope])
    return set(held.values_list("consent__app", flat=True))


def subject(app: App, person: Person) -> str:
    """Return the number by which an app knows a person: another for each app, and of no use anywhere else. It dies
    with the person's key."""
    name = f"subject:{app.id}:{pseudonym(person.id)}"
    return hmac.digest(settings.SECRET_KEY.encode(), name.encode(), hashlib.sha256).hex()[:40]


def claims(app: App, person: Person, allowed: list[str]) -> dict[str, Any]:
    """Return what an app is told of a person (OpenID Connect Core, section 5.1)."""
    told: dict[str, Any] = {"sub": subject(app, person)}
    if PROFILE in allowed:
        origin = settings.PARVIS_ORIGIN
        told |= {
            "name": person.name,
            "preferred_username": person.handle,
            "profile": origin + person.get_absolute_url(),
        }
        if person.avatar_url:
            told["picture"] = origin + person.avatar_url
    return told
