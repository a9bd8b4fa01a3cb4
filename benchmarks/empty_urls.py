"""Every address, and one that answers nothing: what every page costs before its view begins."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def empty(request: HttpRequest) -> HttpResponse:
    """Answer nothing, through everything that stands before a view."""
    return HttpResponse("")


urlpatterns = [path("-/empty", empty), path("", include("parvis.project.urls"))]
