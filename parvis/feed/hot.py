"""Slates and watches in front of Django: see parvis/project/wsgi.py for the contract.

What is not plain (no cookie, one to be renewed, a session that has ended) is left to Django, whose views at the same
addresses call the same functions.
"""

from collections.abc import Callable, Iterable
from typing import Any

import orjson
import psycopg
from django.db import Error as DjangoError
from django.db import connection
from django.utils import translation

from parvis.accounts.viewer import Viewer, read
from parvis.feed import params, reports, serving
from parvis.feed.errors import NotNow, TooLarge
from parvis.feed.guards import REPORTS, SLATES, own_origin, paced
from parvis.feed.live import live
from parvis.kit.errors import ParvisError

StartResponse = Callable[..., Any]
Headers = list[tuple[str, str]]
HEADERS: Headers = [
    ("Content-Type", "application/json"),
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
]
STATUS = {
    200: "200 OK", 400: "400 Bad Request", 401: "401 Unauthorized", 403: "403 Forbidden", 404: "404 Not Found",
    405: "405 Method Not Allowed", 413: "413 Content Too Large", 422: "422 Unprocessable Content",
    429: "429 Too Many Requests", 503: "503 Service Unavailable",
}  # fmt: skip


def slate(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes] | None:
    """Answer GET /feed/slate, or leave it to Django."""
    if environ["REQUEST_METHOD"] != "GET":
        return None
    viewer = viewer_of(environ)
    if viewer is None or _has_ended(viewer):
        return None
    return _answer(start_response, viewer, lambda: _slate(viewer, environ.get("QUERY_STRING", "")))


def watches(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes] | None:
    """Answer POST /feed/watches, or leave it to Django."""
    if environ["REQUEST_METHOD"] != "POST":
        return None
    viewer = viewer_of(environ)
    if viewer is None or _has_ended(viewer):
        return None
    return _answer(start_response, viewer, lambda: _watches(viewer, environ))


def viewer_of(environ: dict[str, Any]) -> Viewer | None:
    """Return the viewer whose cookie can be trusted without asking the database, else None."""
    viewer = read(environ.get("HTTP_COOKIE", ""))
    return viewer if viewer and viewer.is_fresh else None


def _has_ended(viewer: Viewer) -> bool:
    """Whether the session that the cookie names is over. Where the feed cannot start, nothing is answered anyway."""
    try:
        return bool(viewer.session) and viewer.session in live().ended_sessions
    except (DjangoError, psycopg.Error):
        return False


def _slate(viewer: Viewer, query: str) -> bytes:
    asked = params.asked(query)
    paced(SLATES, viewer)
    return serving.slate(live(), viewer, asked)


def _watches(viewer: Viewer, environ: dict[str, Any]) -> bytes:
    own_origin(environ.get("HTTP_ORIGIN", ""), environ.get("HTTP_SEC_FETCH_SITE", ""), environ.get("HTTP_HOST", ""))
    length = environ.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > params.MOST_BYTES:
        raise TooLarge
    paced(REPORTS, viewer)
    events = params.report(environ["wsgi.input"].read(int(length)))
    return orjson.dumps(reports.take(live(), viewer, events))


def refusal(viewer: Viewer, error: ParvisError) -> tuple[int, Headers, bytes]:
    """Return status, headers and body of a refusal, in the viewer's language."""
    with translation.override(viewer.language):
        body = orjson.dumps(error.as_json())
    return error.status, HEADERS + ([("Retry-After", "2")] if error.status in {429, 503} else []), body


def _answer(start_response: StartResponse, viewer: Viewer, make: Callable[[], bytes]) -> Iterable[bytes]:
    status, headers = 200, HEADERS
    try:
        body = make()
    except (ParvisError, DjangoError, psycopg.Error) as raised:
        status, headers, body = refusal(viewer, raised if isinstance(raised, ParvisError) else NotNow())
    finally:
        # Back to the pool, or away if it is broken. Most requests never took one.
        if connection.connection is not None and not connection.in_atomic_block:
            connection.close()
    start_response(STATUS[status], [*headers, ("Content-Length", str(len(body)))])
    return [body]
