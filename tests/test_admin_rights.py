"""What each role may do in Django's admin: what `safety.policies.ROLES` says and nothing else, for every model."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.test import Client, RequestFactory

from parvis.accounts.models import Person
from parvis.safety import actions
from parvis.safety.policies import ROLES
from parvis.social.tests.conftest import people

RIGHTS = ("view", "add", "change", "delete")
# Rights that the page of a model takes from everybody, whatever they hold.
NOBODY = {
    "accounts.person": {"add", "delete"}, "feed.experiment": {"delete"}, "connect.app": {"add", "delete"},
    "guardians.link": {"add", "change", "delete"}, "webhooks.endpoint": {"add", "delete"},
}  # fmt: skip


@pytest.fixture
def world(db: None) -> dict[str, Person]:
    found = people()
    for role, may in ROLES.items():  # made by a migration; a test that empties the tables takes them away
        wanted = [Permission.objects.get(content_type__app_label=app, codename=code)
                  for app, code in (one.split(".") for one in may)]  # fmt: skip
        Group.objects.get_or_create(name=role)[0].permissions.set(wanted)
    return found


def with_role(world: dict[str, Person], role: str) -> Person:
    actions.set_role(by=world["olga"], person=world["dan"], role=role, has=True)
    return Person.objects.get(id=world["dan"].id)  # permissions are kept on the row that asked


def rights(person: Person) -> set[str]:
    """All that somebody may do in the admin, as `app.right_model`."""
    request = RequestFactory().get("/")
    request.user = person
    return {
        f"{model._meta.app_label}.{right}_{model._meta.model_name}"
        for model, page in admin.site._registry.items()
        for right in RIGHTS
        if getattr(page, f"has_{right}_permission")(request)
    }


@pytest.mark.parametrize("role", sorted(ROLES))
def test_a_role_may_do_in_the_admin_what_is_declared_and_nothing_else(world, role):
    declared = {one for one in ROLES[role] if not one.startswith("safety.")}
    assert rights(with_role(world, role)) == declared


def test_the_operator_may_do_all_but_what_nobody_does_there(world):
    assert rights(world["olga"]) == {
        f"{model._meta.app_label}.{right}_{model._meta.model_name}"
        for model in admin.site._registry
        for right in RIGHTS
        if right not in NOBODY.get(model._meta.label_lower, set())
    }


@pytest.mark.parametrize("role", ["moderator", "support"])
def test_no_action_is_offered_to_who_may_only_look(world, role):
    request = RequestFactory().get("/")
    request.user = with_role(world, role)
    offered = {name for page in admin.site._registry.values() for name in page.get_actions(request)}
    assert offered == set()
    client = Client()
    client.force_login(request.user, "allauth.account.auth_backends.AuthenticationBackend")
    chosen = {"action": "close_accounts", "_selected_action": str(world["bob"].id)}
    client.post("/-/admin/accounts/person/", chosen)
    assert Person.objects.get(id=world["bob"].id).is_active


def test_whoever_loses_the_last_role_is_out_of_the_admin(world):
    dan = with_role(world, "support")
    actions.set_role(by=world["olga"], person=dan, role="moderator", has=True)
    actions.set_role(by=world["olga"], person=dan, role="support", has=False)
    assert Person.objects.get(id=dan.id).is_staff
    actions.set_role(by=world["olga"], person=dan, role="moderator", has=False)
    dan = Person.objects.get(id=dan.id)
    assert (dan.is_staff, rights(dan)) == (False, set())
    actions.set_role(by=world["olga"], person=world["olga"], role="support", has=True)
    actions.set_role(by=world["olga"], person=world["olga"], role="support", has=False)
    assert Person.objects.get(id=world["olga"].id).is_staff, "an operator stays one"
