"""Pages about one's own data."""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from parvis.accounts.errors import SignInNeeded
from parvis.accounts.limits import client_address, spend
from parvis.accounts.signin import is_fresh, person_of, sign_in_by_password, sign_out
from parvis.accounts.viewer import Request
from parvis.kit.errors import ParvisError
from parvis.owndata import queries
from parvis.owndata.actions import arriving, downloads, leaving, moving
from parvis.owndata.forms import BringForm, DeleteForm, MovingForm

View = Callable[..., HttpResponseBase]
HOME = "/settings/data"


def signed_in(view: View, *, back: str = "", fresh: bool = False) -> View:
    """Let people with an account in; with `fresh` only who showed within ten minutes that it is they: others confirm it
    first, and come back to the page, or to `back` where it is only posted to."""

    @wraps(view)
    def gated(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            if request.method not in {"GET", "HEAD"}:
                raise SignInNeeded
            return redirect_to_login(request.get_full_path())
        if fresh and not is_fresh(request):
            to = urlencode({"next": back or request.get_full_path()})
            return HttpResponseRedirect(f"/settings/confirm?{to}")
        answer = view(request, *args, **kwargs)
        add_never_cache_headers(answer)
        return answer

    return gated


def fresh(view: View) -> View:
    """As `signed_in`, for what may only be done by who has just shown that it is they."""
    return signed_in(view, fresh=True)


def _page(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return render(request, f"owndata/{template}.html", {**context, "section": "settings"}, status=status)


@signed_in
@require_http_methods(["GET", "POST"])
def data(request: HttpRequest) -> HttpResponse:
    """What there is to do with one's own data; POST asks for an archive."""
    person = person_of(request)
    if request.method == "GET":
        return _page(request, "data", {"downloads": queries.downloads_of(person), "person": person})
    spend(f"download:{person.id}", per_minute=0.05, burst=5)
    downloads.ask(person)
    messages.success(request, _("Your archive is being made. It will stand here when it is ready."))
    return HttpResponseRedirect(HOME, status=303)


@fresh
@require_GET
def download(request: HttpRequest, download_id: uuid.UUID) -> HttpResponseBase:
    """Hand out an archive to its person, opened on the way."""
    person = person_of(request)
    found = queries.download_of(person, download_id)
    pieces = queries.opened(found, downloads.stored_as(found.id))
    answer = StreamingHttpResponse(pieces, content_type="application/zip")
    answer["Content-Length"] = str(found.bytes)
    name = f"parvis-{person.handle}-{found.asked_at:%Y-%m-%d}.zip"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@fresh
@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest) -> HttpResponse:
    """Delete the own account: says what happens, and asks for the handle."""
    person = person_of(request)
    form = DeleteForm(request.POST or None)
    context = {"form": form, "person": person, "days": settings.PARVIS_LEAVING_DAYS}
    if request.method == "GET" or not form.is_valid():
        return _page(request, "delete", context, 422 if form.is_bound else 200)
    spend(f"delete-account:{person.id}", per_minute=1, burst=5)
    try:
        leaving.ask(person, handle=form.cleaned_data["handle"])
    except ParvisError as error:
        form.add_error(None, str(error))
        return _page(request, "delete", context, error.status)
    sign_out(request)
    messages.success(request, _("Your account is deleted, and nobody sees it any more."))
    return HttpResponseRedirect("/", status=303)


@require_http_methods(["GET", "POST"])
def bring(request: Request) -> HttpResponse:
    """Open an account here from an archive of Parvis."""
    if request.user.is_authenticated:
        return HttpResponseRedirect("/settings/data/bring")
    form = BringForm(request.POST or None, request.FILES or None)
    if request.method == "GET" or not form.is_valid():
        return _page(request, "bring", {"form": form}, 422 if form.is_bound else 200)
    spend(f"bring:{client_address(request)}", per_minute=0.5, burst=5)
    said = form.cleaned_data
    try:
        person = arriving.open_brought(
            said["archive"], password=said["password"], handle=said["handle"], language=request.viewer.language
        )
    except ParvisError as error:
        form.add_error(None, str(error))
        return _page(request, "bring", {"form": form}, error.status)
    to = reverse("owndata:brought", args=[queries.arrivals_of(person)[0].id])
    return sign_in_by_password(request, person, to=to, signup=True)


@signed_in
@require_http_methods(["GET", "POST"])
def bring_mine(request: HttpRequest) -> HttpResponse:
    """Take up an archive in the own account, of Parvis or of another place."""
    person = person_of(request)
    form = MovingForm(request.POST or None, request.FILES or None)
    context = {"form": form, "arrivals": queries.arrivals_of(person), "aliases": queries.aliases_of(person)}
    if request.method == "GET" or not form.is_valid():
        return _page(request, "bring_mine", context, 422 if form.is_bound else 200)
    spend(f"bring:{person.id}", per_minute=0.5, burst=5)
    said = form.cleaned_data
    wishes = moving.Wishes(publishes=said["publishes"], is_found=said["is_found"])
    try:
        arrival = moving.bring(person, said["archive"], name=said["archive"].name, wishes=wishes)
    except ParvisError as error:
        form.add_error(None, str(error))
        return _page(request, "bring_mine", context, error.status)
    return HttpResponseRedirect(reverse("owndata:brought", args=[arrival.id]), status=303)


@signed_in
@require_GET
def brought(request: Request, arrival_id: uuid.UUID) -> HttpResponse:
    """Say what came of an archive, and what did not."""
    arrival = queries.arrival_of(person_of(request), arrival_id)
    context = {
        "arrival": arrival,
        "lines": queries.lines_of(arrival),
        "offer": queries.offer_of(arrival),
        "people": queries.people_offered(arrival, request.viewer),
    }
    return _page(request, "brought", context)


@signed_in
@require_POST
def brought_profile(request: HttpRequest, arrival_id: uuid.UUID) -> HttpResponse:
    """Take over the name and words that an archive proposes."""
    person = person_of(request)
    spend(f"profile:{person.id}", per_minute=6, burst=20)
    moving.take_profile(person=person, arrival_id=arrival_id)
    messages.success(request, _("Your profile is saved."))
    return HttpResponseRedirect(reverse("owndata:brought", args=[arrival_id]), status=303)


@signed_in
@require_POST
def alias(request: HttpRequest, alias_id: uuid.UUID) -> HttpResponse:
    """Be found by a name no more."""
    person = person_of(request)
    spend(f"profile:{person.id}", per_minute=6, burst=20)
    moving.be_found_no_more(person=person, alias_id=alias_id)
    return HttpResponseRedirect(reverse("owndata:bring-mine"), status=303)
