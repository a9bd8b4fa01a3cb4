"""Addresses of this package."""

from django.urls import path

from parvis.feed import choosing, views

app_name = "feed"

urlpatterns = [
    path("", views.for_you, name="for-you"),
    path("following", views.following, name="following"),
    path("tag/<str:tag>", views.tag, name="tag"),
    path("@<str:handle>/feed", views.by, name="by"),
    path("feed/slate", views.slate, name="slate"),
    path("feed/watches", views.watches, name="watches"),
    path("feed/mine", views.mine, name="mine"),
    path("feed/choices", choosing.choices, name="choices"),
    path("feed/choices/<str:topic>/<str:value>", choosing.choice, name="choice"),
    path("feed-settings", choosing.settings, name="settings"),
    path("settings/time", choosing.time, name="time"),
    path("about-feed", views.about, name="about"),
    path("about-feed/card", views.card, name="card"),
    path("about-feed/card.json", views.card_json, name="card-json"),
    path("c/<uuid:clip_id>/why", views.why, name="why"),
]
