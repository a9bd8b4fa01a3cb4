from django.urls import path
from django.views.i18n import set_language

from parvis.ui import installed, views

app_name = "ui"

urlpatterns = [
    path("language", set_language, name="language"),
    path("manifest.webmanifest", installed.manifest, name="manifest"),
    path("sw.js", installed.worker, name="worker"),
    path("offline", installed.offline, name="offline"),
    path("-/patterns", views.patterns, name="patterns"),
]
