"""Passwords, passkeys, second step and sessions, as their owner changes them."""

import pytest
from allauth.mfa.models import Authenticator as Stored
from allauth.usersessions.models import UserSession

from parvis.accounts.models import Person
from parvis.accounts.tests.steps import FIREFOX, IPHONE, grown_cold, is_signed_in, with_passkey, with_second_step
from parvis.accounts.viewer import session_name
from parvis.accounts.world import PASSWORD
from parvis.events.models import Event

NEW = "another long phrase"


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
