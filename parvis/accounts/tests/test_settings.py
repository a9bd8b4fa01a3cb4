"""Settings, sessions, credentials, language, and the first operator."""

import io

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from PIL import Image

from parvis.accounts.devices import device_of
from parvis.accounts.models import Person
from parvis.accounts.queries import person_by_handle
from parvis.accounts.tests.steps import FIREFOX, IPHONE
from parvis.accounts.viewer import COOKIE, decode
from parvis.events.models import Event

PAGES = [
    "", "profile", "privacy", "market", "email", "security", "password", "passkeys/add", "second-step", "sessions",
    "confirm",
]  # fmt: skip


def picture(kind: str = "PNG") -> io.BytesIO:
    file = io.BytesIO()
    Image.new("RGB", (400, 300), "teal").save(file, kind)
    file.seek(0)
    file.name = "me.png"
    return file


@pytest.mark.parametrize("name", PAGES)
def test_every_settings_page_opens_for_its_owner_and_sends_a_visitor_to_sign_in(sign_in, world, name):
    answer = sign_in("bob").get(f"/settings/{name}")
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    visitor = Client().get(f"/settings/{name}")
    assert visitor["Location"].startswith("/sign-in?next=")
    assert Client().post(f"/settings/{name}").status_code in {401, 405}


def test_a_profile_changes_and_the_event_names_the_columns_only(sign_in, world):
    client = sign_in("bob")
    client.post("/settings/profile", {"display_name": "Bobby", "bio": "Hm."})
    bob = person_by_handle("@BOB")
    assert (bob.display_name, bob.bio) == ("Bobby", "Hm.")
    assert Event.objects.get(kind="person.changed").data == {"changed": ["bio", "display_name"]}
    assert decode(client.cookies[COOKIE].value).name in {"Bob", "Bobby"}
    client.get("/settings/")
    assert decode(client.cookies[COOKIE].value).name == "Bobby"


def test_a_profile_that_is_too_long_is_refused_in_words(sign_in, world):
    answer = sign_in("bob").post("/settings/profile", {"display_name": "x" * 61, "bio": ""})
    assert answer.status_code == 422
    assert "at most 60 characters" in answer.content.decode()
    assert Person.objects.get(handle="bob").display_name == "Bob"


def test_a_picture_is_made_square_served_for_ever_and_its_predecessor_deleted(
    sign_in, world, django_capture_on_commit_callbacks
):
    client = sign_in("bob")
    client.post("/settings/avatar", {"picture": picture()})
    first = Person.objects.get(handle="bob").avatar_key
    answer = Client().get(f"/avatars/{first}")
    image = Image.open(io.BytesIO(b"".join(answer.streaming_content)))
    assert (image.format, image.size) == ("WEBP", (256, 256))
    assert answer["Content-Type"] == "image/webp"
    assert "immutable" in answer["Cache-Control"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/settings/avatar", {"picture": picture("JPEG")})
    second = Person.objects.get(handle="bob").avatar_key
    assert second != first
    assert not default_storage.exists(f"avatars/{first}.webp")
    assert default_storage.exists(f"avatars/{second}.webp")
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/settings/avatar", {"remove": "1"})
    assert Person.objects.get(handle="bob").avatar_key == ""
    assert Client().get(f"/avatars/{second}").status_code == 404


@pytest.mark.parametrize("content", [b"<html><script>alert(1)</script>", b"", b"\x89PNG\r\n\x1a\n" + b"x" * 100])
def test_what_is_not_a_picture_is_refused_in_words_and_the_old_one_stays(sign_in, world, content):
    client = sign_in("bob")
    client.post("/settings/avatar", {"picture": picture()})
    key = Person.objects.get(handle="bob").avatar_key
    file = io.BytesIO(content or b" ")
    file.name = "me.png"
    page = client.post("/settings/avatar", {"picture": file}, follow=True).content.decode()
    assert "This file is not a picture that we can read" in page
    assert Person.objects.get(handle="bob").avatar_key == key
    assert default_storage.exists(f"avatars/{key}.webp")


def test_an_account_becomes_private_and_open_again(sign_in, world):
    client = sign_in("bob")
    client.post("/settings/privacy", {"is_private": "on"})
    assert Person.objects.get(handle="bob").is_private
    client.post("/settings/privacy", {})
    assert not Person.objects.get(handle="bob").is_private


def test_the_language_is_kept_in_the_browser_and_with_the_person(sign_in, world):
    visitor = Client()
    assert visitor.post("/language", {"language": "fr", "next": "/sign-in"})["Location"] == "/sign-in"
    assert 'lang="fr"' in visitor.get("/sign-in").content.decode()
    bob = sign_in("bob")
    bob.post("/language", {"language": "fr"})
    assert Person.objects.get(handle="bob").language == "fr"
    assert decode(bob.get("/viewer").cookies[COOKIE].value).language == "fr"
    bob.post("/language", {"language": "tlh"})
    assert Person.objects.get(handle="bob").language == "fr"


def test_a_page_open_for_long_renews_its_viewer(sign_in, world, monkeypatch):
    client = sign_in("bob")
    first = decode(client.cookies[COOKIE].value)
    monkeypatch.setattr("parvis.accounts.viewer.ms", lambda: first.issued_ms + 6 * 60_000)
    monkeypatch.setattr("parvis.accounts.middleware.ms", lambda: first.issued_ms + 6 * 60_000)
    answer = client.get("/viewer")
    assert (answer.status_code, answer.content) == (204, b"")
    assert decode(client.cookies[COOKIE].value).issued_ms > first.issued_ms


@pytest.mark.parametrize(
    ("agent", "device"),
    [(FIREFOX, "Firefox|Linux"), (IPHONE, "Safari|iPhone"), ("", "|"), ("curl/8", "|"),
     ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge|Windows")],
)  # fmt: skip
def test_a_device_has_a_short_name(agent, device):
    assert device_of(agent) == device
