"""Health and metrics, answered in front of Django: they must not depend on what they report about."""

import hmac
from collections.abc import Callable, Iterable
from typing import Any

import orjson
from django.conf import settings
from django.db import Error as DjangoError
from django.db import connection
from psycopg import Error as DriverError

from parvis.ops.health import failing_parts

StartResponse = Callable[..., Any]
LOOPBACK = frozenset({"127.0.0.1", "::1", "[::1]"})
BY_PROXY = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA")


def healthz(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """Say that this process lives: no database, no file."""
    return _answer(start_response, "200 OK", {"alive": True})


def readyz(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """Say whether database, storage and worker answer; 503 names each that does not, without its secrets."""
    failing = failing_parts()
    status = "503 Service Unavailable" if failing else "200 OK"
    return _answer(start_response, status, {"ready": not failing, "failing": failing})


def metrics(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """Tell Prometheus how it goes: whoever shows PARVIS_METRICS_TOKEN; where none is set, only this machine."""
    from parvis.ops.metrics import text  # prometheus_client chooses its way of counting when it is imported

    if not _may_read(environ):
        return _answer(start_response, "403 Forbidden", {"error": {"code": "forbidden"}})
    try:
        content = text()
    except (DjangoError, DriverError):
        return _answer(start_response, "503 Service Unavailable", {"error": {"code": "not-now"}})
    finally:
        if not connection.in_atomic_block:
            connection.close()
    kind = ("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
    start_response("200 OK", [kind, ("Content-Length", str(len(content))), ("Cache-Control", "no-store")])
    return [content]


def _may_read(environ: dict[str, Any]) -> bool:
    expected = settings.PARVIS_METRICS_TOKEN
    if expected:
        shown = environ.get("HTTP_AUTHORIZATION", "")
        return hmac.compare_digest(shown.encode(errors="replace"), f"Bearer {expected}".encode())
    return environ.get("REMOTE_ADDR") in LOOPBACK and not any(name in environ for name in BY_PROXY)


def _answer(start_response: StartResponse, status: str, body: dict[str, Any]) -> Iterable[bytes]:
    content = orjson.dumps(body)
    headers = [
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(content))),
        ("Cache-Control", "no-store"),
    ]
    start_response(status, headers)
    return [content]
