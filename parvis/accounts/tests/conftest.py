"""The named world, a browser of each person, and a fast hasher."""

from collections.abc import Callable

import pytest
from django.test import Client

from parvis.accounts.models import Person
from parvis.accounts.tests.authenticator import Authenticator
from parvis.accounts.world import PASSWORD, people


@pytest.fixture(autouse=True)
def _fast_and_plain(settings, tmp_path):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "media")},
        },
    }


@pytest.fixture
def world(db) -> dict[str, Person]:
    """Alice, bob and the others."""
    return people()


@pytest.fixture
def sign_in(world) -> Callable[..., Client]:
    """Return a browser in which the person of a handle signed in by password."""

    def browser(handle: str, **headers: str) -> Client:
        client = Client(headers=headers or None)
        answer = client.post("/sign-in", {"handle": handle, "password": PASSWORD})
        assert answer.status_code == 302, answer.content
        return client

    return browser


@pytest.fixture
def key() -> Authenticator:
    """A software authenticator, empty."""
    return Authenticator()
