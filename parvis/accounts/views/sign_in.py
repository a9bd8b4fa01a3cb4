"""Signing in and out, the second step, and confirming that it is still you."""

from urllib.parse import urlencode

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from parvis.accounts import passkeys
from parvis.accounts.actions.credentials import check_second_factor
from parvis.accounts.actions.leaving import leaver, proof_of, proved, stay
from parvis.accounts.actions.sessions import end_sessions
from parvis.accounts.elsewhere import name_elsewhere
from parvis.accounts.errors import NotRight, PasskeyRefused, WrongPassword
from parvis.accounts.forms import CodeForm, PasswordForm, SignInForm
from parvis.accounts.limits import client_address, spend
from parvis.accounts.models import Person
from parvis.accounts.queries import identity_of, ways_in
from parvis.accounts.signin import (
    check_password,
    closed_page,
    confirm_by_authenticator,
    confirm_by_password,
    pass_second_step,
    safe_next,
    sign_in_by_passkey,
    sign_in_by_password,
    sign_out,
    waiting_for_second_step,
    waiting_person,
)
from parvis.accounts.views.gates import me, page, signed_in
from parvis.kit.errors import ParvisError


@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in by handle and password; the page also offers the passkeys."""
    if request.user.is_authenticated:
        return HttpResponseRedirect(safe_next(request))
    form = SignInForm(request.POST or None)
    if request.method == "GET" or not form.is_valid():
        return _sign_in_page(request, form, status=422 if form.is_bound else 200)
    handle = form.cleaned_data["handle"].strip().removeprefix("@").lower()
    spend(f"sign-in:address:{client_address(request)}", per_minute=20, burst=40)
    spend(f"sign-in:handle:{handle}", per_minute=5, burst=10)
    if leaving := leaver(handle, form.cleaned_data["password"]):
        return leaving_page(request, leaving)
    person = check_password(request, handle, form.cleaned_data["password"])
    if person is None and (why := closed_page(handle, form.cleaned_data["password"])):
        return HttpResponseRedirect(why)
    if person is None:
        form.refuse(NotRight())
        return _sign_in_page(request, form, status=NotRight.status)
    return sign_in_by_password(request, person, to=safe_next(request))


def leaving_page(request: HttpRequest, person: Person) -> HttpResponse:
    """Ask somebody whose account is about to be deleted whether to keep it."""
    return page(request, "leaving", {"person": person, "proof": proof_of(person), "section": "sign-in"})


@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Keep an account that was to be deleted; its person then signs in as always."""
    spend(f"sign-in:address:{client_address(request)}", per_minute=20, burst=40)
    stay(proved(request.POST.get("proof", "")))
    messages.success(request, _("Welcome back. Your account stays, with everything in it. Please sign in."))
    return HttpResponseRedirect("/sign-in")


def _sign_in_page(request: HttpRequest, form: SignInForm, status: int) -> HttpResponse:
    context = {"form": form, "next": safe_next(request, ""), "section": "sign-in", "elsewhere": name_elsewhere()}
    return page(request, "sign_in", context, status)


@require_POST
def begin_passkey(request: HttpRequest) -> HttpResponse:
    """Answer with the options for signing in by any passkey, or for the second step of whoever waits for it."""
    spend(f"passkey-options:{client_address(request)}", per_minute=60, burst=120)  # every open page asks once
    stage = waiting_for_second_step(request) if request.GET.get("step") == "second" else None
    return JsonResponse(passkeys.begin_using(request, waiting_person(stage) if stage else None))


@require_POST
def passkey(request: HttpRequest) -> HttpResponse:
    """Sign in by passkey."""
    spend(f"sign-in:address:{client_address(request)}", per_minute=20, burst=40)
    try:
        authenticator = passkeys.check_used(request.POST.get("credential", ""))
    except PasskeyRefused as error:
        form = SignInForm(initial={"handle": ""})
        return page(
            request,
            "sign_in",
            {"form": form, "next": safe_next(request, ""), "refusal": error, "elsewhere": name_elsewhere()},
            PasskeyRefused.status,
        )
    if authenticator.user.leaves_at:
        return leaving_page(request, authenticator.user)
    return sign_in_by_passkey(request, authenticator, to=safe_next(request))


@never_cache
@require_http_methods(["GET", "POST"])
def second_step(request: HttpRequest) -> HttpResponse:
    """Ask somebody whose password was right for a code of the app, a recovery code, or a passkey."""
    stage = waiting_for_second_step(request)
    if stage is None:
        return HttpResponseRedirect("/sign-in")
    person = waiting_person(stage)
    form = CodeForm(request.POST or None)
    context = {"form": form, "has_passkeys": ways_in(person).passkeys > 0, "section": "sign-in"}
    if request.method == "GET":
        return page(request, "second_step", context)
    try:
        authenticator = _second_factor(request, person)
    except ParvisError as error:
        if form.is_valid() or not request.POST.get("code"):
            form.refuse(error)
        return page(request, "second_step", context, error.status)
    return pass_second_step(request, stage, authenticator)


def _second_factor(request: HttpRequest, person: Person) -> Authenticator:
    spend(f"second-step:{person.pk}", per_minute=5, burst=5)
    if request.POST.get("credential"):
        return passkeys.check_used(request.POST["credential"], person)
    return check_second_factor(person, request.POST.get("code", ""))


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Sign out."""
    if request.user.is_authenticated:
        end_sessions(me(request), [request.session.session_key or ""])
    sign_out(request)
    # What pages kept in the browser (which clips a feed showed, reports on their way) goes with the session.
    return HttpResponseRedirect("/", headers={"Clear-Site-Data": '"cache", "storage"'})


@signed_in
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """Confirm, before something sensitive, that it is still the same person."""
    person = me(request)
    form = PasswordForm(request.POST if request.method == "POST" else None)
    context = {"form": form, "ways": ways_in(person), "next": safe_next(request, "/settings/"), "section": "settings"}
    context["elsewhere"] = name_elsewhere() if identity_of(person) else ""
    if request.method == "GET":
        return page(request, "confirm", context)
    spend(f"confirm:{person.pk}", per_minute=5, burst=10)
    try:
        if request.POST.get("credential"):
            confirm_by_authenticator(request, passkeys.check_used(request.POST["credential"], person))
        elif check_password(request, person.handle, request.POST.get("password", "")) == person:
            confirm_by_password(request, person)
        else:
            raise WrongPassword
    except ParvisError as error:
        form.refuse(error)
        return page(request, "confirm", context, error.status)
    return HttpResponseRedirect(str(context["next"]))


@signed_in
@require_POST
def begin_confirm(request: HttpRequest) -> HttpResponse:
    """Answer with the options for confirming by one's own passkey."""
    spend(f"confirm:{request.user.pk}", per_minute=5, burst=10)
    return JsonResponse(passkeys.begin_using(request, me(request)))


def admin_sign_in(request: HttpRequest, extra_context: object = None) -> HttpResponse:
    """Send whoever wants the operators' pages to the one sign-in, with its second step and its limits."""
    if request.user.is_authenticated:
        return page(request, "not_operator", status=403)
    return HttpResponseRedirect(f"/sign-in?{urlencode({'next': request.get_full_path()})}")
