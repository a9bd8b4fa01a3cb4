"""Debug pages under the admin, for operators: what stands in the rows behind the hard things."""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from parvis.accounts.viewer import Request
from parvis.feed.errors import ForOperators
from parvis.ops import queries
from parvis.ops.queries import Table

View = Callable[..., HttpResponse]


def for_operators(view: View) -> View:
    """Let operators in; visitors sign in first, others are refused."""

    @wraps(view)
    def gated(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.viewer.is_signed_in:
            return redirect_to_login(request.get_full_path())
        if not request.viewer.is_operator:
            raise ForOperators
        return view(request, *args, **kwargs)

    return require_safe(never_cache(gated))


def _page(request: Request, title: str, tables: list[Table]) -> HttpResponse:
    return render(request, "ops/debug.html", {"title": title, "tables": tables, "section": "settings"})


@for_operators
def debug(request: Request) -> HttpResponse:
    """Where to look; `?clip=`, `?slate=` an id leads there."""
    return _page(request, _("Behind the pages"), [])


@for_operators
def clip(request: Request) -> HttpResponse:
    """A clip's states, uploads, files and events: `?id=`."""
    return _page(request, _("A clip"), _found(queries.of_clip(_id(request))))


@for_operators
def slate(request: Request) -> HttpResponse:
    """A slate's trace: what each step did, and what gave each clip its place: `?id=`."""
    return _page(request, _("A slate"), _found(queries.of_slate(_id(request))))


@for_operators
def work(request: Request) -> HttpResponse:
    """Workers, subscribers, and what waits for them."""
    return _page(request, _("Slow work"), queries.of_work())


@for_operators
def events(request: Request) -> HttpResponse:
    """The latest events; `?kind=`, and `?id=` of what they are about."""
    about = _id(request) if request.GET.get("id") else None
    return _page(request, _("What happened"), queries.of_events(request.GET.get("kind", "").replace("\x00", ""), about))


def _id(request: Request) -> uuid.UUID:
    try:
        return uuid.UUID(request.GET.get("id", ""))
    except ValueError:
        raise Http404 from None


def _found(tables: list[Table]) -> list[Table]:
    if not tables:
        raise Http404
    return tables
