"""Addresses of this package."""

from django.urls import path

from parvis.search import views

app_name = "search"

urlpatterns = [
    path("search", views.search, name="search"),
    path("search/suggestions", views.suggestions, name="suggestions"),
]
