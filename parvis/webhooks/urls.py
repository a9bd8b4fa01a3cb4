"""Addresses of this package."""

from django.urls import path

from parvis.webhooks import views

app_name = "webhooks"

urlpatterns = [
    path("settings/webhooks", views.all_of_them, name="all"),
    path("settings/webhooks/new", views.new, name="new"),
    path("settings/webhooks/<uuid:endpoint_id>", views.one, name="one"),
    path("settings/webhooks/<uuid:endpoint_id>/secret", views.secret, name="secret"),
    path("settings/webhooks/<uuid:endpoint_id>/ping", views.ping, name="ping"),
    path("settings/webhooks/<uuid:endpoint_id>/resume", views.resume, name="resume"),
    path("settings/webhooks/<uuid:endpoint_id>/remove", views.remove, name="remove"),
    path("settings/webhooks/<uuid:endpoint_id>/calls/<uuid:delivery_id>/again", views.send_again, name="again"),
]
