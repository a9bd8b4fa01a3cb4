"""Who asks, and what they may: a token (Authorization: Bearer), or the session of a browser with its CSRF token."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware

from parvis.accounts.errors import SignInNeeded, TooMany
from parvis.accounts.limits import client_address
from parvis.accounts.scopes import demand
from parvis.accounts.viewer import Request
from parvis.api.errors import BadOrigin
from parvis.feed.pace import Pace

SAFE = frozenset({"GET", "HEAD"})
# A page asks for ten things when it opens. What an act costs beyond that is counted where the pages count it.
CALLS = Pace(per_second=20, burst=200)


class Asking:
    """Lets in who may call an operation: people whose token has `scope`, and people in a browser; others too where
    `visitors` is set. Whoever comes with cookies has to show for a write that one of our pages sent it."""

    def __init__(self, scope: str, *, visitors: bool = False) -> None:
        self.scope, self.visitors = scope, visitors

    def __call__(self, request: Request) -> Any:
        """Raise what is in the way; else return the viewer. Ninja calls this first."""
        viewer = request.viewer
        if settings.PARVIS_RATE_LIMITS and not CALLS.allows(
            request.counted or (viewer.pseudonym if viewer.is_signed_in else client_address(request))
        ):
            raise TooMany
        if not viewer.is_signed_in and not self.visitors:
            raise SignInNeeded
        demand(request.scopes, self.scope)
        if request.scopes is None and request.method not in SAFE and not _is_ours(request):
            raise BadOrigin
        return viewer


def _is_ours(request: HttpRequest) -> bool:
    """Whether a page of ours sent the request, as Django's own check of forms decides."""
    return CsrfViewMiddleware(_nothing).process_view(request, _nothing, (), {}) is None


def _nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse()
