"""Signing in and out, on top of the sign-in library: the only door that a session comes through."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

from allauth.account.adapter import get_adapter
from allauth.account.internal import flows
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.account.internal.stagekit import clear_login
from allauth.account.models import Login
from allauth.account.stages import LoginStageController
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth import HASH_SESSION_KEY, authenticate
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme

from parvis.accounts.adapters import SecondFactorStage
from parvis.accounts.models import Person

FRESH_SECONDS = 600


def check_password(request: HttpRequest, handle: str, password: str) -> Person | None:
    """Return the active person with this handle and password, or None.

    An unknown handle, a wrong password and an account without password cost the same: one hash.
    """
    person = authenticate(request, username=handle.strip().removeprefix("@").lower(), password=password)
    return person if isinstance(person, Person) else None


ClosedPage = Callable[[Person], str]


class _Closed:
    page: ClosedPage = staticmethod(lambda _: "")


def register_closed_page(page: ClosedPage) -> None:
    """Tell where somebody reads why their account is closed: `page(person)` returns an address that opens without
    signing in, or an empty text. The package that knows calls this once, when it is ready."""
    _Closed.page = staticmethod(page)


def closed_page(handle: str, password: str) -> str:
    """Return where the person with this handle and password reads why the account is closed; empty for anybody else."""
    person = Person.objects.filter(handle=handle.strip().removeprefix("@").lower(), is_active=False).first()
    return _Closed.page(person) if person is not None and person.check_password(password) else ""


def closed_page_of(person: Person) -> str:
    """Return where somebody who showed who they are reads why their account is closed; empty if nowhere."""
    return _Closed.page(person)


def sign_in_by_password(request: HttpRequest, person: Person, *, to: str, signup: bool = False) -> HttpResponse:
    """Sign in somebody whose password was checked; the answer leads on, perhaps to the second step first."""
    record_authentication(request, person, method="password")
    return _sign_in(request, person, to=to, signup=signup)


def sign_in_by_passkey(
    request: HttpRequest, authenticator: Authenticator, *, to: str, signup: bool = False
) -> HttpResponse:
    """Sign in the owner of a passkey that was checked."""
    post_authentication(request, authenticator, passwordless=True)
    return _sign_in(request, authenticator.user, to=to, signup=signup)


def sign_in_by_identity(request: HttpRequest, person: Person, *, to: str, signup: bool = False) -> HttpResponse:
    """Sign in somebody whose account elsewhere was checked; the answer leads on, perhaps to the second step first."""
    record_authentication(request, person, method="elsewhere")
    return _sign_in(request, person, to=to, signup=signup)


def _sign_in(request: HttpRequest, person: Person, *, to: str, signup: bool) -> HttpResponse:
    request.session.set_expiry(None)  # the short life of a visitor's session ends here
    response: HttpResponse = flows.login.perform_login(request, Login(user=person, redirect_url=to, signup=signup))
    return response


def waiting_for_second_step(request: HttpRequest) -> SecondFactorStage | None:
    """Return the stage of somebody who gave a right password and owes the second step, or None."""
    if request.user.is_authenticated:
        return None
    stage = LoginStageController.enter(request, SecondFactorStage.key)
    return stage if isinstance(stage, SecondFactorStage) else None


def waiting_person(stage: SecondFactorStage) -> Person:
    """Return who owes the second step."""
    assert isinstance(stage.login.user, Person)
    return stage.login.user


def pass_second_step(request: HttpRequest, stage: SecondFactorStage, authenticator: Authenticator) -> HttpResponse:
    """Finish the sign-in of somebody whose second factor was checked."""
    post_authentication(request, authenticator)
    response: HttpResponse = stage.exit()  # type: ignore[no-untyped-call]
    return response


def is_fresh(request: HttpRequest) -> bool:
    """Whether the person showed within ten minutes that it is they: by signing in, or by confirming it."""
    if isinstance(request.user, AnonymousUser):
        return False
    records = get_authentication_records(request, request.user)
    return any(0 <= time.time() - record["at"] < FRESH_SECONDS for record in records)


def shown_at(request: HttpRequest) -> datetime | None:
    """Return when the person last showed that it is they in this session; None if it does not say."""
    if isinstance(request.user, AnonymousUser):
        return None
    records = get_authentication_records(request, request.user)
    return datetime.fromtimestamp(max(record["at"] for record in records), tz=UTC) if records else None


def confirm_by_password(request: HttpRequest, person: Person) -> None:
    """Note that the person gave the password again."""
    record_authentication(request, person, method="password", reauthenticated=True)


def confirm_by_identity(request: HttpRequest, person: Person) -> None:
    """Note that the person signed in elsewhere again."""
    record_authentication(request, person, method="elsewhere", reauthenticated=True)


def confirm_by_authenticator(request: HttpRequest, authenticator: Authenticator) -> None:
    """Note that the person used a passkey or a code again."""
    post_authentication(request, authenticator, reauthenticated=True)


def sign_out(request: HttpRequest) -> None:
    """End this session. The caller records that it ended."""
    get_adapter(request).logout(request)
    clear_login(request)


def safe_next(request: HttpRequest, default: str = "/") -> str:
    """Return where the page asked to lead on to (`next`), if it is an address of ours; else `default`."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if ours else default


def person_of(request: HttpRequest) -> Person:
    """Return the signed-in person of a request that a gate let through."""
    assert isinstance(request.user, Person)
    return request.user


def keep_signed_in(request: HttpRequest, person: Person) -> None:
    """Keep this session after the password changed, which ends it for the sign-in library; the key stays."""
    request.session[HASH_SESSION_KEY] = person.get_session_auth_hash()


def note_seen(request: HttpRequest, at: datetime) -> None:
    """Note that this session was used."""
    UserSession.objects.filter(session_key=request.session.session_key).update(last_seen_at=at)
