"""The application behind the bridge (`rsgi`): a short hot path, then Django, in one process.

A hot function is `(environ, start_response) -> Iterable[bytes] | None`; None hands the request to Django, which
answers the same address through the whole stack (a cookie to renew, a page to show).
"""

import os
from collections.abc import Callable, Iterable
from time import perf_counter
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "parvis.project.settings")
_django = get_wsgi_application()

from parvis.clips import hot as clips_hot  # noqa: E402 - Django must be set up first
from parvis.feed import hot as feed_hot  # noqa: E402
from parvis.kit.measures import note  # noqa: E402
from parvis.ops import hot as ops_hot  # noqa: E402

Hot = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes] | None]

EXACT: dict[str, Hot] = {
    "/feed/slate": feed_hot.slate,
    "/feed/watches": feed_hot.watches,
    "/healthz": ops_hot.healthz,
    "/readyz": ops_hot.readyz,
    "/-/metrics": ops_hot.metrics,
}
MEDIA = "/media/"


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer one request (PEP 3333)."""
    path = environ["PATH_INFO"]
    hot = EXACT.get(path) or (clips_hot.media if path.startswith(MEDIA) else None)
    if hot is not None:
        answer = _measured(hot, MEDIA if path.startswith(MEDIA) else path, environ, start_response)
        if answer is not None:
            return answer
    return _django(environ, start_response)


def _measured(
    hot: Hot, name: str, environ: dict[str, Any], start_response: Callable[..., Any]
) -> Iterable[bytes] | None:
    """Answer by a hot function, and note how long that took."""
    began, said = perf_counter(), ""

    def start(status: str, headers: Any, *more: Any) -> Any:
        nonlocal said
        said = status[0]
        return start_response(status, headers, *more)

    answer = hot(environ, start)
    if answer is not None:
        note("request", perf_counter() - began, environ["REQUEST_METHOD"], name, f"{said}xx")
    return answer
