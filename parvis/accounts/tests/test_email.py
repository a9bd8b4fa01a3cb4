"""Addresses: verified by a code, sealed, never told; and a new password through one."""

import re
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.core import mail
from django.test import Client

from parvis.accounts.models import Bucket, EmailCode, PrivateDetails
from parvis.accounts.queries import email_of
from parvis.accounts.reconcilers import send_letter, sweep
from parvis.accounts.tests.steps import is_signed_in, plain, tries
from parvis.accounts.world import PASSWORD

NEW = "another long phrase"


def letters() -> list[mail.EmailMessage]:
    """Let the worker send what is due; return the letters."""
    before = len(mail.outbox)
    while send_letter():
        pass
    return mail.outbox[before:]


def digits_in(letter: mail.EmailMessage) -> str:
    return re.search(r"\b\d{6}\b", letter.body).group()


def verified(client: Client, address: str) -> None:
    client.post("/settings/email", {"email": address})
    (letter,) = letters()
    assert client.post("/settings/email/code", {"code": digits_in(letter)}).status_code == 302
    Bucket.objects.all().delete()


@pytest.fixture
def alice(sign_in, world) -> Client:
    client = sign_in("alice")
    verified(client, "alice@example.org")
    return client


def test_an_address_counts_once_its_code_came_back(sign_in, world):
    client = sign_in("bob")
    client.post("/settings/email", {"email": "bob@example.org"})
    assert email_of(world["bob"]) is None
    (letter,) = letters()
    assert letter.to == ["bob@example.org"]
    assert "@bob" in letter.body
    wrong = client.post("/settings/email/code", {"code": "000000"})
    assert wrong.status_code == 422
    assert "That code is not right" in wrong.content.decode()
    assert email_of(world["bob"]) is None
    client.post("/settings/email/code", {"code": f" {digits_in(letter)[:3]} {digits_in(letter)[3:]}"})
    assert email_of(world["bob"]) == "bob@example.org"
    assert not EmailCode.objects.exists()


def test_the_letter_speaks_the_persons_language(alice, world):
    alice.post("/settings/email", {"email": "new@example.org"})
    with patch("parvis.accounts.reconcilers.override") as override:
        letters()
    override.assert_called_once_with("fr")


def test_a_code_holds_for_five_tries_and_half_an_hour(sign_in, world):
    client = sign_in("bob")
    client.post("/settings/email", {"email": "bob@example.org"})
    (letter,) = letters()
    for _ in range(5):
        client.post("/settings/email/code", {"code": "000000"})
    assert client.post("/settings/email/code", {"code": digits_in(letter)}).status_code == 422
    client.post("/settings/email", {"email": "bob@example.org"})
    (letter,) = letters()
    EmailCode.objects.update(expires_at=EmailCode.objects.get().created_at - timedelta(seconds=1))
    assert client.post("/settings/email/code", {"code": digits_in(letter)}).status_code == 422
    assert email_of(world["bob"]) is None


def test_an_address_of_another_account_gets_the_same_page_and_no_code(alice, sign_in, world):
    bob, carol = sign_in("bob"), sign_in("carol")
    taken = bob.post("/settings/email", {"email": "Alice@Example.org"})
    free = carol.post("/settings/email", {"email": "carol@example.org"})
    assert (taken.status_code, taken["Location"]) == (free.status_code, free["Location"])
    to_alice = next(letter for letter in letters() if letter.to == ["Alice@Example.org"])
    assert not re.search(r"\b\d{6}\b", to_alice.subject + to_alice.body)
    refused = bob.post("/settings/email/code", {"code": "123456"})
    assert refused.status_code == 422
    assert email_of(world["bob"]) is None
    assert email_of(world["alice"]) == "alice@example.org"


def test_an_address_is_found_across_homes(alice, sign_in, world):
    assert world["alice"].home != world["bob"].home
    bob = sign_in("bob")
    bob.post("/settings/email", {"email": "alice@example.org"})
    letters()
    EmailCode.objects.filter(person=world["bob"]).update(attempts=0)
    assert not PrivateDetails.objects.filter(person=world["bob"], email_verified_at__isnull=False).exists()


def test_an_address_can_be_forgotten(alice, world):
    alice.post("/settings/email/remove")
    details = PrivateDetails.objects.get(person=world["alice"])
    assert (details.email, details.email_index, details.email_verified_at) == (None, None, None)


def test_a_forgotten_password_is_replaced_by_a_code_and_every_session_ends(alice, world):
    client = Client()
    asked = client.post("/reset", {"email": "alice@example.org"})
    page = asked["Location"]
    (letter,) = letters()
    token = client.get(page).context["token"]
    answer = client.post("/reset/code", {"r": token, "code": digits_in(letter), "password": NEW})
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in")
    assert not is_signed_in(alice)
    assert Client().post("/sign-in", {"handle": "alice", "password": PASSWORD}).status_code == 422
    assert Client().post("/sign-in", {"handle": "alice", "password": NEW}).status_code == 302
    again = client.post("/reset/code", {"r": token, "code": digits_in(letter), "password": NEW})
    assert again.status_code == 422


def test_asking_for_a_new_password_tells_nothing_about_an_address(alice, world, django_assert_num_queries):
    pages, queries = [], []
    for address in ("alice@example.org", "nobody@example.org"):
        client = Client()
        client.post("/reset", {"email": "warm@example.org"})
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(
            connection,
        ) as captured:
            asked = client.post("/reset", {"email": address})
        queries.append([re.sub(r"'[^']*'|\d+", "?", one["sql"])[:60] for one in captured])
        token = client.get(asked["Location"]).context["token"]
        wrong = client.post("/reset/code", {"r": token, "code": "000000", "password": NEW})
        pages.append((asked.status_code, len(asked["Location"]), wrong.status_code, plain(wrong)))
    assert pages[0] == pages[1]
    assert queries[0] == queries[1]
    assert [letter.to for letter in letters()] == [["alice@example.org"]]
    assert world["alice"].check_password(PASSWORD)


@pytest.mark.parametrize(
    ("change", "sentence"), [({"password": "short"}, "at least 10"), ({"code": "111111"}, "not right")]
)
def test_a_refused_reset_says_why_and_changes_nothing(alice, world, change, sentence):
    client = Client()
    token = client.get(client.post("/reset", {"email": "alice@example.org"})["Location"]).context["token"]
    (letter,) = letters()
    answer = client.post("/reset/code", {"r": token, "code": digits_in(letter), "password": NEW} | change)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    world["alice"].refresh_from_db()
    assert world["alice"].check_password(PASSWORD)
    assert is_signed_in(alice)


def test_letters_to_one_address_are_limited_whoever_has_it(alice, world):
    for address in ("alice@example.org", "nobody@example.org"):
        assert tries(lambda address=address: Client().post("/reset", {"email": address})) == 4
        Bucket.objects.all().delete()


def test_a_letter_that_fails_is_sent_later_with_a_code_that_holds(sign_in, world):
    client = sign_in("bob")
    client.post("/settings/email", {"email": "bob@example.org"})
    with patch("django.core.mail.EmailMessage.send", side_effect=ConnectionRefusedError):
        assert send_letter()
    code = EmailCode.objects.get()
    assert (code.failures, code.code_hash) == (1, None)
    assert not send_letter()  # not due yet
    EmailCode.objects.update(send_at=code.created_at)
    (letter,) = letters()
    assert client.post("/settings/email/code", {"code": digits_in(letter)}).status_code == 302


def test_the_sweep_takes_what_is_over_and_leaves_the_rest(alice, world):
    alice.post("/settings/email", {"email": "new@example.org"})
    sweep()
    assert EmailCode.objects.count() == 1
    assert is_signed_in(alice)
    EmailCode.objects.update(expires_at=EmailCode.objects.get().created_at - timedelta(hours=2))
    sweep()
    assert not EmailCode.objects.exists()
