"""The named world, an app of bob's, and a client of another library that speaks OAuth to it through Django."""

import io
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.test import Client
from requests_oauthlib import OAuth2Session

from parvis.accounts.models import Person
from parvis.accounts.world import people
from parvis.connect import actions
from parvis.connect.models import App

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
BACK = "https://app.example/back"
SITE = "https://testserver"


class ThroughDjango(requests.adapters.BaseAdapter):
    """Carries what a client of `requests` sends to Django's test client."""

    def send(self, request: requests.PreparedRequest, **_unused: Any) -> requests.Response:
        parts = urlsplit(request.url)
        headers = {name: value for name, value in request.headers.items() if name not in {"Content-Length", "Cookie"}}
        kind = headers.pop("Content-Type", "application/octet-stream")
        got = Client(enforce_csrf_checks=True).generic(
            request.method, parts.path + ("?" + parts.query if parts.query else ""), request.body or b"", kind,
            headers=headers, secure=True,
        )  # fmt: skip
        answer = requests.Response()
        answer.status_code, answer.raw, answer.request = got.status_code, io.BytesIO(got.content), request
        answer.headers.update(got.headers.items())
        return answer

    def close(self) -> None:
        """Nothing to close."""


class Program:
    """An app as its makers write it: a session of requests-oauthlib, and the browser of a person."""

    def __init__(self, app: App, secret: str, *, back: str = BACK) -> None:
        self.app, self.secret, self.back = app, secret, back

    def session(self, *scopes: str, **options: Any) -> OAuth2Session:
        session = OAuth2Session(str(self.app.id), redirect_uri=self.back, scope=list(scopes), pkce="S256", **options)
        session.mount("https://", ThroughDjango())
        return session

    def asks(self, session: OAuth2Session, **more: str) -> str:
        return session.authorization_url(f"{SITE}/oauth/authorize", **more)[0]

    def fetch(self, session: OAuth2Session, where: str) -> dict[str, Any]:
        """Fetch tokens for the code that `where`, the address that the person came back to, carries."""
        if self.secret:
            return session.fetch_token(f"{SITE}/oauth/token", authorization_response=where, client_secret=self.secret)
        return session.fetch_token(f"{SITE}/oauth/token", authorization_response=where, include_client_id=True)

    def let_in(self, browser: Client, *scopes: str) -> tuple[OAuth2Session, dict[str, Any]]:
        """Go the whole way: ask, let the person say yes, fetch the tokens."""
        session = self.session(*scopes)
        return session, self.fetch(session, says(browser, self.asks(session)))


def says(browser: Client, address: str, answer: str = "allow") -> str:
    """Answer the page that asks; return where the browser was sent."""
    got = browser.post(address, {"answer": answer}, secure=True)
    assert got.status_code == 302, got.content
    return got["Location"]


def asked_of(address: str) -> dict[str, str]:
    """Return the parameters of an address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


@pytest.fixture(autouse=True)
def _plain(settings: Any) -> None:
    settings.PARVIS_ORIGIN = SITE
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def world(db: None) -> dict[str, Person]:
    return people()


@pytest.fixture
def tab(world: dict[str, Person]) -> Callable[[str], Client]:
    def of(handle: str) -> Client:
        client = Client(headers={"sec-fetch-mode": "navigate", "accept": "text/html"})
        client.force_login(world[handle], BACKEND)
        return client

    return of


@pytest.fixture
def program(world: dict[str, Person]) -> Program:
    app, secret = actions.register_app(
        person=world["bob"], name="Reels at home", website="", redirect_uris=[BACK], keeps_secret=True
    )
    return Program(app, secret)


@pytest.fixture
def pocket(world: dict[str, Person]) -> Program:
    """An app on people's devices, which keeps no secret."""
    app, secret = actions.register_app(
        person=world["bob"], name="In your pocket", website="", redirect_uris=["https://pocket.example/back"],
        keeps_secret=False,
    )  # fmt: skip
    return Program(app, secret, back="https://pocket.example/back")
