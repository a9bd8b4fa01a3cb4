"""Addresses of this package."""

from django.urls import path

from parvis.feed import views

app_name = "feed"

urlpatterns = [
    path("", views.for_you, name="for-you"),
    path("following", views.following, name="following"),
    path("tag/<str:tag>", views.tag, name="tag"),
    path("@<str:handle>/feed", views.by, name="by"),
    path("feed/slate", views.slate, name="slate"),
    path("feed/watches", views.watches, name="watches"),
    path("feed-settings", views.settings, name="settings"),
    path("about-feed", views.about, name="about"),
    path("c/<uuid:clip_id>/why", views.why, name="why"),
]
