"""Apps, for operators: who registered them, and stopping one for everybody."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from parvis.accounts.signin import person_of
from parvis.connect.actions import stop_app
from parvis.connect.models import App


@admin.register(App)
class AppAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    """The list of apps. They are registered in the settings of whoever answers for them; here they are stopped."""

    list_display = ("name", "website", "person", "is_stopped", "created_at")
    list_filter = ("is_stopped",)
    list_select_related = ("person",)
    search_fields = ("name", "person__handle")
    ordering = ("-id",)
    fields = readonly_fields = ("name", "website", "person", "redirect_uris", "is_stopped", "created_at")
    actions = ("stop_apps", "start_apps")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """An app has somebody who answers for it, and who is shown its secret."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Stopping one is enough, and can be taken back."""
        return False

    @admin.action(description=_("Stop the chosen apps"), permissions=["change"])
    def stop_apps(self, request: HttpRequest, apps: QuerySet[App]) -> None:
        """Let apps open nothing any more."""
        for app in apps:
            stop_app(app_id=app.id, stopped=True, by=person_of(request).id)

    @admin.action(description=_("Let the chosen apps work again"), permissions=["change"])
    def start_apps(self, request: HttpRequest, apps: QuerySet[App]) -> None:
        """Let stopped apps work again."""
        for app in apps:
            stop_app(app_id=app.id, stopped=False, by=person_of(request).id)
