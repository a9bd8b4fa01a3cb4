"""Reporting a thing, in two steps; with or without an account."""

import uuid
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from parvis.accounts.limits import client_address, spend
from parvis.accounts.viewer import Request
from parvis.clips.queries import tags_of_clip
from parvis.safety import actions, queries
from parvis.safety.forms import ReportForm
from parvis.safety.reasons import CATEGORIES, category
from parvis.safety.registry import parts


@never_cache
@require_http_methods(["GET", "POST"])
def report(request: Request, kind: str, thing_id: uuid.UUID) -> HttpResponse:
    """GET: the first step, or with `about` (a category) the second. POST sends the report."""
    thing = queries.reportable(request.viewer, kind, thing_id)
    chosen = category(request.GET.get("about", ""))
    context: dict[str, Any] = {"thing": thing, "kind": kind, "category": chosen, "origin": settings.PARVIS_ORIGIN}
    if chosen is None:
        shown = {**context, "categories": CATEGORIES, "parts": parts(request.viewer, kind, thing_id)}
        if kind == "clip":
            shown["tags"] = tags_of_clip(thing_id)
        return render(request, "safety/report.html", shown)
    form = ReportForm(request.POST or None, category=chosen)
    if request.method == "GET" or not form.is_valid():
        return render(request, "safety/report.html", {**context, "form": form}, status=422 if form.is_bound else 200)
    _spend(request)
    actions.report(viewer=request.viewer, kind=kind, thing_id=thing_id, **form.cleaned_data)
    return render(request, "safety/reported.html", context)


def _spend(request: Request) -> None:
    """A visitor's address may report less often than a person: nobody answers for it."""
    if request.viewer.is_signed_in:
        spend(f"report:{request.viewer.person_id}", per_minute=6, burst=20)
    else:
        spend(f"report:{client_address(request)}", per_minute=0.5, burst=5)
