from django.urls import path
from django.views.i18n import set_language

from parvis.ui import views

app_name = "ui"

urlpatterns = [
    path("language", set_language, name="language"),
    path("-/patterns", views.patterns, name="patterns"),
]
