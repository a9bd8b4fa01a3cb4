"""The named world, with tokens."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from parvis.accounts.actions.tokens import create_token
from parvis.accounts.models import Person
from parvis.accounts.scopes import SCOPES
from parvis.api.auth import CALLS
from parvis.clips.models import Clip
from parvis.social.tests.conftest import client_of, make_clip
from parvis.social.tests.conftest import people as named

__all__ = ["client_of"]


@pytest.fixture
def world(db: None) -> dict[str, Person]:
    return named()


@pytest.fixture
def clip(world: dict[str, Person]) -> Clip:
    """A clip of alice's that everybody may see and comment on."""
    return make_clip(world["alice"])


@pytest.fixture(autouse=True)
def _unhurried() -> Iterator[None]:
    """What one test asked slows no other down."""
    yield
    CALLS._buckets.clear()


class Program(Client):
    """A program with a token: speaks JSON."""

    def __init__(self, person: Person, allowed: tuple[str, ...] = tuple(SCOPES)) -> None:
        self.token, self.secret = create_token(person=person, name="a test", allowed=allowed, days=1)
        super().__init__(enforce_csrf_checks=True, headers={"authorization": f"Bearer {self.secret}"})

    def send(self, method: str, address: str, body: Any = None) -> Any:
        kind = {} if body is None else {"data": body, "content_type": "application/json"}
        return getattr(self, method)(f"/api/v1{address}", **kind)


@pytest.fixture
def program(world: dict[str, Person]) -> Callable[..., Program]:
    def make(handle: str, *allowed: str) -> Program:
        return Program(world[handle], allowed or tuple(SCOPES))

    return make
