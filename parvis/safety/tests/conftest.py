"""The named world, with clips and comments in it, and two moderators: frank and olga, who operates the square."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client

from parvis.accounts.models import Person
from parvis.clips.models import Clip
from parvis.kit.ids import uuid7
from parvis.safety import actions
from parvis.safety.models import Case, Decision
from parvis.safety.policies import ROLES
from parvis.safety.states import TERMS
from parvis.social import actions as social
from parvis.social.models import Comment
from parvis.social.tests.conftest import make_clip, people, viewer_of


@pytest.fixture
def world(db: None) -> dict[str, Person]:
    found = people()
    for role, may in ROLES.items():  # made by a migration; a test that empties the tables takes them away
        permissions = Permission.objects.filter(codename__in=[one.partition(".")[2] for one in may])
        Group.objects.get_or_create(name=role)[0].permissions.set(permissions)
    found["frank"].groups.add(Group.objects.get(name="moderator"))
    return found


@pytest.fixture
def clip(world: dict[str, Person]) -> Clip:
    return make_clip(world["alice"])


@pytest.fixture
def comment(world: dict[str, Person], clip: Clip) -> Comment:
    made, _ = social.comment(viewer=viewer_of(world["bob"]), clip_id=clip.id, text="Go away", nonce=uuid7())
    return made


@pytest.fixture
def client_of() -> Callable[[Person | None], Client]:
    def make(person: Person | None) -> Client:
        client = Client(headers={"sec-fetch-mode": "navigate", "accept": "text/html"})
        if person is not None:
            client.force_login(person, "allauth.account.auth_backends.AuthenticationBackend")
        return client

    return make


def reported(person: Person, kind: str, thing, reason: str = "bullying", words: str = "") -> Case:
    """Let somebody report a thing; return its case."""
    made = actions.report(viewer=viewer_of(person), kind=kind, thing_id=thing.id, reason=reason, words=words)
    return Case.objects.get(id=made.case_id)


def verdict(**parts) -> actions.Verdict:
    return actions.Verdict(**{"facts": "It says so.", "ground": TERMS, "reason": "bullying", **parts})


def decided(by: Person, case: Case, **parts) -> Decision:
    return actions.decide(by=by, case_id=case.id, verdict=verdict(**parts))
