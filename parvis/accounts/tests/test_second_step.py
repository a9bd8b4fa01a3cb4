"""The second step: an app's codes, recovery codes, a passkey instead."""

import pytest
from allauth.mfa.models import Authenticator as Stored
from django.test import Client

from parvis.accounts.tests.steps import app_code, is_signed_in, tries, with_passkey, with_second_step
from parvis.accounts.world import PASSWORD


def test_the_second_step_asks_for_a_code_of_the_app_and_each_code_works_once(sign_in, world):
    secret, _ = with_second_step(sign_in("bob"))
    client = Client()
    answer = client.post("/sign-in", {"handle": "bob", "password": PASSWORD, "next": "/create"})
    assert answer["Location"] == "/sign-in/second-step"
    assert not is_signed_in(client)
    assert client.get("/sign-in/second-step").status_code == 200
    wrong = client.post("/sign-in/second-step", {"code": "000000"})
    assert wrong.status_code == 422
    assert "That code is not right" in wrong.content.decode()
    assert not is_signed_in(client)
    right = client.post("/sign-in/second-step", {"code": app_code(secret)})
    assert (right.status_code, right["Location"]) == (302, "/create")
    assert is_signed_in(client)
    other = Client()
    other.post("/sign-in", {"handle": "bob", "password": PASSWORD})
    assert other.post("/sign-in/second-step", {"code": app_code(secret)}).status_code == 422


def test_a_recovery_code_is_a_second_step_once(sign_in, world):
    _, codes = with_second_step(sign_in("bob"))
    assert len(set(codes)) == 10
    for status in (302, 422):
        client = Client()
        client.post("/sign-in", {"handle": "bob", "password": PASSWORD})
        assert client.post("/sign-in/second-step", {"code": codes[0]}).status_code == status
        assert is_signed_in(client) is (status == 302)


def test_a_passkey_may_be_the_second_step_and_alone_needs_none(sign_in, world, key):
    bob = sign_in("bob")
    with_passkey(bob, key)
    with_second_step(bob)
    client = Client()
    client.post("/sign-in", {"handle": "bob", "password": PASSWORD})
    options = client.post("/sign-in/passkey/options?step=second").json()
    assert len(options["publicKey"]["allowCredentials"]) == 1
    assert client.post("/sign-in/second-step", {"credential": key.use(options)}).status_code == 302
    assert is_signed_in(client)
    alone = Client()
    alone.post("/sign-in/passkey", {"credential": key.use(alone.post("/sign-in/passkey/options").json())})
    assert is_signed_in(alone)


def test_guessing_second_steps_is_limited(sign_in, world):
    with_second_step(sign_in("bob"))
    client = Client()
    client.post("/sign-in", {"handle": "bob", "password": PASSWORD})
    assert 5 <= tries(lambda: client.post("/sign-in/second-step", {"code": "000000"})) < 20


def test_the_second_step_is_no_page_for_those_who_owe_none(world):
    assert Client().get("/sign-in/second-step")["Location"] == "/sign-in"
    assert Client().post("/sign-in/second-step", {"code": "123456"})["Location"] == "/sign-in"


def test_secrets_of_the_second_step_lie_sealed_with_the_persons_key(sign_in, world):
    from parvis.cells.errors import KeyMissing
    from parvis.cells.keys import destroy_person_key

    secret, codes = with_second_step(sign_in("bob"))
    for stored in Stored.objects.filter(user=world["bob"]):
        assert secret.replace(" ", "") not in str(stored.data)
        assert not any(code in str(stored.data) for code in codes)
    destroy_person_key(world["bob"].id)
    with pytest.raises(KeyMissing):
        Stored.objects.get(user=world["bob"], type="totp").wrap().validate_code("123456")
