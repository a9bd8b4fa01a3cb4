"""Blocking and muting: from the menus, and the page that lists and undoes both."""

import uuid

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from parvis.accounts.limits import spend_by
from parvis.accounts.queries import for_viewer as people_for
from parvis.accounts.viewer import Request
from parvis.social import actions, queries
from parvis.social.limits import TAP

PAGE = "/settings/blocked"


@require_GET
@never_cache
def blocked_page(request: Request) -> HttpResponse:
    """Whom the viewer blocks, and whom and what the viewer mutes."""
    if not request.viewer.is_signed_in:
        return redirect_to_login(request.path)
    context = {
        "blocked": people_for(request.viewer).blocked(),
        "mutes": queries.own_mutes(request.viewer),
        "section": "settings",
    }
    return render(request, "social/blocked.html", context)


@require_http_methods(["PUT", "DELETE", "POST"])
def block(request: Request, handle: str) -> HttpResponse:
    """PUT blocks a person, DELETE undoes it: {"blocked"}. POST does the same for a form: `undo`, or nothing."""
    viewer = request.viewer
    spend_by(viewer, "block", TAP)
    if request.method == "DELETE" or "undo" in request.POST:
        person = people_for(viewer).blocked_named(handle)
        actions.unblock(viewer=viewer, person=person)
        said = _("%(name)s is no longer blocked.")
    else:
        person = people_for(viewer).named(handle)
        actions.block(viewer=viewer, person=person)
        said = _("%(name)s is blocked. Neither of you sees anything of the other.")
    if request.method != "POST":
        return JsonResponse({"blocked": request.method == "PUT"})
    messages.success(request, said % {"name": person.name})
    return HttpResponseRedirect(PAGE, status=303)


@require_http_methods(["PUT", "DELETE", "POST"])
def mute(request: Request, handle: str) -> HttpResponse:
    """PUT mutes a person, DELETE undoes it: {"muted"}. POST does the same for a form: `undo`, or nothing."""
    viewer = request.viewer
    spend_by(viewer, "mute", TAP)
    person = people_for(viewer).named(handle)
    if request.method == "DELETE" or "undo" in request.POST:
        actions.unmute_person(viewer=viewer, person=person)
        said = _("You see %(name)s again.")
    else:
        actions.mute_person(viewer=viewer, person=person)
        said = _("%(name)s is muted. Nobody is told.")
    if request.method != "POST":
        return JsonResponse({"muted": request.method == "PUT"})
    messages.success(request, said % {"name": person.name})
    return HttpResponseRedirect(PAGE, status=303)


@require_POST
def mutes(request: Request) -> HttpResponse:
    """POST `text` mutes a word, or a tag."""
    spend_by(request.viewer, "mute", TAP)
    actions.mute_text(viewer=request.viewer, text=request.POST.get("text", ""))
    messages.success(request, _("Muted. Nobody is told."))
    return HttpResponseRedirect(PAGE, status=303)


@require_http_methods(["POST", "DELETE"])
def muted(request: Request, mute_id: uuid.UUID) -> HttpResponse:
    """POST (a form) or DELETE takes a mute back."""
    spend_by(request.viewer, "mute", TAP)
    actions.unmute(viewer=request.viewer, mute_id=mute_id)
    if request.method == "DELETE":
        return HttpResponse(status=204)
    messages.success(request, _("No longer muted."))
    return HttpResponseRedirect(PAGE, status=303)
