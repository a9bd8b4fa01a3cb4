"""Hot path of this package: see parvis/project/wsgi.py for the contract."""

from collections.abc import Callable, Iterable
from typing import Any


def media(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes] | None:
    """Serve a file of a clip."""
    return None
