"""Who may enter a page of webhooks."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.views import redirect_to_login
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
            return redirect_to_login(request.get_full_path())
        raise SignInNeeded

    return gated


def fresh(view: View, back: str = "") -> View:
    """As `signed_in`, for who showed within ten minutes that it is they: others confirm it, and come back to the page,
    or to `back` where it is only posted to."""

    @wraps(view)
    def gated(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if is_fresh(request):
            return view(request, *args, **kwargs)
        return HttpResponseRedirect(f"/settings/confirm?{urlencode({'next': back or request.get_full_path()})}")

    return signed_in(gated)
