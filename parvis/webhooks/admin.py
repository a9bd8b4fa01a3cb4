"""Webhooks, for operators: who has an address told, whether that goes well, and stopping it. Never the address."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from parvis.webhooks.actions.endpoints import stop
from parvis.webhooks.models import Endpoint


@admin.register(Endpoint)
class EndpointAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    """The list of webhooks. They are registered in the settings of their owners; here they are stopped."""

    list_display = ("id", "person", "app", "created_at", "failing_since", "paused_at", "paused_why", "missed")
    list_filter = ("paused_why",)
    list_select_related = ("person", "app")
    search_fields = ("person__handle", "app__name")
    ordering = ("-id",)
    fields = readonly_fields = (
        "person", "app", "topics", "created_at", "due_at", "failures", "failing_since", "paused_at", "paused_why",
        "missed",
    )  # fmt: skip
    actions = ("stop_them", "start_them")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A webhook has an owner, who is shown its secret."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Stopping one is enough, and can be taken back."""
        return False

    @admin.action(description=_("Stop the chosen webhooks"), permissions=["change"])
    def stop_them(self, request: HttpRequest, rows: QuerySet[Endpoint]) -> None:
        """Tell addresses nothing any more."""
        for row in rows:
            stop(endpoint_id=row.id, stopped=True)

    @admin.action(description=_("Let the chosen webhooks work again"), permissions=["change"])
    def start_them(self, request: HttpRequest, rows: QuerySet[Endpoint]) -> None:
        """Tell stopped addresses again."""
        for row in rows:
            stop(endpoint_id=row.id, stopped=False)
