"""Every address: each package brings its own."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("parvis.ops.urls")),
    path("", include("parvis.accounts.urls")),  # before ui: its /language also stores a person's choice
    path("", include("parvis.connect.urls")),
    path("", include("parvis.ui.urls")),
    path("", include("parvis.clips.urls")),
    path("", include("parvis.social.urls")),
    path("", include("parvis.safety.urls")),
    path("", include("parvis.inbox.urls")),
    path("", include("parvis.webhooks.urls")),
    path("", include("parvis.search.urls")),
    path("", include("parvis.feed.urls")),
    path("", include("parvis.insights.urls")),
    path("", include("parvis.owndata.urls")),
    path("", include("parvis.guardians.urls")),
    path("api/", include("parvis.api.urls")),
    path("-/admin/", admin.site.urls),
]
