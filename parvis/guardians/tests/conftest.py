"""The named world with two guardians to be, and short ways to link them."""

import uuid
from datetime import timedelta

import pytest

from parvis.accounts.models import Person
from parvis.guardians import actions
from parvis.guardians.models import Link
from parvis.guardians.policies import Wish
from parvis.inbox.tests.conftest import inbox
from parvis.kit.clock import now
from parvis.social.tests.conftest import client_of, viewer_of, world

__all__ = ["client_of", "inbox", "viewer_of", "world"]


@pytest.fixture(autouse=True)
def settled(world: dict[str, Person]) -> None:
    """Everybody has been here for a while."""
    Person.objects.update(created_at=now() - timedelta(days=10))


def linked(teen: Person, guardian: Person) -> uuid.UUID:
    """Link two people by a code, as they do."""
    code, _ = actions.make_code(viewer=viewer_of(teen))
    asked = actions.ask_by_code(viewer=viewer_of(guardian), code=code)
    actions.answer(viewer=viewer_of(teen), link=asked.link, accepts=True)
    return asked.link


def rules(guardian: Person, link: uuid.UUID, **wish) -> None:
    actions.set_rules(viewer=viewer_of(guardian), link=link, wish=Wish(**wish))


def rows() -> list[tuple]:
    """Every copy of every link as it stands: to see that a refusal changed nothing."""
    return sorted(Link.objects.values_list("person__handle", "other__handle", "role", "state"))
