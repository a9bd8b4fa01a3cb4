"""Settings: the addresses that one has told, and how that goes."""

import uuid
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from parvis.accounts.gates import fresh, signed_in
from parvis.accounts.limits import spend_by
from parvis.accounts.signin import person_of
from parvis.accounts.viewer import Request
from parvis.connect.queries import apps_of
from parvis.kit.errors import ParvisError
from parvis.webhooks.actions import endpoints as actions
from parvis.webhooks.forms import MINE, NewEndpointForm, TopicsForm
from parvis.webhooks.limits import CALLS, CHANGES
from parvis.webhooks.queries import Shown, for_viewer
from parvis.webhooks.topics import topics

LIST = "/settings/webhooks"


def _page(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return render(request, f"webhooks/{name}.html", {**context, "section": "settings"}, status=status)


def _back(endpoint_id: uuid.UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse("webhooks:one", args=[endpoint_id]))


@signed_in
@require_GET
def all_of_them(request: Request) -> HttpResponse:
    """The addresses that the person has told."""
    return _page(request, "all", {"endpoints": for_viewer(request.viewer).all()})


@fresh
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """Have an address told, and show its secret, this once."""
    apps = apps_of(person_of(request))
    asked = {"whom": request.GET.get("app", MINE)}
    form = NewEndpointForm(request.POST if request.method == "POST" else None, apps=apps, initial=asked)
    if request.method == "GET" or not form.is_valid():
        return _page(request, "new", {"form": form}, 422 if form.is_bound else 200)
    spend_by(request.viewer, "webhooks", CHANGES)
    said = form.cleaned_data
    app_id = uuid.UUID(said["whom"]) if said["whom"] not in {MINE, ""} else None
    try:
        row, shown = actions.register(
            viewer=request.viewer, address=said["address"], topics=said["topics"], app_id=app_id
        )
    except ParvisError as error:
        form.add_error(None, str(error))
        return _page(request, "new", {"form": form}, error.status)
    return _page(request, "made", {"row": row, "secret": shown})


@signed_in
@require_http_methods(["GET", "POST"])
def one(request: Request, endpoint_id: uuid.UUID) -> HttpResponse:
    """What an address is told and how that went; choosing anew."""
    found = for_viewer(request.viewer).one(endpoint_id)
    form = TopicsForm(request.POST if request.method == "POST" else None, initial={"topics": found.row.topics})
    if request.method == "GET" or not form.is_valid():
        return _page(request, "one", _shown(request, found, form), 422 if form.is_bound else 200)
    spend_by(request.viewer, "webhooks", CHANGES)
    actions.change(viewer=request.viewer, endpoint_id=endpoint_id, topics=form.cleaned_data["topics"])
    messages.success(request, _("Saved."))
    return _back(endpoint_id)


def _shown(request: Request, found: Shown, form: TopicsForm) -> dict[str, Any]:
    labels = {name: topic.label for name, topic in topics().items()}
    log = [(job, labels.get(job.topic, _("Trial call"))) for job in for_viewer(request.viewer).deliveries(found.row.id)]
    return {"endpoint": found, "row": found.row, "form": form, "log": log}


@partial(fresh, back=LIST)
@require_POST
def secret(request: Request, endpoint_id: uuid.UUID) -> HttpResponse:
    """Give an address another secret, and show it, this once."""
    spend_by(request.viewer, "webhooks", CHANGES)
    row, shown = actions.renew_secret(viewer=request.viewer, endpoint_id=endpoint_id)
    return _page(request, "made", {"row": row, "secret": shown, "is_another": True})


@signed_in
@require_POST
def ping(request: Request, endpoint_id: uuid.UUID) -> HttpResponse:
    """Send an address a trial call."""
    spend_by(request.viewer, "webhook-calls", CALLS)
    actions.ping(viewer=request.viewer, endpoint_id=endpoint_id)
    messages.success(request, _("A trial call is on its way. See below what came of it."))
    return _back(endpoint_id)


@signed_in
@require_POST
def resume(request: Request, endpoint_id: uuid.UUID) -> HttpResponse:
    """Tell a paused address again."""
    spend_by(request.viewer, "webhook-calls", CALLS)
    actions.resume(viewer=request.viewer, endpoint_id=endpoint_id)
    messages.success(request, _("The address is told again, first what waited."))
    return _back(endpoint_id)


@signed_in
@require_POST
def send_again(request: Request, endpoint_id: uuid.UUID, delivery_id: uuid.UUID) -> HttpResponse:
    """Send a call again."""
    spend_by(request.viewer, "webhook-calls", CALLS)
    actions.send_again(viewer=request.viewer, endpoint_id=endpoint_id, delivery_id=delivery_id)
    messages.success(request, _("The call is sent again."))
    return _back(endpoint_id)


@signed_in
@require_POST
def remove(request: Request, endpoint_id: uuid.UUID) -> HttpResponse:
    """Tell an address nothing any more."""
    spend_by(request.viewer, "webhooks", CHANGES)
    actions.remove(viewer=request.viewer, endpoint_id=endpoint_id)
    messages.success(request, _("The address is told nothing any more."))
    return HttpResponseRedirect(LIST)
