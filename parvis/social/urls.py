"""Addresses of this package."""

from django.urls import path

from parvis.social.views import around, away, lists, talk

app_name = "social"

urlpatterns = [
    path("c/<uuid:clip_id>/like", around.like, name="like"),
    path("c/<uuid:clip_id>/shares", around.shares, name="shares"),
    path("c/<uuid:clip_id>/comments", talk.comments, name="comments"),
    path("comments/<uuid:comment_id>", talk.comment, name="comment"),
    path("comments/<uuid:comment_id>/replies", talk.replies, name="replies"),
    path("comments/<uuid:comment_id>/like", talk.comment_like, name="comment-like"),
    path("comments/<uuid:comment_id>/pin", talk.comment_pin, name="comment-pin"),
    path("comments/<uuid:comment_id>/hidden", talk.comment_hidden, name="comment-hidden"),
    path("c/<uuid:clip_id>/save", lists.save, name="save"),
    path("saved", lists.saved, name="saved"),
    path("c/<uuid:clip_id>/likes", lists.likers, name="likers"),
    path("@<str:handle>/followers", lists.followers, name="followers"),
    path("@<str:handle>/following", lists.following, name="following"),
    path("@<str:handle>/follow", around.follow, name="follow"),
    path("follow-requests", around.follow_requests, name="follow-requests"),
    path("follow-requests/<str:handle>", around.follow_request, name="follow-request"),
    path("@<str:handle>/block", away.block, name="block"),
    path("@<str:handle>/mute", away.mute, name="mute"),
    path("settings/blocked", away.blocked_page, name="blocked"),
    path("settings/mutes", away.mutes, name="mutes"),
    path("settings/mutes/<uuid:mute_id>", away.muted, name="muted"),
]
