"""A refresh token: what comes of it, and that of two who show it at once one wins, and nobody keeps anything."""

import threading
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection
from django.test import Client
from joserfc import jwt
from joserfc.jwk import KeySet

from parvis.connect import actions, signing
from parvis.connect.models import AppToken, Code, Consent
from parvis.connect.tests.conftest import SITE, Program, says


def test_the_id_token_that_comes_with_a_refresh_is_of_the_same_signing_in(program: Program, tab: Any) -> None:
    session = program.session("openid", "read")
    first = program.fetch(session, says(tab("alice"), program.asks(session, nonce="n-1")))
    mine = (str(program.app.id), program.secret)
    again = session.refresh_token(f"{SITE}/oauth/token", auth=mine)
    keys = KeySet.import_key_set(signing.published())
    one, two = (jwt.decode(token["id_token"], keys, ["RS256"]).claims for token in (first, again))
    for name in ("iss", "sub", "aud", "auth_time"):
        assert one[name] == two[name]
    assert two["iat"] >= one["iat"]
    assert "nonce" not in two
    assert two["at_hash"] != one["at_hash"]


def test_without_openid_no_id_token_comes(program: Program, tab: Any) -> None:
    session, _ = program.let_in(tab("alice"), "read")
    assert "id_token" not in session.refresh_token(f"{SITE}/oauth/token", auth=(str(program.app.id), program.secret))


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_wins_and_then_the_whole_family_ends(program: Program, tab: Any) -> None:
    """The second is a copy, whoever holds it: what the first was given ends, too (RFC 9700, section 4.14.2)."""
    _, token = program.let_in(tab("alice"), "read")
    together, take = threading.Barrier(2), actions.take_refresh
    form = {
        "grant_type": "refresh_token", "refresh_token": token["refresh_token"], "client_id": str(program.app.id),
        "client_secret": program.secret,
    }  # fmt: skip
    answers: list[Any] = []

    def taken(**asked: Any) -> Any:
        together.wait(60)
        return take(**asked)

    def ask() -> None:
        try:
            answers.append(Client().post("/oauth/token", form, secure=True))
        finally:
            connection.close()

    with patch.object(actions, "take_refresh", taken):
        both = [threading.Thread(target=ask) for _ in range(2)]
        for one in both:
            one.start()
        for one in both:
            one.join(120)
    won, lost = sorted(answers, key=lambda answer: answer.status_code)
    assert (won.status_code, lost.status_code, lost.json()["error"]) == (200, 400, "invalid_grant")
    assert (Code.objects.count(), AppToken.objects.count(), Consent.objects.count()) == (0, 0, 1)
    for secret in (token["access_token"], won.json()["access_token"]):
        assert Client(headers={"Authorization": f"Bearer {secret}"}).get("/api/v1/me", secure=True).status_code == 401
