"""Addresses of this package."""

from django.urls import path

from parvis.ops import views

app_name = "ops"

urlpatterns = [
    path("-/admin/debug/", views.debug, name="debug"),
    path("-/admin/debug/clip", views.clip, name="debug-clip"),
    path("-/admin/debug/slate", views.slate, name="debug-slate"),
    path("-/admin/debug/work", views.work, name="debug-work"),
    path("-/admin/debug/events", views.events, name="debug-events"),
]
