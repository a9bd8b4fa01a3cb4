"""Refusals in one shape, and the first visit to an empty installation."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from parvis.accounts.queries import has_operator
from parvis.kit.errors import ParvisError

OPEN_AT_FIRST = ("/welcome", "/static/", "/healthz", "/readyz", "/-/", "/api/")

Handler = Callable[[HttpRequest], HttpResponse]


class BadOrigin(ParvisError):
    """The request did not prove that it came from one of our pages."""

    code = "bad-origin"
    status = 403
    message = _("Please reload the page and try again.")


def wants_json(request: HttpRequest) -> bool:
    """Whether the sender is a program or one of our scripts, not a person who loads a page."""
    return request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate" or not request.accepts("text/html")


def refusal(request: HttpRequest, error: ParvisError) -> HttpResponse:
    """Answer a refusal: the one JSON shape for scripts, a page for people."""
    if wants_json(request):
        return JsonResponse(error.as_json(), status=error.status)
    return render(request, "ui/refusal.html", {"error": error, "status": error.status}, status=error.status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a request without a valid CSRF token."""
    return refusal(request, BadOrigin())


class ErrorsMiddleware:
    """Turns a ParvisError of a view into an answer."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return refusal(request, error) if isinstance(error, ParvisError) else None


class FirstRunMiddleware:
    """Sends every page to /welcome while nobody operates the installation."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.settled = False

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not self.settled and request.method == "GET" and not wants_json(request):
            self.settled = has_operator()
            if not self.settled and not request.path.startswith(OPEN_AT_FIRST):
                return HttpResponseRedirect("/welcome")
        return self.get_response(request)
