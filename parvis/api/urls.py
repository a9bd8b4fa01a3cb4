"""Addresses of this package, below /api/."""

from django.urls import path

from parvis.api.service import all_json, nothing_here
from parvis.api.views import documents

_urls, _app, _namespace = documents.service.urls

urlpatterns = [
    path("openapi.json", documents.openapi, name="openapi"),
    path("docs", documents.docs, name="api-docs"),
    path("v1/", (all_json(_urls), _app, _namespace)),
    path("v1/", nothing_here, name="api-root"),
    path("v1/<path:rest>", nothing_here, name="api-nothing"),
]
