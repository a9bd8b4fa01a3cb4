"""Addresses of this package."""

from django.urls import path

from parvis.owndata import views

app_name = "owndata"

urlpatterns = [
    path("settings/data", views.data, name="data"),
    path("settings/data/<uuid:download_id>", views.download, name="download"),
    path("settings/delete", views.delete, name="delete"),
]
