"""Addresses of this package, below /api/."""

from django.urls import path, re_path

from parvis.api.service import all_json, nothing_here
from parvis.api.views import documents

_urls, _app, _namespace = documents.service.urls

urlpatterns = [
    path("openapi.json", documents.openapi, name="openapi"),
    path("docs", documents.docs, name="api-docs"),
    path("v1/", (all_json(_urls), _app, _namespace)),
    re_path(r"^v1/(?P<rest>.*)$", nothing_here, name="api-nothing"),
]
