"""What makes an app of the pages: the manifest, the service worker, and the page for when there is no network."""

import hashlib
from typing import Any, Final

from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from parvis.ui.templatetags.ui import sheets

OFFLINE: Final = "/offline"
INK: Final = "#121319"
ICONS: Final = (
    ("ui/icons/192.png", "192x192", "any"),
    ("ui/icons/512.png", "512x512", "any"),
    ("ui/icons/maskable-512.png", "512x512", "maskable"),
)


@require_safe
@cache_control(public=True, max_age=3600)
def manifest(request: HttpRequest) -> HttpResponse:
    """The web app manifest (W3C)."""
    told: dict[str, Any] = {
        "id": "/",
        "name": _("Parvis"),
        "short_name": _("Parvis"),
        "description": _("Short clips from the square."),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "orientation": "any",
        "background_color": INK,
        "theme_color": INK,
        "icons": [
            {"src": staticfiles_storage.url(path), "sizes": sizes, "type": "image/png", "purpose": purpose}
            for path, sizes, purpose in ICONS
        ],
        "shortcuts": [
            {"name": _("Create"), "url": "/create"},
            {"name": _("Inbox"), "url": "/inbox"},
        ],
    }
    return JsonResponse(told, content_type="application/manifest+json")


def kept() -> list[str]:
    """Return what the service worker keeps: the page for when there is no network, and what that needs. Nothing of it
    is anybody's."""
    files = [*(f"{sheet}.css" for sheet in sheets()), "ui/css/offline.css", "ui/mark.svg"]
    return [OFFLINE, *(staticfiles_storage.url(file) for file in files)]


@require_safe
@cache_control(public=True, max_age=0, must_revalidate=True)
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker. It changes when anything that it keeps does, and then keeps it anew."""
    names = kept()
    version = hashlib.sha256("\n".join(names).encode()).hexdigest()[:16]
    context = {
        "version": version,
        "kept": names,
        "offline": OFFLINE,
        "icon": staticfiles_storage.url("ui/icons/192.png"),
        "badge": staticfiles_storage.url("ui/icons/badge-96.png"),
    }
    return render(request, "ui/worker.js", context, content_type="text/javascript; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=0, must_revalidate=True)
def offline(request: HttpRequest) -> HttpResponse:
    """The page for when there is no network. It is the same for everybody and says nothing of anybody."""
    return render(request, "ui/offline.html")
