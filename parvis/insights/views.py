"""Pages of figures: for the creator of the clips, and nobody else."""

import uuid

from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from parvis.accounts.viewer import Request
from parvis.clips.queries import OwnClip
from parvis.feed.words import lasting
from parvis.insights.queries import SPANS, USUAL, OnDay, for_viewer
from parvis.ui import charts


def _span(request: Request) -> int:
    """Return how many days are asked for."""
    return next((span for span in SPANS if request.GET.get("days") == str(span)), USUAL)


def _drawn(days: list[OnDay]) -> dict[str, object]:
    """Return what the template of days needs: each with its bar, the newest first for the table, and the most."""
    titles = [f"{date_format(one.day, 'MONTH_DAY_FORMAT')}: {one.views}" for one in days]
    return {
        "bars": list(zip(titles, charts.bars([one.views for one in days]), strict=True)),
        "most": max((one.views for one in days), default=0),
        "rows": [one for one in reversed(days) if one.views],
        "first": date_format(days[0].day, "MONTH_DAY_FORMAT"),
        "last": date_format(days[-1].day, "MONTH_DAY_FORMAT"),
    }


@require_GET
@never_cache
def overview(request: Request) -> HttpResponse:
    """The viewer's own clips with their figures, and how often all of them were watched in the last `?days=`."""
    if not request.viewer.is_signed_in:
        return redirect_to_login(request.get_full_path())
    span = _span(request)
    found = for_viewer(request.viewer).overview(after=request.GET.get("after", ""), span=span)
    context = {
        "section": "profile", "lines": found.lines, "next": found.next, "days": _drawn(found.days), "span": span,
        "spans": SPANS,
    }  # fmt: skip
    return render(request, "insights/overview.html", context)


@require_GET
@never_cache
def clip(request: Request, clip_id: uuid.UUID) -> HttpResponse:
    """How one of the viewer's own clips was watched."""
    if not request.viewer.is_signed_in:
        return redirect_to_login(request.get_full_path())
    span = _span(request)
    figures = for_viewer(request.viewer).of_clip(clip_id, span=span)
    context = {
        "section": "profile", "figures": figures, "own": OwnClip(figures.clip), "days": _drawn(figures.days),
        "span": span, "spans": SPANS,
    }  # fmt: skip
    if told := figures.told:
        context |= {
            "curve": [(10 * tenth, 100 * share) for tenth, share in enumerate(told.curve)],
            "line": charts.line(told.curve),
            "area": charts.area(told.curve),
            "average": 100 * told.average,
            "again": 100 * told.again,
            "watched": lasting(told.watched_ms),
            "sources": [(part, 100 * part.share) for part in told.sources],
            "markets": [(part, 100 * part.share) for part in told.markets],
        }
    return render(request, "insights/clip.html", context)
