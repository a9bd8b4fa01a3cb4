"""Addresses of this package."""

from django.urls import path

from parvis.clips.views import own, share, tus

urlpatterns = [
    path("uploads/", tus.uploads, name="uploads"),
    path("uploads/<uuid:upload_id>", tus.upload, name="upload"),
    path("create", own.create, name="create"),
    path("mine", own.mine, name="mine"),
    path("mine/<uuid:clip_id>/progress", own.progress, name="clip-progress"),
    path("c/<uuid:clip_id>", share.clip_page, name="clip"),
    path("c/<uuid:clip_id>/edit", own.edit, name="clip-edit"),
    path("c/<uuid:clip_id>/publication", own.publication, name="clip-publication"),
    path("c/<uuid:clip_id>/attempt", own.attempt, name="clip-attempt"),
    path("c/<uuid:clip_id>/captions", own.captions, name="clip-captions"),
    path("c/<uuid:clip_id>/deletion", own.deletion, name="clip-deletion"),
    path("embed/<uuid:clip_id>", share.embed, name="clip-embed"),
    path("oembed", share.oembed, name="oembed"),
    path("@<str:handle>", share.profile_page, name="profile"),
]
