"""People, for operators: find them, close and open their accounts. No private value is shown."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _

from parvis.accounts.actions.sessions import set_active
from parvis.accounts.models import Person
from parvis.accounts.views.gates import me
from parvis.accounts.views.sign_in import admin_sign_in, leave

# The library registers pages that would show operators other people's sessions and passkeys.
admin.site.unregister([EmailAddress, Authenticator, UserSession, Group])


def _change_password(request: HttpRequest, extra_context: object = None) -> HttpResponse:
    return HttpResponseRedirect("/settings/password")


def _leave(request: HttpRequest, extra_context: object = None) -> HttpResponse:
    return leave(request)


# One way in, one way out, one place for passwords: the admin's own pages know no second step and no rate limit.
admin.site.login = admin_sign_in  # type: ignore[method-assign]
admin.site.logout = _leave  # type: ignore[method-assign,assignment]
admin.site.password_change = _change_password  # type: ignore[method-assign,assignment]
admin.site.site_header = admin.site.site_title = "Parvis"


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

    @admin.action(description=_("Close the chosen accounts"), permissions=["change"])
    def close_accounts(self, request: HttpRequest, people: QuerySet[Person]) -> None:
        """Close accounts and end their sessions; never one's own."""
        for person in people.exclude(pk=me(request).pk):
            set_active(person, active=False, by=me(request).pk)

    @admin.action(description=_("Open the chosen accounts"), permissions=["change"])
    def open_accounts(self, request: HttpRequest, people: QuerySet[Person]) -> None:
        """Open closed accounts again."""
        for person in people:
            set_active(person, active=True, by=me(request).pk)
