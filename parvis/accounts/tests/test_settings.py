"""Settings, sessions, credentials, language, and the first operator."""

import io
import threading
from datetime import date

import pytest
from allauth.mfa.models import Authenticator as Stored
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.files.storage import default_storage
from django.db import connections
from django.test import Client
from PIL import Image

from parvis.accounts.actions import claim_installation
from parvis.accounts.devices import device_of
from parvis.accounts.errors import AlreadyClaimed
from parvis.accounts.models import Person
from parvis.accounts.queries import person_by_handle, set_up_code
from parvis.accounts.tests.test_sign_in import is_signed_in, with_passkey, with_second_step
from parvis.accounts.viewer import COOKIE, decode, session_name
from parvis.accounts.world import PASSWORD
from parvis.events.models import Event

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile/15E1 Safari/604.1"
NEW = "another long phrase"
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


def grown_cold(client: Client) -> Client:
    """Let the sign-in of a browser lie more than ten minutes back."""
    session = client.session
    records = session["account_authentication_methods"]
    session["account_authentication_methods"] = [one | {"at": one["at"] - 700} for one in records]
    session.save()
    return client


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


def test_a_picture_is_made_square_served_for_ever_and_its_predecessor_deleted(sign_in, world):
    client = sign_in("bob")
    client.post("/settings/avatar", {"picture": picture()})
    first = Person.objects.get(handle="bob").avatar_key
    answer = Client().get(f"/avatars/{first}")
    image = Image.open(io.BytesIO(b"".join(answer.streaming_content)))
    assert (image.format, image.size) == ("WEBP", (256, 256))
    assert answer["Content-Type"] == "image/webp"
    assert "immutable" in answer["Cache-Control"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    client.post("/settings/avatar", {"picture": picture("JPEG")})
    second = Person.objects.get(handle="bob").avatar_key
    assert second != first
    assert not default_storage.exists(f"avatars/{first}.webp")
    assert default_storage.exists(f"avatars/{second}.webp")
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


def test_sessions_are_listed_by_browser_without_any_address(sign_in, world):
    client = sign_in("bob", **{"user-agent": FIREFOX})
    sign_in("bob", **{"user-agent": IPHONE, "x-forwarded-for": "203.0.113.7"})
    page = client.get("/settings/sessions").content.decode()
    assert "Firefox on Linux" in page
    assert "Safari on iPhone" in page
    assert page.count("This session") == 1
    assert set(UserSession.objects.values_list("ip", flat=True)) == {"0.0.0.0"}
    assert not UserSession.objects.filter(user_agent__contains="140").exists()


def test_another_session_ends_at_once_and_the_hot_path_learns_its_name(sign_in, world):
    here, there = sign_in("bob"), sign_in("bob", **{"user-agent": IPHONE})
    name = session_name(there.session.session_key)
    row = next(one for one in here.get("/settings/sessions").context["sessions"] if not one.is_current)
    here.post("/settings/sessions/end", {"session": row.name})
    assert not is_signed_in(there)
    assert is_signed_in(here)
    assert Event.objects.get(kind="session.ended").data == {"session": name}


def test_all_other_sessions_end_and_nobody_elses(sign_in, world):
    here, there, alice = sign_in("bob"), sign_in("bob"), sign_in("alice")
    here.post("/settings/sessions/end", {"session": "others"})
    assert [is_signed_in(one) for one in (here, there, alice)] == [True, False, True]


def test_ones_own_session_can_be_ended_from_the_list(sign_in, world):
    client = sign_in("bob")
    row = client.get("/settings/sessions").context["sessions"][0]
    assert client.post("/settings/sessions/end", {"session": row.name})["Location"] == "/"
    assert not is_signed_in(client)


def test_somebody_elses_session_cannot_be_ended(sign_in, world):
    bob, alice = sign_in("bob"), sign_in("alice")
    row = alice.get("/settings/sessions").context["sessions"][0]
    bob.post("/settings/sessions/end", {"session": row.name})
    assert is_signed_in(alice)
    assert not Event.objects.filter(kind="session.ended").exists()


def test_a_new_password_keeps_this_session_and_ends_the_others(sign_in, world):
    here, there = sign_in("bob"), sign_in("bob")
    assert here.post("/settings/password", {"password": NEW})["Location"] == "/settings/security"
    assert [is_signed_in(one) for one in (here, there)] == [True, False]
    assert Person.objects.get(handle="bob").check_password(NEW)
    assert here.get("/settings/sessions").context["sessions"][0].is_current


@pytest.mark.parametrize(("password", "sentence"), [("short", "at least 10"), ("password1234", "too common")])
def test_a_weak_password_is_refused_in_words(sign_in, world, password, sentence):
    client, other = sign_in("bob"), sign_in("bob")
    answer = client.post("/settings/password", {"password": password})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert Person.objects.get(handle="bob").check_password(PASSWORD)
    assert is_signed_in(other)


@pytest.mark.parametrize(
    "address",
    ["password", "password/remove", "email", "email/remove", "second-step", "second-step/off", "recovery-codes",
     "passkeys/add", "passkeys/options", "passkeys/1/remove"],
)  # fmt: skip
def test_sensitive_changes_ask_again_who_it_is(sign_in, world, key, address):
    client = sign_in("bob")
    with_passkey(client, key)
    with_second_step(client)
    changes = Event.objects.count()
    grown_cold(client)
    answer = client.post(f"/settings/{address}", {"password": NEW, "email": "x@example.org", "name": "x"})
    assert answer["Location"].startswith("/settings/confirm?next=")
    assert Event.objects.count() == changes
    assert Person.objects.get(handle="bob").check_password(PASSWORD)
    wrong = client.post("/settings/confirm", {"password": "wrong wrong"})
    assert wrong.status_code == 422
    assert "That password is not right." in wrong.content.decode()
    right = client.post("/settings/confirm", {"password": PASSWORD, "next": "/settings/password"})
    assert right["Location"] == "/settings/password"
    assert client.get("/settings/password").status_code == 200


def test_a_passkey_confirms_too_but_only_ones_own(sign_in, world, key):
    from parvis.accounts.tests.authenticator import Authenticator

    bob, theirs = sign_in("bob"), Authenticator()
    with_passkey(bob, key)
    with_passkey(sign_in("alice"), theirs)
    grown_cold(bob)
    options = bob.post("/settings/confirm/options").json()
    answer = bob.post("/settings/confirm", {"credential": theirs.use(options, theirs.passkeys[0])})
    assert answer.status_code == 422
    assert bob.get("/settings/password").status_code == 302
    options = bob.post("/settings/confirm/options").json()
    assert bob.post("/settings/confirm", {"credential": key.use(options)}).status_code == 302
    assert bob.get("/settings/password").status_code == 200


def test_passkeys_are_named_renamed_and_removed(sign_in, world, key):
    client = sign_in("bob")
    with_passkey(client, key)
    (mine,) = client.get("/settings/security").context["passkeys"]
    client.post(f"/settings/passkeys/{mine.pk}", {"name": "Old phone"})
    assert "Old phone" in client.get("/settings/security").content.decode()
    client.post(f"/settings/passkeys/{mine.pk}/remove")
    assert not Stored.objects.filter(user=world["bob"]).exists()


def test_somebody_elses_passkey_is_not_there(sign_in, world, key):
    with_passkey(sign_in("alice"), key)
    theirs = Stored.objects.get(user=world["alice"])
    bob = sign_in("bob")
    for address in (f"/settings/passkeys/{theirs.pk}", f"/settings/passkeys/{theirs.pk}/remove"):
        assert bob.post(address, {"name": "x"}).status_code == 404
    assert Stored.objects.get(user=world["alice"]).wrap().name == "My phone"


def test_the_last_way_in_cannot_be_taken_away(sign_in, world, key):
    client = sign_in("bob")
    page = client.post("/settings/password/remove", follow=True).content.decode()
    assert "This is your only way to sign in" in page
    assert Person.objects.get(handle="bob").has_usable_password()
    with_passkey(client, key)
    client.post("/settings/password/remove")
    assert not Person.objects.get(handle="bob").has_usable_password()
    assert is_signed_in(client)
    mine = Stored.objects.get(user=world["bob"])
    page = client.post(f"/settings/passkeys/{mine.pk}/remove", follow=True).content.decode()
    assert "This is your only way to sign in" in page
    assert Stored.objects.filter(pk=mine.pk).exists()


def test_the_second_step_is_turned_on_only_by_a_right_code_and_off_again(sign_in, world):
    client = sign_in("bob")
    draft = client.get("/settings/second-step").context["draft"]
    answer = client.post("/settings/second-step", {"draft": draft, "code": "000000"})
    assert answer.status_code == 422
    assert "That code is not right" in answer.content.decode()
    assert not Stored.objects.exists()
    with_second_step(client)
    assert Stored.objects.filter(user=world["bob"]).count() == 2
    client.post("/settings/second-step/off")
    assert not Stored.objects.exists()


def test_somebody_elses_draft_of_a_second_step_is_refused(sign_in, world):
    draft = sign_in("alice").get("/settings/second-step").context["draft"]
    answer = sign_in("bob").post("/settings/second-step", {"draft": draft, "code": "123456"})
    assert answer["Location"] == "/settings/second-step"
    assert not Stored.objects.exists()


def test_new_recovery_codes_replace_the_old(sign_in, world):
    client = sign_in("bob")
    _, old = with_second_step(client)
    new = client.post("/settings/recovery-codes").context["codes"]
    assert not set(old) & set(new)
    assert Stored.objects.filter(user=world["bob"], type="recovery_codes").count() == 1


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


FIRST = {
    "handle": "rosa", "birth_date": "1980-01-01", "home": "DE", "language": "en", "password": NEW, "with": "password",
}  # fmt: skip


@pytest.mark.django_db
def test_the_first_visit_leads_to_the_page_that_makes_the_operator():
    client = Client()
    assert client.get("/sign-in")["Location"] == "/welcome"
    assert "set_up_code" not in client.get("/welcome", REMOTE_ADDR="127.0.0.1", HTTP_HOST="localhost").content.decode()
    answer = client.post("/welcome", FIRST, REMOTE_ADDR="127.0.0.1", HTTP_HOST="localhost")
    assert answer.status_code == 302
    rosa = Person.objects.get()
    assert (rosa.handle, rosa.is_superuser, rosa.is_staff) == ("rosa", True, True)
    assert Client().get("/welcome")["Location"] == "/"
    assert Client().post("/welcome", FIRST | {"handle": "eve"})["Location"] == "/"
    assert Person.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "visit",
    [{"REMOTE_ADDR": "203.0.113.7", "HTTP_HOST": "localhost"},
     {"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "localhost", "HTTP_X_FORWARDED_FOR": "203.0.113.7"},
     {"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "testserver"}],
)  # fmt: skip
def test_a_stranger_to_the_machine_needs_the_set_up_code(visit):
    refused = Client().post("/welcome", FIRST | {"set_up_code": "0000-0000-0000"}, **visit)
    assert refused.status_code == 403
    assert "It stands in the server&#x27;s log" in refused.content.decode()
    assert not Person.objects.exists()
    assert Client().post("/welcome", FIRST | {"set_up_code": set_up_code()}, **visit).status_code == 302
    assert Person.objects.get().is_superuser


@pytest.mark.django_db
def test_a_passkey_can_make_the_operator(key):
    client, here = Client(), {"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "localhost"}
    form = FIRST | {"with": "passkey", "password": ""}
    made = key.make(client.post("/sign-up/passkey", form, **here).json())
    assert client.post("/welcome", form | {"credential": made}, **here).status_code == 302
    assert Person.objects.get().is_superuser


@pytest.mark.django_db(transaction=True)
def test_of_two_first_operators_at_once_one_is_made():
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def claim(handle: str) -> None:
        start.wait()
        try:
            claim_installation(handle=handle, birth_date=date(1980, 1, 1), home="DE", language="en", password="x" * 12)
            outcomes.append("claimed")
        except AlreadyClaimed:
            outcomes.append("late")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=claim, args=[handle]) for handle in ("rosa", "karl")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["claimed", "late"]
    assert Person.objects.filter(is_superuser=True).count() == 1
    assert Session.objects.count() == 0
