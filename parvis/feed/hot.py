"""Hot path of this package: see parvis/project/wsgi.py for the contract."""

from collections.abc import Callable, Iterable
from typing import Any


def slate(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes] | None:
    """Answer a slate."""
    return None


def watches(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes] | None:
    """Store watches."""
    return None
