"""Who may enter a page, in any package."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.cache import add_never_cache_headers

from parvis.accounts.errors import SignInNeeded
from parvis.accounts.signin import is_fresh

View = Callable[..., HttpResponse]


def signed_in(view: View) -> View:
    """Let people with an account in; send others to sign in first, or refuse them (401) if they want to write."""

    @wraps(view)
    def gated(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            answer = view(request, *args, **kwargs)
            add_never_cache_headers(answer)
            return answer
        if request.method in {"GET", "HEAD"}:
            return _to("/sign-in", request.get_full_path())
        raise SignInNeeded

    return gated


def fresh(view: View, back: str = "") -> View:
    """Let signed-in people in who showed within ten minutes that it is they; ask others to confirm it first.

    `back` is the page to return to for a view that is only posted to.
    """

    @wraps(view)
    def gated(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if is_fresh(request):
            return view(request, *args, **kwargs)
        return _to("/settings/confirm", back or request.get_full_path())

    return signed_in(gated)


def fresh_for(back: str) -> Callable[[View], View]:
    """Return `fresh` with a page to return to."""
    return lambda view: fresh(view, back)


def _to(page: str, after: str) -> HttpResponse:
    return HttpResponseRedirect(f"{page}?{urlencode({'next': after})}")
