"""Addresses of this package."""

from django.urls import path

from parvis.clips.views import tus

urlpatterns = [
    path("uploads/", tus.uploads, name="uploads"),
    path("uploads/<uuid:upload_id>", tus.upload, name="upload"),
]
