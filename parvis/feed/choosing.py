"""Where a viewer says how the feed should be: the settings page, and the same for programs."""

import uuid
from datetime import time as clock
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from parvis.accounts.bounds import bounds_of
from parvis.accounts.viewer import Request, Viewer
from parvis.feed import actions, forms, queries, words
from parvis.feed.errors import BadChoice
from parvis.feed.live import live
from parvis.feed.minutes import break_after, most
from parvis.inbox.queries.notices import for_viewer as inbox_of
from parvis.inbox.queries.notices import zone_for


@require_http_methods(["GET", "POST"])
@never_cache
def settings(request: Request) -> HttpResponse:
    """How the viewer wants the feed; POST `mode`, or `minutes`, or `topic`, `value` and `says`, or `reset`."""
    viewer = request.viewer
    if request.method == "POST":
        back = _back(request.POST.get("clip", ""))
        messages.success(request, _posted(request))
        live().company.forget(viewer.pseudonym)
        return HttpResponseRedirect(back, status=303)
    wish, bounds = queries.preference(viewer.pseudonym), bounds_of(viewer.person_id, viewer.age_band)
    said = [(one, words.options(forms.control_of(one.says, one.most))) for one in queries.chosen(viewer)]
    options = words.options("")
    context: dict[str, Any] = {"mode": wish.mode, "said": said, "options": options, "section": "settings"}
    context |= {"durations": words.durations(most(wish.minutes, bounds), bounds.minutes)}
    return render(request, "feed/settings.html", {**context, "limit_by": bounds.names("minutes")})


@require_http_methods(["GET", "POST"])
@never_cache
def time(request: Request) -> HttpResponse:
    """How long the viewer watched on each of the last days; POST `minutes` a day, or `breaks`, minutes in one go."""
    viewer = request.viewer
    if request.method == "POST":
        messages.success(request, _posted(request))
        live().company.forget(viewer.pseudonym)
        return HttpResponseRedirect(request.path, status=303)
    wish, bounds = queries.preference(viewer.pseudonym), bounds_of(viewer.person_id, viewer.age_band)
    quiet = inbox_of(viewer).quiet() if viewer.is_signed_in else []
    zone = zone_for(viewer)
    context = {
        **words.drawn(queries.watched_by_day(viewer.pseudonym, zone, queries.TIME_DAYS)),
        "zone": words.place_of(zone),
        "durations": words.durations(most(wish.minutes, bounds), bounds.minutes),
        "breaks": words.breaks(break_after(wish.break_after, viewer.age_band, bounds), bounds.break_after),
        "limit_by": bounds.names("minutes"),
        "break_by": bounds.names("break_after"),
        "quiet": [clock(*divmod(minute, 60)) for minute in quiet[0]] if quiet else None,
        "section": "settings",
    }
    return render(request, "feed/time.html", context)


def _posted(request: Request) -> str:
    """Do what a form says; returns what to tell."""
    form, viewer = request.POST, request.viewer
    if form.get("reset"):
        actions.reset(viewer=viewer)
        return _("Your feed starts anew.")
    if "says" in form:
        _say(viewer, form.get("topic", ""), form.get("value", ""), forms.said(form["says"]))
    elif "minutes" in form:
        actions.cap_minutes(viewer=viewer, minutes=forms.minutes(form, "minutes"))
    elif "breaks" in form:
        actions.remind(viewer=viewer, minutes=forms.minutes(form, "breaks"))
    else:
        actions.choose_mode(viewer=viewer, mode=form.get("mode", ""))
    return _("Saved.")


def _say(viewer: Viewer, topic: str, value: str, said: forms.Said) -> None:
    if said.says == forms.FORGET:
        actions.unchoose(viewer=viewer, topic=topic, value=value)
    else:
        actions.choose(viewer=viewer, topic=topic, value=value, says=said.says, most=said.most)


def _back(clip: str) -> str:
    """Return the page to go back to: why a clip was shown, or the settings."""
    try:
        return f"/c/{uuid.UUID(clip)}/why" if clip else "/feed-settings"
    except ValueError:
        raise BadChoice from None


@require_GET
@never_cache
def choices(request: Request) -> JsonResponse:
    """What the viewer said of topics, the latest first."""
    return _listed(request.viewer)


@require_http_methods(["PUT", "DELETE"])
def choice(request: Request, topic: str, value: str) -> JsonResponse:
    """PUT `{"says", "most"}` says something of a topic, DELETE takes it back; both answer the whole list."""
    viewer = request.viewer
    said = forms.said_by_script(request.body) if request.method == "PUT" else forms.Said(forms.FORGET)
    if request.method == "PUT" and said.says == forms.FORGET:
        raise BadChoice
    _say(viewer, topic, value, said)
    live().company.forget(viewer.pseudonym)
    return _listed(viewer)


def _listed(viewer: Viewer) -> JsonResponse:
    said = queries.chosen(viewer)
    keys = ("topic", "value", "says", "most")
    return JsonResponse({"choices": [{key: getattr(one, key) for key in keys} for one in said]})
