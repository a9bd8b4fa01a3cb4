"""Health, answered in front of Django: it must not depend on what it reports about."""

from collections.abc import Callable, Iterable
from typing import Any

import orjson

from parvis.ops.health import failing_parts

StartResponse = Callable[..., Any]


def healthz(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """Say that this process lives: no database, no file."""
    return _answer(start_response, "200 OK", {"alive": True})


def readyz(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """Say whether database, storage and worker answer; 503 names each that does not, without its secrets."""
    failing = failing_parts()
    status = "503 Service Unavailable" if failing else "200 OK"
    return _answer(start_response, status, {"ready": not failing, "failing": failing})


def _answer(start_response: StartResponse, status: str, body: dict[str, Any]) -> Iterable[bytes]:
    content = orjson.dumps(body)
    headers = [
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(content))),
        ("Cache-Control", "no-store"),
    ]
    start_response(status, headers)
    return [content]
