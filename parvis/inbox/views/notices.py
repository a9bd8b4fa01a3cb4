"""The news of a person, and how they want to be told."""

import uuid
from datetime import time
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from parvis.accounts.bounds import bounds_of
from parvis.accounts.limits import spend_by
from parvis.accounts.queries import has_email
from parvis.accounts.viewer import Request
from parvis.inbox.actions import notices as actions
from parvis.inbox.actions.preferences import choose_letters, prefer
from parvis.inbox.errors import BadQuietHours, UnknownNoticeKind
from parvis.inbox.forms import QuietForm, chosen
from parvis.inbox.limits import CHOICES, TAP
from parvis.inbox.models import Preferences
from parvis.inbox.push.vapid import public_key
from parvis.inbox.queries.notices import for_viewer
from parvis.inbox.queries.unread import in_navigation


@never_cache
@require_GET
def inbox(request: Request) -> HttpResponse:
    """What happened around the viewer, the newest first."""
    if not request.viewer.is_signed_in:
        return redirect_to_login(request.get_full_path())
    page = for_viewer(request.viewer).notices(after=request.GET.get("after", ""))
    context = {"notices": page.notices, "next": page.next, "section": "inbox", "tab": "notices"}
    return render(request, "inbox/notices.html", context)


@require_http_methods(["PUT"])
def read(request: Request, notice_id: uuid.UUID) -> HttpResponse:
    """PUT marks one notice as read: 204."""
    spend_by(request.viewer, "notice-read", TAP)
    actions.read(viewer=request.viewer, notice_id=notice_id)
    return HttpResponse(status=204)


@require_POST
def read_all(request: Request) -> HttpResponse:
    """POST marks everything as read, and leads back."""
    spend_by(request.viewer, "notice-read", TAP)
    actions.read_all(viewer=request.viewer)
    return HttpResponseRedirect(reverse("inbox:inbox"))


@never_cache
@require_GET
def unread(request: Request) -> HttpResponse:
    """How much is unread: {"unread"}. Pages that stay open ask it now and then."""
    return JsonResponse({"unread": in_navigation(request)})


@never_cache
@require_http_methods(["GET", "POST"])
def settings(request: Request) -> HttpResponse:
    """How the viewer is told of each kind of news, and when not."""
    if not request.viewer.is_signed_in and request.method == "GET":
        return redirect_to_login(request.path)
    if request.method == "GET":
        return _settings_page(request)
    spend_by(request.viewer, "inbox-settings", CHOICES)
    form = QuietForm(request.POST)
    if not form.is_valid():
        return _settings_page(request, form, 422)
    try:
        kinds = chosen(request.POST)
        prefer(viewer=request.viewer, **_quiet(form.cleaned_data))
        if form.cleaned_data["digest"]:
            choose_letters(viewer=request.viewer, digest=form.cleaned_data["digest"])
    except (BadQuietHours, UnknownNoticeKind) as error:
        form.add_error("quiet_from" if isinstance(error, BadQuietHours) else None, str(error))
        return _settings_page(request, form, 422)
    actions.choose(viewer=request.viewer, chosen=kinds)
    messages.success(request, _("Your choices are saved."))
    return HttpResponseRedirect(reverse("inbox:settings"))


def _quiet(cleaned: dict[str, Any]) -> dict[str, Any]:
    start, end = cleaned["quiet_from"], cleaned["quiet_until"]
    return {
        "zone": cleaned["zone"],
        "quiet_from": start.hour * 60 + start.minute,
        "quiet_until": end.hour * 60 + end.minute,
    }


def _settings_page(request: Request, form: QuietForm | None = None, status: int = 200) -> HttpResponse:
    door = for_viewer(request.viewer)
    context = {
        "form": form or QuietForm(initial=_initial(door.preferences(), door.quiet())),
        "quiet_by": bounds_of(request.viewer.person_id, request.viewer.age_band).names("quiet"),
        "choices": door.choices(),
        "push_key": public_key(),
        "has_email": request.viewer.person_id is not None and has_email(request.viewer.person_id),
        "section": "settings",
    }
    return render(request, "inbox/settings.html", context, status=status)


def _initial(preferences: Preferences, quiet: list[tuple[int, int]]) -> dict[str, Any]:
    start, end = next(iter(quiet), (0, 0))
    return {
        "quiet_from": time(*divmod(start, 60)),
        "quiet_until": time(*divmod(end, 60)),
        "zone": preferences.zone,
        "digest": preferences.digest,
    }
