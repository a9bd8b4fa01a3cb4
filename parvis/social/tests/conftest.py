"""The named world, and clips of it that can be seen, without a video behind them."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from parvis.accounts.actions import open_account
from parvis.accounts.models import Person
from parvis.accounts.viewer import Viewer
from parvis.accounts.world import NAMED
from parvis.cells.keys import pseudonym
from parvis.clips import states
from parvis.clips.models import Clip
from parvis.kit.clock import now


@pytest.fixture
def world(db: None) -> dict[str, Person]:
    return people()


def people() -> dict[str, Person]:
    """The named people without passwords: hashing seven takes longer than any test here."""
    year = now().year
    return {
        one.handle: open_account(
            handle=one.handle,
            birth_date=date(year - one.years, 1, 1),
            home=one.home,
            language=one.language,
            display_name=one.name,
            is_operator=one.is_operator,
        )
        for one in NAMED
    }


def viewer_of(person: Person) -> Viewer:
    return Viewer(pseudonym(person.id), person.home, person.language, person_id=person.id, handle=person.handle)


def make_clip(creator: Person, **columns: Any) -> Clip:
    defaults = {
        "processing": states.READY,
        "publication": states.PUBLISHED,
        "published_at": now(),
        "playable_at": now(),
        "title": "On old stones",
    }
    return Clip.objects.create(creator=creator, home=creator.home, **{**defaults, **columns})


@pytest.fixture
def clip(world: dict[str, Person]) -> Clip:
    """A clip of alice's that everybody may see and comment on."""
    return make_clip(world["alice"])


@pytest.fixture
def client_of() -> Callable[[Person | None], Client]:
    """A signed-in client that fetches as our scripts do."""

    def make(person: Person | None) -> Client:
        client = Client(headers={"sec-fetch-mode": "cors"})
        if person is not None:
            client.force_login(person, "allauth.account.auth_backends.AuthenticationBackend")
        return client

    return make
