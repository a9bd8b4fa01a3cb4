"""Addresses of this package."""

from django.urls import path

from parvis.guardians import views

app_name = "guardians"
urlpatterns = [
    path("settings/family", views.family, name="family"),
    path("settings/family/code", views.code, name="code"),
    path("settings/family/<uuid:link>", views.link, name="link"),
    path("settings/family/<uuid:link>/answer", views.answer, name="answer"),
    path("settings/family/<uuid:link>/end", views.end, name="end"),
]
