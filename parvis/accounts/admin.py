"""People, for operators: find them, close and open their accounts. No private value is shown."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from parvis.accounts.actions.sessions import set_active
from parvis.accounts.models import Person
from parvis.accounts.views.gates import me
from parvis.accounts.views.sign_in import admin_sign_in

admin.site.login = admin_sign_in  # type: ignore[method-assign]  # the library's own form knows no second step


@admin.register(Person)
class PersonAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    """The list of people; nothing here is edited but whether an account is open."""

    list_display = ("handle", "display_name", "home", "is_active", "is_staff", "created_at")
    list_filter = ("home", "is_active", "is_staff")
    search_fields = ("handle",)
    ordering = ("handle",)
    fields = readonly_fields = ("handle", "display_name", "bio", "home", "is_active", "is_staff", "created_at")
    actions = ("close_accounts", "open_accounts")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """People open their accounts themselves."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Deleting a person is not a click here."""
        return False

    @admin.action(description=_("Close the chosen accounts"))
    def close_accounts(self, request: HttpRequest, people: QuerySet[Person]) -> None:
        """Close accounts and end their sessions; never one's own."""
        for person in people.exclude(pk=me(request).pk):
            set_active(person, active=False, by=me(request).pk)

    @admin.action(description=_("Open the chosen accounts"))
    def open_accounts(self, request: HttpRequest, people: QuerySet[Person]) -> None:
        """Open closed accounts again."""
        for person in people:
            set_active(person, active=True, by=me(request).pk)
