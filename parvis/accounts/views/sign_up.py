"""Opening an account, and making the first operator's."""

import logging
import uuid
from collections.abc import Callable
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils.crypto import constant_time_compare
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from parvis.accounts import passkeys
from parvis.accounts.actions import claim_installation, open_account
from parvis.accounts.actions.credentials import check_new_password
from parvis.accounts.actions.opening import check_new_person
from parvis.accounts.devices import short_name
from parvis.accounts.errors import AlreadyClaimed, PasskeyRefused, TooYoung, WrongSetUpCode
from parvis.accounts.forms import SignUpForm, WelcomeForm
from parvis.accounts.later import hold_back, is_held_back
from parvis.accounts.limits import client_address, spend
from parvis.accounts.models import Person
from parvis.accounts.passkeys import NewPasskey
from parvis.accounts.queries import has_operator, set_up_code
from parvis.accounts.signin import safe_next, sign_in_by_passkey, sign_in_by_password
from parvis.accounts.views.gates import page
from parvis.cells.markets import guess_market
from parvis.kit.errors import ParvisError
from parvis.kit.ids import uuid7

log = logging.getLogger(__name__)

DRAFT = "sign_up"  # session key: the id that a passkey was begun for
LOOPBACK = frozenset({"127.0.0.1", "::1"})
LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


@never_cache
@require_http_methods(["GET", "POST"])
def sign_up(request: HttpRequest) -> HttpResponse:
    """Open an account and sign in."""
    if request.user.is_authenticated:
        return HttpResponseRedirect(safe_next(request))
    if is_held_back(request):
        return page(request, "too_young", status=403)
    if request.method == "GET":
        return _form_page(request, SignUpForm(initial=_guess(request)))
    spend(f"sign-up:{client_address(request)}", per_minute=3, burst=20)
    return _submit(request, SignUpForm(request.POST), open_account)


@never_cache
@require_http_methods(["GET", "POST"])
def welcome(request: HttpRequest) -> HttpResponse:
    """Make the first operator's account, while there is none."""
    if has_operator():
        return HttpResponseRedirect("/")
    known_here = is_this_machine(request)
    if not known_here:
        _tell_set_up_code()
    if request.method == "GET":
        return _form_page(request, WelcomeForm(initial=_guess(request)), needs_code=not known_here, first=True)
    spend(f"welcome:{client_address(request)}", per_minute=3, burst=10)
    form = WelcomeForm(request.POST)
    if not known_here and not constant_time_compare(form.data.get("set_up_code", "").strip(), set_up_code()):
        form.is_valid()
        form.add_error("set_up_code", str(WrongSetUpCode()))
        return _form_page(request, form, status=WrongSetUpCode.status, needs_code=True, first=True)
    return _submit(request, form, claim_installation, needs_code=not known_here, first=True)


@require_POST
def begin_passkey(request: HttpRequest) -> HttpResponse:
    """Check a sign-up form and answer with the options for its passkey; a refusal if the form would be refused."""
    spend(f"sign-up:{client_address(request)}", per_minute=3, burst=20)
    form = SignUpForm(request.POST)
    if is_held_back(request) or not form.is_valid():
        return JsonResponse(PasskeyRefused().as_json(), status=PasskeyRefused.status)
    handle = check_new_person(**_person(form))
    draft = Person(id=uuid7(), handle=handle)
    options = passkeys.begin_making(request, draft)
    request.session[DRAFT] = str(draft.id)
    return JsonResponse(options)


def is_this_machine(request: HttpRequest) -> bool:
    """Whether the visitor sits at the machine that Parvis runs on, or has a tunnel to it: no proxy in between.

    Every sign must agree: the socket, the name asked for, the configured address, and no header of a proxy.
    """
    forwarded = any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-Ip", "Via"))
    names = {urlsplit(f"//{request.get_host()}").hostname, urlsplit(settings.PARVIS_ORIGIN).hostname}
    return request.META.get("REMOTE_ADDR") in LOOPBACK and names <= LOCAL_NAMES and not forwarded


@lru_cache(maxsize=1)
def _tell_set_up_code() -> None:
    """Write the code into the log, once for each process: whoever reads the log runs the server."""
    log.warning("Set-up code for the first operator's account: %s", set_up_code())


def _person(form: SignUpForm) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in ("handle", "birth_date", "home", "language")}


def _guess(request: HttpRequest) -> dict[str, str]:
    home = guess_market(request.headers.get("Accept-Language", ""))
    return {"home": home, "language": get_language() or settings.LANGUAGE_CODE}


def _submit(request: HttpRequest, form: SignUpForm, open_: Callable[..., Person], **context: Any) -> HttpResponse:
    if not form.is_valid():
        return _form_page(request, form, status=422, **context)
    try:
        check_new_person(**_person(form))
        if form.cleaned_data["credential"]:
            return _with_passkey(request, form, open_)
        if request.POST.get("with") == "passkey":  # the script asks for the errors of a form that has none, or is off
            raise PasskeyRefused
        return _with_password(request, form, open_)
    except TooYoung:
        return hold_back(page(request, "too_young", status=TooYoung.status))
    except AlreadyClaimed:
        return HttpResponseRedirect("/sign-in")
    except ParvisError as error:
        form.refuse(error)
        return _form_page(request, form, status=error.status, **context)


def _with_password(request: HttpRequest, form: SignUpForm, open_: Callable[..., Person]) -> HttpResponse:
    password = form.cleaned_data["password"]
    check_new_password(password, Person(handle=form.cleaned_data["handle"]))
    person = open_(**_person(form), password=password)
    return sign_in_by_password(request, person, to=safe_next(request), signup=True)


def _with_passkey(request: HttpRequest, form: SignUpForm, open_: Callable[..., Person]) -> HttpResponse:
    draft = request.session.get(DRAFT)
    if draft is None:
        raise PasskeyRefused
    credential = passkeys.check_made(form.cleaned_data["credential"])
    name = short_name(request.headers.get("User-Agent", "")) or gettext("Passkey")
    person = open_(**_person(form), password=None, passkey=NewPasskey(uuid.UUID(draft), credential, name))
    del request.session[DRAFT]
    made = passkeys.first_of(person)
    return sign_in_by_passkey(request, made, to=safe_next(request), signup=True)


def _form_page(request: HttpRequest, form: SignUpForm, *, status: int = 200, **context: Any) -> HttpResponse:
    context |= {"form": form, "next": safe_next(request, ""), "section": "sign-up"}
    context["password_open"] = bool(form.is_bound and (form.errors.get("password") or form.data.get("password")))
    return page(request, "sign_up", context, status)
