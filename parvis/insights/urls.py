"""Addresses of this package."""

from django.urls import path

from parvis.insights import views

urlpatterns = [
    path("mine/figures", views.overview, name="figures"),
    path("mine/<uuid:clip_id>/figures", views.clip, name="clip-figures"),
]
