"""Family links, for operators to look at: who is linked with whom, and since when. Nothing of what was set."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from parvis.guardians.models import Link


@admin.register(Link)
class LinkAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    """The list of copies of links. The two of a link end it; here it is only seen."""

    list_display = ("person", "role", "other", "state", "created_at", "linked_at", "closed_at")
    list_filter = ("state", "role", "home")
    list_select_related = ("person", "other")
    search_fields = ("person__handle", "other__handle")
    ordering = ("-id",)
    fields = readonly_fields = (
        "person", "role", "other", "link", "is_asker", "state", "created_at", "expires_at", "linked_at", "closed_at",
    )  # fmt: skip

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A link has two people who said yes."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody but the two changes it."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The two end it."""
        return False
