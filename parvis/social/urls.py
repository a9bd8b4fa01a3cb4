"""Addresses of this package."""

from django.urls import path

from parvis.social.views import around, away

app_name = "social"

urlpatterns = [
    path("c/<uuid:clip_id>/like", around.like, name="like"),
    path("c/<uuid:clip_id>/shares", around.shares, name="shares"),
    path("c/<uuid:clip_id>/comments", around.comments, name="comments"),
    path("comments/<uuid:comment_id>", around.comment, name="comment"),
    path("@<str:handle>/follow", around.follow, name="follow"),
    path("follow-requests", around.follow_requests, name="follow-requests"),
    path("follow-requests/<str:handle>", around.follow_request, name="follow-request"),
    path("@<str:handle>/block", away.block, name="block"),
    path("@<str:handle>/mute", away.mute, name="mute"),
    path("settings/blocked", away.blocked_page, name="blocked"),
    path("settings/mutes", away.mutes, name="mutes"),
    path("settings/mutes/<uuid:mute_id>", away.muted, name="muted"),
]
