"""Addresses of this package."""

from django.urls import path

from parvis.inbox.views import notices

app_name = "inbox"

urlpatterns = [
    path("inbox", notices.inbox, name="inbox"),
    path("inbox/read", notices.read_all, name="read-all"),
    path("inbox/unread", notices.unread, name="unread"),
    path("inbox/notices/<uuid:notice_id>/read", notices.read, name="read"),
    path("settings/notifications", notices.settings, name="settings"),
]
