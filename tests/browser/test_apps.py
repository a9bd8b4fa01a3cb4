"""An app is let in, in a real browser, by a client that we did not write; then its access is withdrawn."""

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from requests_oauthlib import OAuth2Session

from tests.browser.conftest import Visitor
from tests.browser.journey import PASSWORD, new_handle

BACK = "http://127.0.0.1/back"


@pytest.fixture
def device() -> Iterator[HTTPServer]:
    """Where an app on a device waits for people to come back."""

    class Back(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/plain")
            self.end_headers()
            self.wfile.write(b"You can close this page.")

        def log_message(self, *_unused: Any) -> None:
            """Says nothing."""

    server = HTTPServer(("127.0.0.1", 0), Back)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def registered(page: Page, name: str) -> str:
    """Register an app as bob; return its id."""
    sign_in(page, "bob")
    page.goto("/settings/apps/yours/new")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Where people return to").fill(BACK)
    page.get_by_label("On people's devices: it can keep no secret").check()
    page.get_by_role("button", name="Register it").click()
    return page.locator("code").first.inner_text()


def sign_in(page: Page, handle: str) -> None:
    page.goto("/sign-in")
    fill_in(page, handle)
    page.wait_for_url(re.compile(r"/$"))


def fill_in(page: Page, handle: str) -> None:
    page.get_by_label("Handle").fill(handle)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def serious(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [one["id"] for one in found if one["impact"] in {"serious", "critical"}]


def test_an_app_is_let_in_and_its_access_withdrawn(
    visitor: Visitor, device: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")  # the demo speaks http
    name = f"Reels {new_handle()}"
    app = registered(visitor.page(), name)
    back = f"http://127.0.0.1:{device.server_port}/back"
    session = OAuth2Session(app, redirect_uri=back, scope=["openid", "profile", "read"], pkce="S256")
    address, _ = session.authorization_url(f"{visitor.origin}/oauth/authorize")
    page = visitor.page()
    page.goto(address)
    fill_in(page, "carol")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Let {name} in?")
    expect(page.get_by_text("@bob registered this app")).to_be_visible()
    assert serious(page) == []
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Let it in").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"{back}?**")  # the page's own policy lets the form lead there, and nowhere else
    session.fetch_token(f"{visitor.origin}/oauth/token", authorization_response=page.url, include_client_id=True)
    assert session.get(f"{visitor.origin}/api/v1/me").json()["handle"] == "carol"
    page.goto("/settings/apps")
    assert serious(page) == []
    page.get_by_role("button", name=f"Withdraw the access of {name}").click()
    expect(page.get_by_text("The app has no access any more.")).to_be_visible()
    expect(page.get_by_role("heading", name=name)).to_have_count(0)
    assert session.get(f"{visitor.origin}/api/v1/me").status_code == 401
