"""Addresses of this package."""

from django.urls import path

from parvis.owndata import views

app_name = "owndata"

urlpatterns = [
    path("settings/data", views.data, name="data"),
    path("settings/data/<uuid:download_id>", views.download, name="download"),
    path("settings/data/bring", views.bring_mine, name="bring-mine"),
    path("settings/data/brought/<uuid:arrival_id>", views.brought, name="brought"),
    path("settings/data/brought/<uuid:arrival_id>/profile", views.brought_profile, name="brought-profile"),
    path("settings/data/names/<uuid:alias_id>", views.alias, name="alias"),
    path("bring", views.bring, name="bring"),
    path("settings/delete", views.delete, name="delete"),
]
