"""The pages as an app: manifest, service worker, and the page for when there is no network."""

import json
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from PIL import Image

from parvis.accounts.world import people


@pytest.fixture
def client(db: None) -> Client:
    """A browser that fetches, at an installation that somebody runs."""
    people()
    return Client(headers={"sec-fetch-mode": "cors", "accept-language": "en"})


def test_the_manifest_names_icons_that_are_there(client: Client) -> None:
    answer = client.get("/manifest.webmanifest")
    assert answer.headers["Content-Type"] == "application/manifest+json"
    told = json.loads(answer.content)
    assert (told["start_url"], told["scope"], told["display"]) == ("/", "/", "standalone")
    assert {icon["purpose"] for icon in told["icons"]} == {"any", "maskable"}
    for icon in told["icons"]:
        found = finders.find(icon["src"].removeprefix("/static/"))
        with Image.open(Path(str(found))) as picture:
            width, height = picture.size
        assert icon["sizes"] == f"{width}x{height}"


def test_the_worker_keeps_the_offline_page_and_its_style_and_nothing_of_anybody(client: Client) -> None:
    answer = client.get("/sw.js")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    source = answer.content.decode()
    listed = re.search(r"KEPT = \[(.*?),\]", source)[1]
    kept = json.loads("[" + listed.replace("\\u002D", "-") + "]")
    assert kept[0] == "/offline"
    assert all(one == "/offline" or one.startswith("/static/") for one in kept)
    assert all(client.get(one).status_code == 200 or finders.find(one.removeprefix("/static/")) for one in kept)
    assert ".put(" not in source, "nothing that a server answered to a person is ever stored"


def test_the_offline_page_is_the_same_for_everybody(client: Client) -> None:
    before = client.get("/offline").content
    client.force_login(people()["alice"])
    assert client.get("/offline").content == before
    assert b"Try again" in before
    assert b"csrf" not in before
    assert b"alice" not in before
    assert b"<script" not in before


def test_every_page_names_the_manifest(client: Client) -> None:
    html = client.get("/sign-in", headers={"Accept": "text/html", "Sec-Fetch-Mode": "navigate"}).content
    assert b'rel="manifest" href="/manifest.webmanifest"' in html
