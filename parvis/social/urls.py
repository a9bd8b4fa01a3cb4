"""Addresses of this package."""

from django.urls import path

from parvis.social import views

app_name = "social"

urlpatterns = [
    path("c/<uuid:clip_id>/like", views.like, name="like"),
    path("c/<uuid:clip_id>/shares", views.shares, name="shares"),
    path("c/<uuid:clip_id>/comments", views.comments, name="comments"),
    path("comments/<uuid:comment_id>", views.comment, name="comment"),
    path("@<str:handle>/follow", views.follow, name="follow"),
    path("follow-requests", views.follow_requests, name="follow-requests"),
    path("follow-requests/<str:handle>", views.follow_request, name="follow-request"),
]
