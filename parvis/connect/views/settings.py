"""Settings: the apps that one lets in, and the apps that one registered."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from parvis.accounts.signin import person_of
from parvis.connect import actions, queries
from parvis.connect.forms import AppForm, NewAppForm, said
from parvis.connect.scopes import ICONS, SCOPES
from parvis.connect.views.gates import fresh, signed_in, spend_write
from parvis.kit.errors import ParvisError


def _page(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return render(request, f"connect/{name}.html", {**context, "section": "settings"}, status=status)


@signed_in
@require_GET
def apps(request: HttpRequest) -> HttpResponse:
    """What apps may do for the person, and since when."""
    rows = [
        (one, [(ICONS[scope], SCOPES[scope]) for scope in one.scopes if scope in SCOPES])
        for one in queries.consents_of(person_of(request))
    ]
    return _page(request, "apps", {"rows": rows})


@signed_in
@require_POST
def withdraw(request: HttpRequest, app_id: uuid.UUID) -> HttpResponse:
    """Let an app act for the person no longer."""
    spend_write(request, "apps", per_minute=20, burst=60)
    actions.withdraw(person=person_of(request), app_id=app_id)
    messages.success(request, _("The app has no access any more."))
    return HttpResponseRedirect(reverse("connect:apps"))


@signed_in
@require_GET
def yours(request: HttpRequest) -> HttpResponse:
    """The apps that the person registered."""
    return _page(request, "yours", {"apps": queries.apps_of(person_of(request))})


@fresh()
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Register an app, and show its secret, this once."""
    form = NewAppForm(request.POST if request.method == "POST" else None)
    if request.method == "GET" or not form.is_valid():
        return _page(request, "new", {"form": form}, 422 if form.is_bound else 200)
    spend_write(request, "apps")
    try:
        made, shown = actions.register_app(person=person_of(request), **said(form))
    except ParvisError as error:
        form.add_error(None, str(error))
        return _page(request, "new", {"form": form}, error.status)
    return _page(request, "made", {"app": made, "secret": shown})


@signed_in
@require_http_methods(["GET", "POST"])
def app(request: HttpRequest, app_id: uuid.UUID) -> HttpResponse:
    """What is said of an app; changing it."""
    mine = queries.app_of(person_of(request), app_id)
    known = {"name": mine.name, "website": mine.website, "redirect_uris": "\n".join(mine.redirect_uris)}
    form = AppForm(request.POST if request.method == "POST" else None, initial=known)
    if request.method == "GET" or not form.is_valid():
        return _page(request, "app", {"form": form, "app": mine}, 422 if form.is_bound else 200)
    spend_write(request, "apps")
    actions.change_app(person=person_of(request), app_id=app_id, **said(form))
    messages.success(request, _("Saved."))
    return HttpResponseRedirect(reverse("connect:app", args=[app_id]))


@fresh(back="/settings/apps/yours")
@require_POST
def secret(request: HttpRequest, app_id: uuid.UUID) -> HttpResponse:
    """Give an app another secret, and show it, this once."""
    spend_write(request, "apps")
    renewed, shown = actions.renew_secret(person=person_of(request), app_id=app_id)
    return _page(request, "made", {"app": renewed, "secret": shown})


@fresh(back="/settings/apps/yours")
@require_POST
def remove(request: HttpRequest, app_id: uuid.UUID) -> HttpResponse:
    """Register an app no longer."""
    spend_write(request, "apps")
    actions.remove_app(person=person_of(request), app_id=app_id)
    messages.success(request, _("The app is removed. What people let it do has ended."))
    return HttpResponseRedirect(reverse("connect:yours"))
