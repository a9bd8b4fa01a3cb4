"""The pages as an app: manifest, service worker, and the page for when there is no network."""

import json
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from PIL import Image


@pytest.fixture
def client(db: None) -> Client:
    """A browser that fetches, as service workers do."""
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


def test_the_offline_page_holds_nothing_of_anybody(client: Client) -> None:
    page = client.get("/offline").content
    assert b"Try again" in page
    assert b"csrf" not in page
    assert b"<script" not in page
