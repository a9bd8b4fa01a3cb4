"""Registering apps, letting them in, giving them tokens, and withdrawing all of it."""

import secrets
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q

from parvis.accounts.actions.tokens import hash_of
from parvis.accounts.bearer import NOTED, Shown
from parvis.accounts.kinds import SESSION_ENDED
from parvis.accounts.models import Person
from parvis.accounts.viewer import token_session
from parvis.connect import kinds
from parvis.connect.errors import NoSuchApp, TooManyApps
from parvis.connect.models import App, AppToken, Code, Consent
from parvis.connect.policies import check_redirect_uri
from parvis.connect.queries import app_of, token_of
from parvis.connect.scopes import known
from parvis.events.actions import record
from parvis.kit.clock import now

MOST_APPS: Final = 20
CODE_LIFE: Final = timedelta(minutes=1)
ACCESS_LIFE: Final = timedelta(hours=1)
REFRESH_LIFE: Final = timedelta(days=60)
SECRET, ACCESS, REFRESH = "parvis_app_", "parvis_access_", "parvis_refresh_"  # scanners of leaked secrets find these


@transaction.atomic
def register_app(
    *, person: Person, name: str, website: str, redirect_uris: list[str], keeps_secret: bool
) -> tuple[App, str]:
    """Register an app; returns its row, and its secret, which nobody can read again ("" for one that keeps none).

    Raises BadAddress and TooManyApps.
    """
    for address in redirect_uris:
        check_redirect_uri(address)
    list(Person.objects.select_for_update().filter(id=person.id))  # of two at once the second counts the first
    if App.objects.filter(person=person).count() >= MOST_APPS:
        raise TooManyApps
    secret = SECRET + secrets.token_urlsafe(32) if keeps_secret else ""
    app = App.objects.create(
        home=person.home,
        person=person,
        name=name,
        website=website,
        redirect_uris=redirect_uris,
        secret_hash=hash_of(secret) if secret else None,
    )
    record(kinds.REGISTERED, home=person.home, actor=person.id, object=app.id)
    return app, secret


@transaction.atomic
def change_app(*, person: Person, app_id: uuid.UUID, name: str, website: str, redirect_uris: list[str]) -> None:
    """Change what is said of an app. Raises BadAddress, and NoSuchApp for another's."""
    for address in redirect_uris:
        check_redirect_uri(address)
    changed = App.objects.filter(id=app_id, person=person)
    if not changed.update(name=name, website=website, redirect_uris=redirect_uris):
        raise NoSuchApp


@transaction.atomic
def renew_secret(*, person: Person, app_id: uuid.UUID) -> tuple[App, str]:
    """Give an app another secret: the one before opens nothing. Raises NoSuchApp for another's, or if it keeps none."""
    app = app_of(person, app_id)
    secret = SECRET + secrets.token_urlsafe(32)
    if not App.objects.filter(id=app.id, secret_hash__isnull=False).update(secret_hash=hash_of(secret)):
        raise NoSuchApp
    return app, secret


@transaction.atomic
def remove_app(*, person: Person, app_id: uuid.UUID) -> None:
    """Register an app no longer; what people let it do ends. Raises NoSuchApp for another's."""
    app = app_of(person, app_id)
    _end_sessions(list(Consent.objects.filter(app=app)))
    App.objects.filter(id=app.id).delete()
    record(kinds.REMOVED, home=person.home, actor=person.id, object=app_id)


@transaction.atomic
def let_in(*, person: Person, app: App, allowed: Iterable[str]) -> Consent:
    """Note that a person lets an app act for them within `allowed`, beside what it may do already."""
    list(Person.objects.select_for_update().filter(id=person.id))
    consent = Consent.objects.filter(person=person, app=app).first()
    scopes = known({*allowed, *(consent.scopes if consent else ())})
    if consent is None:
        consent = Consent.objects.create(home=person.home, person=person, app=app, scopes=scopes)
    elif consent.scopes != scopes:
        Consent.objects.filter(id=consent.id).update(scopes=scopes)
    else:
        return consent
    record(kinds.LET_IN, home=person.home, actor=person.id, object=app.id)
    return consent


@transaction.atomic
def withdraw(*, person: Person, app_id: uuid.UUID) -> None:
    """Let an app act for a person no longer: its tokens open nothing from the next request on. Again: nothing."""
    ended = list(Consent.objects.select_for_update().filter(person=person, app_id=app_id))
    if ended:
        _end_sessions(ended)
        Consent.objects.filter(id=ended[0].id).delete()
        record(kinds.WITHDRAWN, home=person.home, actor=person.id, object=app_id)


def _end_sessions(consents: Iterable[Consent]) -> None:
    """Tell that what these apps began for people, such as a browser that is called, is to end."""
    for one in consents:
        record(SESSION_ENDED, home=one.home, actor=one.person_id, data={"session": token_session(one.id)})


@transaction.atomic
def make_code(*, code: str, consent: Consent, allowed: list[str], signed_in_at: datetime, **asked: str) -> None:
    """Keep the code that the browser takes to the app. `asked`: redirect_uri, challenge and nonce of the request."""
    Code.objects.create(
        home=consent.home,
        person=consent.person,
        consent=consent,
        code_hash=hash_of(code),
        scopes=allowed,
        signed_in_at=signed_in_at,
        expires_at=now() + CODE_LIFE,
        **asked,
    )


def take_code(*, code: str, app: App) -> Code | None:
    """Return the row of a code that this app may have tokens for, locked; None otherwise. A code that comes twice is in
    two hands: all that came of it ends (RFC 6749, section 4.1.2). Within the caller's transaction."""
    found = (
        Code.objects.select_for_update(of=("self",))
        .select_related("person", "consent__app")
        .filter(code_hash=hash_of(code), consent__app=app, person__is_active=True)
        .first()
    )
    if found is not None and found.used_at is not None:
        end_family(found.id)
        return None
    return found if found is not None and found.expires_at > now() else None


def use_code(code: Code) -> None:
    """Note that tokens were given for a code."""
    Code.objects.filter(id=code.id).update(used_at=now())


def take_refresh(*, secret: str, app: App) -> AppToken | None:
    """Return the token that this app may have the next for, locked; None otherwise. One that was replaced already comes
    from a thief or from whom he stole it: all that came of the same code ends (RFC 9700, section 4.14.2)."""
    found = (
        AppToken.objects.select_for_update(of=("self",))
        .select_related("person", "consent__app", "code")
        .filter(refresh_hash=hash_of(secret), consent__app=app, person__is_active=True)
        .first()
    )
    if found is not None and found.replaced_at is not None:
        end_family(found.code_id)
        return None
    return found if found is not None and found.refresh_until > now() else None


def replace(token: AppToken) -> None:
    """Note that the next token was given."""
    AppToken.objects.filter(id=token.id).update(replaced_at=now())


def give_token(*, code: Code, allowed: list[str], access: str, refresh: str) -> None:
    """Keep a pair of tokens that came of `code`."""
    AppToken.objects.create(
        home=code.home,
        person=code.person,
        consent=code.consent,
        code=code,
        access_hash=hash_of(access),
        refresh_hash=hash_of(refresh),
        scopes=allowed,
        expires_at=now() + ACCESS_LIFE,
        refresh_until=now() + REFRESH_LIFE,
    )


@transaction.atomic
def end_family(code_id: uuid.UUID) -> None:
    """End every token that came of a code."""
    Code.objects.filter(id=code_id).delete()


@transaction.atomic
def stop_app(*, app_id: uuid.UUID, stopped: bool, by: uuid.UUID) -> None:
    """Stop an app for everybody, or let it work again. Only the admin calls this, which asked for the right."""
    app = App.objects.filter(id=app_id).first()
    if app is not None and app.is_stopped != stopped:
        App.objects.filter(id=app_id).update(is_stopped=stopped)
        record(kinds.REMOVED if stopped else kinds.REGISTERED, home=app.home, actor=by, object=app_id)


def shown(secret: str, at: datetime) -> Shown | None:
    """Return for whom an app acts that shows this access token; for the API (`accounts.bearer`)."""
    token = token_of(secret, at)
    if token is None:
        return None
    Consent.objects.filter(Q(used_at__isnull=True) | Q(used_at__lt=at - NOTED), id=token.consent_id).update(used_at=at)
    return Shown(token.person, frozenset(token.scopes), token.consent_id)


@transaction.atomic
def sweep() -> None:
    """Delete tokens that open nothing any more, and codes without any."""
    AppToken.objects.filter(refresh_until__lt=now()).delete()
    living = AppToken.objects.values("code_id")
    Code.objects.filter(expires_at__lt=now() - CODE_LIFE).exclude(id__in=living).delete()
