"""The API as ninja serves it: our parser, our refusals, our document."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.parser import Parser
from ninja.renderers import BaseRenderer

from parvis.api.answers import CAUGHT, on_refusal, refuse
from parvis.api.errors import NotThere, TooLarge, Unreadable, WrongMethod, WrongType

VERSION = "1"
MOST_BYTES = 1024 * 1024
SCHEMES = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "A token from Settings > Tokens. `x-scope` says what it must allow.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": settings.SESSION_COOKIE_NAME,
        "description": "A browser's session. What is no GET sends the token of the page as `X-CSRFToken`, too.",
    },
}


class JsonOnly(Parser):
    """Reads bodies: JSON, of a sane size. Bad UTF-8, lone surrogates and towers of brackets are no JSON."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Return the body as values."""
        if request.content_type != "application/json":
            raise WrongType
        if len(request.body) > MOST_BYTES:
            raise TooLarge
        try:
            return orjson.loads(request.body)
        except orjson.JSONDecodeError as error:
            raise Unreadable from error


class Rendered(BaseRenderer):
    """Writes answers."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        """Return the bytes of an answer."""
        return orjson.dumps(data)


class Service(NinjaAPI):
    """NinjaAPI with one shape for refusals and a whole document."""

    def set_default_exception_handlers(self) -> None:
        """Answer all that we know; the rest is an error of ours, for the log and Django's page."""
        super().set_default_exception_handlers()
        for kind in CAUGHT:
            self.add_exception_handler(kind, on_refusal)  # type: ignore[arg-type]  # errors come as instances only

    def create_temporal_response(self, request: HttpRequest) -> HttpResponse:
        """Answers are for who asked: no cache keeps them."""
        answer = super().create_temporal_response(request)
        answer["Cache-Control"] = "no-store"
        return answer

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """Return the document."""
        document = super().get_openapi_schema(**options)
        document["components"]["securitySchemes"] = SCHEMES
        return document


def all_json(urls: Sequence[URLPattern | URLResolver]) -> list[URLPattern]:
    """Let ninja's addresses refuse wrong methods in our shape, too; without its page at the root."""
    kept = [one for one in urls if isinstance(one, URLPattern) and one.name != "api-root"]
    for pattern in kept:
        pattern.callback = _in_json(pattern.callback)
    return kept


def _in_json(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = view(request, *args, **kwargs)
        if answer.status_code == 405:
            refused = refuse(WrongMethod())
            refused["Allow"] = answer["Allow"]
            return refused
        return answer

    return answered


def nothing_here(_request: HttpRequest, rest: str = "") -> HttpResponse:
    """Answer every other address below the API."""
    return refuse(NotThere())


nothing_here.csrf_exempt = True  # type: ignore[attr-defined]  # there is nothing to forge
