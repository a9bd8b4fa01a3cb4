"""Signing in by an account at the operator's identity provider."""

import time
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from parvis.accounts import elsewhere
from parvis.accounts.actions.elsewhere import link, open_linked, unlink
from parvis.accounts.errors import AccountClosed, ElsewhereFailed, TooYoung
from parvis.accounts.forms import ElsewhereForm
from parvis.accounts.later import hold_back, is_held_back
from parvis.accounts.limits import client_address, spend
from parvis.accounts.models import Person
from parvis.accounts.queries import identity_of, person_by_subject, ways_in
from parvis.accounts.signin import closed_page_of, confirm_by_identity, is_fresh, safe_next, sign_in_by_identity
from parvis.accounts.views.gates import View, fresh_for, me, page, signed_in, spend_write
from parvis.accounts.views.sign_in import leaving_page
from parvis.cells.markets import guess_market
from parvis.kit.errors import ParvisError

BEGUN, ARRIVED = "elsewhere_begun", "elsewhere_arrived"  # session keys
WAITS = 30 * 60  # seconds: to sign in there, and to fill in the form here
SIGN_IN, LINK, CONFIRM = "sign-in", "link", "confirm"
SECURITY = "/settings/security"


def _where_on(view: View) -> View:
    @wraps(view)
    def gated(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not elsewhere.is_on():
            raise Http404
        return view(request, *args, **kwargs)

    return gated


@require_GET
@_where_on
@never_cache
def begin(request: HttpRequest) -> HttpResponse:
    """Send the browser to the provider: to sign in, to link (`for=link`), or to confirm that it is still the person."""
    spend(f"sign-in:address:{client_address(request)}", per_minute=20, burst=40)
    wish = request.GET.get("for", SIGN_IN)
    after = safe_next(request, "/")
    if request.user.is_authenticated and wish not in {LINK, CONFIRM}:
        return HttpResponseRedirect(after)
    if not request.user.is_authenticated:
        wish = SIGN_IN
    if wish == LINK and not is_fresh(request):
        return HttpResponseRedirect(f"/settings/confirm?next={SECURITY}")
    address, kept = elsewhere.begin(again=wish == CONFIRM)
    request.session[BEGUN] = {**kept, "for": wish, "next": after, "at": int(time.time())}
    _die_soon(request)
    return HttpResponseRedirect(address)


def _die_soon(request: HttpRequest) -> None:
    if not request.user.is_authenticated:
        request.session.set_expiry(WAITS)


def _kept(request: HttpRequest, key: str) -> dict[str, Any]:
    """Return what the session keeps under a key, if that is not too old."""
    kept: dict[str, Any] = request.session.get(key) or {}
    if not 0 <= time.time() - kept.get("at", 0) < WAITS:
        raise ElsewhereFailed(name=settings.PARVIS_OIDC_NAME)
    return kept


@require_GET
@_where_on
@never_cache
def back(request: HttpRequest) -> HttpResponse:
    """Take who comes back from the provider."""
    spend(f"sign-in:address:{client_address(request)}", per_minute=20, burst=40)
    kept = _kept(request, BEGUN)
    del request.session[BEGUN]  # an answer counts once
    arrival = elsewhere.finish(kept, request.GET.dict())
    person = person_by_subject(arrival.subject)
    if request.user.is_authenticated:
        return _for_somebody_here(request, kept, arrival, person)
    if person is not None:
        if person.leaves_at:
            return leaving_page(request, person)
        if not person.is_active:
            return _closed(person)
        return sign_in_by_identity(request, person, to=kept["next"])
    request.session[ARRIVED] = {
        "subject": arrival.subject, "handle": arrival.handle, "next": kept["next"], "at": int(time.time()),
    }  # fmt: skip
    _die_soon(request)
    return HttpResponseRedirect("/sign-in/elsewhere/new")


def _closed(person: Person) -> HttpResponse:
    if why := closed_page_of(person):
        return HttpResponseRedirect(why)
    raise AccountClosed


def _for_somebody_here(
    request: HttpRequest, kept: dict[str, Any], arrival: elsewhere.Arrival, person: Person | None
) -> HttpResponse:
    if kept["for"] == CONFIRM and person == me(request):
        confirm_by_identity(request, me(request))
        return HttpResponseRedirect(kept["next"])
    if kept["for"] == LINK and is_fresh(request):
        link(person=me(request), subject=arrival.subject)
        messages.success(request, _("Your account there signs you in here from now on."))
        return HttpResponseRedirect(SECURITY)
    raise ElsewhereFailed(name=settings.PARVIS_OIDC_NAME)


@require_http_methods(["GET", "POST"])
@_where_on
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """Ask somebody who came for the first time what an account here needs: a handle, the birth date, the home."""
    if request.user.is_authenticated:
        return HttpResponseRedirect("/")
    if is_held_back(request):
        return page(request, "too_young", status=403)
    kept = _kept(request, ARRIVED)
    guess = {
        "handle": kept["handle"],
        "home": guess_market(request.headers.get("Accept-Language", "")),
        "language": get_language() or settings.LANGUAGE_CODE,
    }
    form = ElsewhereForm(request.POST if request.method == "POST" else None, initial=guess)
    context = {"form": form, "name": settings.PARVIS_OIDC_NAME, "section": "sign-up"}
    if request.method == "GET" or not form.is_valid():
        return page(request, "elsewhere_new", context, 422 if form.is_bound else 200)
    spend(f"sign-up:{client_address(request)}", per_minute=3, burst=20)
    try:
        person = open_linked(subject=kept["subject"], **form.cleaned_data)
    except TooYoung:
        del request.session[ARRIVED]
        return hold_back(page(request, "too_young", status=TooYoung.status))
    except ParvisError as error:
        form.refuse(error)
        return page(request, "elsewhere_new", context, error.status)
    del request.session[ARRIVED]
    return sign_in_by_identity(request, person, to=kept["next"], signup=True)


@require_GET
@_where_on
@signed_in
def linked(request: HttpRequest) -> HttpResponse:
    """Whether an account elsewhere signs the person in; linking it, and taking that back."""
    context = {"identity": identity_of(me(request)), "ways": ways_in(me(request)), "name": settings.PARVIS_OIDC_NAME}
    return page(request, "elsewhere", {**context, "section": "settings"})


@require_POST
@_where_on
@fresh_for("/settings/elsewhere")
def end(request: HttpRequest) -> HttpResponse:
    """Let the account elsewhere sign the person in no longer."""
    spend_write(request, "elsewhere")
    unlink(person=me(request))
    messages.success(request, _("Your account there opens nothing here any more."))
    return HttpResponseRedirect("/settings/elsewhere")
