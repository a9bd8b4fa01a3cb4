"""Who is a moderator."""

from django.contrib.auth.models import Group
from django.db import transaction

from parvis.accounts import kinds
from parvis.accounts.models import Person
from parvis.events.actions import record
from parvis.safety.policies import MANAGE, ROLES, require


@transaction.atomic
def set_role(*, by: Person | None, person: Person, role: str, has: bool) -> None:
    """Give a person a role (a key of `policies.ROLES`) or take it away; whoever has one gets into the admin. `by` is
    None on the machine's own command line; NotAModerator for anybody who does not manage safety. The same wish twice
    changes nothing."""
    if by is not None:
        require(by, MANAGE)
    group = Group.objects.get(name=role)
    if person.groups.filter(id=group.id).exists() == has:
        return
    (person.groups.add if has else person.groups.remove)(group)
    person.is_staff = person.is_superuser or person.groups.filter(name__in=ROLES).exists()
    person.save(update_fields=["is_staff"])
    record(kinds.CHANGED, home=person.home, actor=by.id if by else None, object=person.id, data={"changed": ["groups"]})
