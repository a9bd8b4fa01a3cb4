"""How long requests take, by the pattern of their address: an address itself may name somebody."""

import logging
from collections.abc import Callable
from time import perf_counter

from django.http import HttpRequest, HttpResponse

from parvis.kit.measures import note

log = logging.getLogger(__name__)
SLOW_S = 2.0


class MeasuringMiddleware:
    """Notes each request that Django answers; says so where one took long."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = perf_counter()
        answer = self.get_response(request)
        seconds, route = perf_counter() - began, route_of(request)
        note("request", seconds, str(request.method), route, f"{answer.status_code // 100}xx")
        if seconds > SLOW_S:
            log.warning("%s %s took %.1f s", request.method, route, seconds)
        return answer


def route_of(request: HttpRequest) -> str:
    """Return the pattern that a request's address matched; "none" for none."""
    return f"/{request.resolver_match.route}" if request.resolver_match else "none"
