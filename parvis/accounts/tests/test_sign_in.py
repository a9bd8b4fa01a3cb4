"""Signing in and out: by password, by passkey, with a second step; and what is never told."""

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from parvis.accounts.actions.sessions import set_active
from parvis.accounts.models import Bucket
from parvis.accounts.tests.steps import is_signed_in, plain, tries, with_passkey
from parvis.accounts.viewer import COOKIE, decode, read, session_name
from parvis.accounts.world import PASSWORD
from parvis.events.models import Event


@pytest.mark.parametrize("handle", ["bob", "BOB", "@bob", " bob "])
def test_handle_and_password_sign_in(world, handle):
    client = Client()
    answer = client.post("/sign-in", {"handle": handle, "password": PASSWORD, "next": "/following"})
    assert (answer.status_code, answer["Location"]) == (302, "/following")
    viewer = read(f"a=b; {COOKIE}={client.cookies[COOKIE].value}; c=d")
    assert viewer == decode(client.cookies[COOKIE].value)
    assert (viewer.person_id, viewer.handle, viewer.age_band) == (world["bob"].id, "bob", "adult")
    assert viewer.session == session_name(client.session.session_key)


@pytest.mark.parametrize("where", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_signing_in_never_leads_off_the_site(world, where):
    answer = Client().post("/sign-in", {"handle": "bob", "password": PASSWORD, "next": where})
    assert answer["Location"] == "/"


def test_an_unknown_handle_and_a_wrong_password_get_the_same_answer(world):
    set_active(world["dan"], active=False, by=None)
    answers = []
    for handle, password in (("bob", "wrong wrong"), ("nobody", "wrong wrong"), ("dan", PASSWORD)):
        client = Client()
        answer = client.post("/sign-in", {"handle": handle, "password": password})
        body = plain(answer).replace(handle, "HANDLE")
        answers.append((answer.status_code, sorted(client.cookies), sorted(answer.headers), body))
        assert "The handle or the password is not right." in body
        assert not is_signed_in(client)
    assert answers[0] == answers[1] == answers[2]


@pytest.mark.parametrize("kind", ["unknown", "wrong", "no password"])
def test_every_wrong_sign_in_hashes_exactly_once(world, kind, monkeypatch):
    from django.contrib.auth import hashers

    world["carol"].set_password(None)
    world["carol"].save()
    hashed = []
    hasher = type(hashers.get_hasher())
    real = hasher.encode
    monkeypatch.setattr(hasher, "encode", lambda *args, **kwargs: hashed.append(1) or real(*args, **kwargs))
    handle = {"unknown": "nobody", "wrong": "bob", "no password": "carol"}[kind]
    Client().post("/sign-in", {"handle": handle, "password": "wrong wrong"})
    assert len(hashed) == 1


@pytest.mark.parametrize("handle", ["bob", "nobody"])
def test_tries_for_one_handle_are_limited_whether_it_exists_or_not(world, handle):
    assert tries(lambda: Client().post("/sign-in", {"handle": handle, "password": "wrong"})) >= 10
    client = Client()
    answer = client.post("/sign-in", {"handle": handle, "password": PASSWORD})
    assert answer.status_code == 429
    assert "That was a lot at once" in answer.content.decode()
    assert not is_signed_in(client)


def test_tries_from_one_address_are_limited_whatever_the_handle(world):
    assert Client().post("/sign-in", {"handle": "nobody", "password": "wrong"}).status_code == 422
    Bucket.objects.update(tokens=-100)  # as after many tries
    client = Client()
    assert client.post("/sign-in", {"handle": "bob", "password": PASSWORD}).status_code == 429
    assert not is_signed_in(client)


def test_signing_in_and_out_need_the_csrf_token(world):
    client = Client(enforce_csrf_checks=True)
    assert client.post("/sign-in", {"handle": "bob", "password": PASSWORD}).status_code == 403
    assert client.post("/sign-out").status_code == 403
    assert not is_signed_in(client)


def test_signing_out_ends_the_session_and_says_so_to_the_hot_path(sign_in, world):
    client = sign_in("bob")
    name = session_name(client.session.session_key)
    assert client.post("/sign-out").status_code == 302
    assert not is_signed_in(client)
    assert Event.objects.get(kind="session.ended").data == {"session": name}
    assert not decode(client.cookies[COOKIE].value).is_signed_in
    assert client.get("/sign-out").status_code == 405


def test_a_passkey_signs_in_without_handle_or_password(sign_in, world, key):
    with_passkey(sign_in("bob"), key)
    client = Client()
    options = client.post("/sign-in/passkey/options").json()
    assert not options["publicKey"].get("allowCredentials")
    answer = client.post("/sign-in/passkey", {"credential": key.use(options), "next": "/create"})
    assert (answer.status_code, answer["Location"]) == (302, "/create")
    assert is_signed_in(client)
    assert client.session.get_expiry_age() > 24 * 3600  # no longer the short visit that held the challenge


def test_signing_in_changes_the_session_key(sign_in, world, key):
    with_passkey(sign_in("bob"), key)
    client = Client()
    options = client.post("/sign-in/passkey/options").json()
    before = client.session.session_key
    client.post("/sign-in/passkey", {"credential": key.use(options)})
    assert is_signed_in(client)
    assert client.session.session_key != before


def test_a_passkey_answer_holds_once_only(sign_in, world, key):
    with_passkey(sign_in("bob"), key)
    client = Client()
    answer = key.use(client.post("/sign-in/passkey/options").json())
    assert client.post("/sign-in/passkey", {"credential": answer}).status_code == 302
    thief = Client()
    thief.post("/sign-in/passkey/options")
    refused = thief.post("/sign-in/passkey", {"credential": answer})
    assert refused.status_code == 422
    assert "That passkey did not work here" in refused.content.decode()
    assert not is_signed_in(thief)


def test_a_passkey_without_user_verification_is_refused(sign_in, world, key):
    with_passkey(sign_in("bob"), key)
    key.verifies = False
    client = Client()
    answer = client.post("/sign-in/passkey", {"credential": key.use(client.post("/sign-in/passkey/options").json())})
    assert answer.status_code == 422
    assert not is_signed_in(client)


def test_an_unknown_passkey_a_removed_one_and_a_closed_account_get_the_same_answer(sign_in, world, key):
    from parvis.accounts.tests.authenticator import Authenticator

    bob = sign_in("bob")
    with_passkey(bob, key)
    stranger = Authenticator()
    stranger.make(Client().post("/sign-up/passkey", {
        "handle": "nina", "birth_date": "1990-01-01", "home": "FR", "language": "en", "with": "passkey",
    }).json())  # fmt: skip
    answers = []
    for used in (stranger, key, key):
        client = Client()
        options = client.post("/sign-in/passkey/options").json()
        if used is key:
            set_active(world["bob"], active=False, by=None)
        answer = client.post("/sign-in/passkey", {"credential": used.use(options)})
        answers.append((answer.status_code, "That passkey did not work here" in answer.content.decode()))
        assert not is_signed_in(client)
    assert set(answers) == {(422, True)}


@pytest.mark.parametrize("credential", ["", "null", "{}", '{"response": {"userHandle": "4pyT"}}', "[" * 5000])
def test_a_broken_passkey_answer_is_refused_in_words(world, credential):
    client = Client()
    client.post("/sign-in/passkey/options")
    assert client.post("/sign-in/passkey", {"credential": credential}).status_code == 422
    assert not is_signed_in(client)


def test_the_sign_in_librarys_own_tables_of_addresses_stay_empty(sign_in, world, key):
    client = sign_in("bob")
    with_passkey(client, key)
    client.post("/settings/email", {"email": "bob@example.org"})
    assert not EmailAddress.objects.exists()


def test_a_revoked_viewer_cookie_is_refused_at_once(sign_in, world):
    client = sign_in("bob")
    cookie = client.cookies[COOKIE].value
    client.post("/sign-out")
    thief = Client()
    thief.cookies[COOKIE] = cookie
    answer = thief.get("/viewer")
    assert answer.status_code == 204
    now_known_as = decode(thief.cookies[COOKIE].value)
    assert not now_known_as.is_signed_in
    assert now_known_as.pseudonym != decode(cookie).pseudonym


def test_a_forged_viewer_cookie_reads_as_nobody():

    for header in ("", "parvis_viewer=", "parvis_viewer=x.y", "xparvis_viewer=a", "a=b; parvis_viewer", "é=1"):
        assert read(header) is None
