"""Who may enter a page, and how often they may write."""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from parvis.accounts.gates import View, fresh, fresh_for, signed_in
from parvis.accounts.limits import client_address, spend
from parvis.accounts.models import Person
from parvis.accounts.viewer import Request

__all__ = ["View", "fresh", "fresh_for", "language_of", "me", "page", "signed_in", "spend_write"]


def me(request: HttpRequest) -> Person:
    """Return the person who passed the gate."""
    return cast("Person", request.user)


def spend_write(request: HttpRequest, what: str, *, per_minute: float = 6, burst: int = 20) -> None:
    """Count a write of the person, or of the visitor's address. TooMany when it was a lot."""
    who = str(request.user.pk) if request.user.is_authenticated else client_address(request)
    spend(f"{what}:{who}", per_minute=per_minute, burst=burst)


def page(request: HttpRequest, template: str, context: dict[str, Any] | None = None, status: int = 200) -> HttpResponse:
    """Render one of this package's pages."""
    return render(request, f"accounts/{template}.html", context, status=status)


def language_of(request: HttpRequest) -> str:
    """Return the language of the page that the request came from."""
    return cast("Request", request).viewer.language
