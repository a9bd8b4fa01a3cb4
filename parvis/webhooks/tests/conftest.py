"""The named world, a receiver on this machine, and events handed on as the worker does."""

import http.server
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest
from django.test import Client

from parvis.accounts.models import Person
from parvis.accounts.viewer import Viewer
from parvis.connect import actions as connect
from parvis.connect.models import App
from parvis.events.models import Event
from parvis.kit import outward
from parvis.social.tests.conftest import clip, make_clip, viewer_of, world
from parvis.webhooks.actions import endpoints
from parvis.webhooks.models import Endpoint
from parvis.webhooks.sending import send_one
from parvis.webhooks.subscribers import Telling

__all__ = ["clip", "make_clip", "viewer_of", "world"]

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
ADDRESS = "https://bot.example.org/in?key=7"
ALL = ("clip.liked", "comment.created", "follower.new")


@dataclass
class Receiver:
    """A receiver on this machine: keeps each call, answers with `status`. `during` is called before the answer."""

    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    received: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    during: Callable[[], None] = lambda: None

    def __post_init__(self) -> None:
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.received.append((dict(self.headers), body))
                outer.during()
                self.send_response(outer.status)
                for name, value in outer.headers.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *_args: Any) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def connection(self, _host: str) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port)

    def said(self) -> list[dict[str, Any]]:
        return [orjson.loads(body) for _, body in self.received]

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """What answers at every public address."""
    made = Receiver()
    monkeypatch.setattr(outward, "connection_to", made.connection)
    yield made
    made.close()


@pytest.fixture
def told(world: dict[str, Person]) -> tuple[Endpoint, str]:
    """An address that is told of what happens to alice, and its secret."""
    return endpoints.register(viewer=viewer_of(world["alice"]), address=ADDRESS, topics=ALL)


@pytest.fixture
def app(world: dict[str, Person]) -> App:
    """An app of bob's."""
    made, _ = connect.register_app(
        person=world["bob"], name="Reels at home", website="", redirect_uris=["https://app.example/"],
        keeps_secret=True,
    )  # fmt: skip
    return made


def let_in(person: Person, app: App, *scopes: str) -> str:
    """Let an app in as the pages do, and give it tokens; returns what it refreshes with."""
    from parvis.kit.clock import now

    consent = connect.let_in(person=person, app=app, allowed=scopes)
    connect.make_code(
        code=f"{person.handle}-{app.id}", consent=consent, allowed=list(scopes), signed_in_at=now(),
        redirect_uri="https://app.example/", challenge="x", nonce="",
    )  # fmt: skip
    code = connect.take_code(code=f"{person.handle}-{app.id}", app=app)
    assert code is not None
    connect.give_token(code=code, allowed=list(scopes), access=f"a-{person.handle}", refresh=f"r-{person.handle}")
    return f"r-{person.handle}"


def hand_on() -> None:
    """Hand every event to the webhooks, as the worker does; again each time it is called."""
    telling = Telling()
    for event in Event.objects.order_by("xid", "id"):
        telling.handle(event)


def send_all() -> None:
    """Hand on what happened, and send all that is due."""
    hand_on()
    while send_one():
        pass


def by_program(viewer: Viewer, token: Any) -> Viewer:
    from dataclasses import replace

    return replace(viewer, token=token)


@pytest.fixture
def tab(world: dict[str, Person]) -> Callable[[str], Client]:
    def of(handle: str) -> Client:
        client = Client(headers={"sec-fetch-mode": "navigate", "accept": "text/html"})
        client.force_login(world[handle], BACKEND)
        return client

    return of
