from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.http import HttpRequest
from django.test import RequestFactory

from parvis.ui import modules
from parvis.ui.templatetags import ui


@pytest.fixture(autouse=True)
def _modules_found_anew() -> Iterator[None]:
    for cache in (modules._paths_once, ui._module_tags):
        cache.cache_clear()
    yield
    for cache in (modules._paths_once, ui._module_tags):
        cache.cache_clear()


@pytest.fixture
def visit() -> HttpRequest:
    """A request as a page gets it, from a visitor who is not signed in."""
    request = RequestFactory().get("/somewhere?x=1")
    request.csp_nonce = "n0nce"  # type: ignore[attr-defined]
    request.viewer = SimpleNamespace(is_signed_in=False, handle="", display_name="", avatar_url=None, person_id=None)  # type: ignore[attr-defined]
    return request
