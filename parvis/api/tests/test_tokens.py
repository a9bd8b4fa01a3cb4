"""Tokens: shown once, kept as a hash, within their scopes, until they end."""

from datetime import timedelta

import pytest
from django.test import Client

from parvis.accounts.actions.tokens import MOST, create_token, end_token, hash_of
from parvis.accounts.errors import NoSuchToken, TooManyTokens
from parvis.accounts.models import Token
from parvis.accounts.scopes import SCOPES
from parvis.accounts.viewer import COOKIE
from parvis.events.models import Event
from parvis.kit.clock import now
from parvis.social.models import Like


def code_of(answer):
    return answer.status_code, answer.json()["error"]["code"]


def test_a_token_says_who_calls_and_what_it_may(program):
    answer = program("alice", "read", "social").send("get", "/me")
    assert answer.status_code == 200
    assert (answer.json()["handle"], answer.json()["scopes"]) == ("alice", ["read", "social"])
    assert COOKIE not in answer.cookies, "a program gets no cookie"


def test_only_a_hash_is_kept(world):
    token, secret = create_token(person=world["alice"], name="mine", allowed=["read"], days=1)
    row = Token.objects.filter(id=token.id).values().get()
    assert bytes(row["token_hash"]) == hash_of(secret)
    assert secret not in str(row)
    assert row["hint"] == secret[-4:]


@pytest.mark.parametrize("change", ["ended", "past", "closed", "altered"])
def test_a_token_that_is_not_valid_opens_nothing_also_beside_a_session(program, world, change):
    alice = program("alice")
    alice.force_login(world["bob"], "allauth.account.auth_backends.AuthenticationBackend")
    if change == "ended":
        end_token(person=world["alice"], token_id=alice.token.id)
    elif change == "past":
        Token.objects.update(expires_at=now() - timedelta(seconds=1))
    elif change == "closed":
        type(world["alice"]).objects.filter(id=world["alice"].id).update(is_active=False)
    else:
        alice.defaults["HTTP_AUTHORIZATION"] += "x"
    for address in ("/me", "/people/bob"):
        answer = alice.send("get", address)
        assert code_of(answer) == (401, "bad-token")
        assert answer["WWW-Authenticate"].startswith("Bearer")


def test_what_a_token_does_not_allow_is_refused_and_nothing_changes(program, clip):
    answer = program("bob", "read").send("put", f"/clips/{clip.id}/like")
    assert code_of(answer) == (403, "scope-missing")
    assert "social" in answer.json()["error"]["message"]
    assert not Like.objects.exists()


def test_a_token_counts_nowhere_but_where_programs_are_served(program):
    alice = program("alice")
    assert alice.get("/settings/").status_code == 302
    assert alice.get("/mine").status_code == 302


def test_uploads_ask_for_the_scope_of_clips(program):
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": "100"}
    assert code_of(program("alice", "read").post("/uploads/", headers=headers)) == (403, "scope-missing")
    assert program("alice", "clips").post("/uploads/", headers=headers).status_code == 201


def test_use_is_noted_once_an_hour(program, django_assert_num_queries):
    alice = program("alice")
    alice.send("get", "/me")
    first = Token.objects.get().used_at
    assert first is not None
    alice.send("get", "/me")
    assert Token.objects.get().used_at == first


def test_nobody_takes_anothers_token_back(world):
    token, _ = create_token(person=world["alice"], name="mine", allowed=["read"], days=1)
    with pytest.raises(NoSuchToken):
        end_token(person=world["bob"], token_id=token.id)
    assert Token.objects.filter(id=token.id).exists()


def test_there_is_an_end_to_tokens(world):
    for _ in range(MOST):
        create_token(person=world["alice"], name="mine", allowed=["read"], days=1)
    with pytest.raises(TooManyTokens):
        create_token(person=world["alice"], name="mine", allowed=["read"], days=1)
    assert Token.objects.count() == MOST


def test_a_browser_with_a_session_needs_the_token_of_a_page_to_write(world, clip):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(world["bob"], "allauth.account.auth_backends.AuthenticationBackend")
    assert browser.get("/api/v1/me").json()["scopes"] is None
    assert code_of(browser.put(f"/api/v1/clips/{clip.id}/like")) == (403, "bad-origin")
    assert not Like.objects.exists()
    browser.get("/sign-in")
    browser.get("/settings/")
    proof = {"X-CSRFToken": browser.cookies["csrftoken"].value}
    assert browser.put(f"/api/v1/clips/{clip.id}/like", headers=proof).json() == {"liked": True, "likes": 1}


def test_the_pages_make_list_and_end_tokens(client, world, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    alice = world["alice"]
    alice.set_password("parvis-demo-square")
    alice.save()
    client.post("/sign-in", {"handle": "alice", "password": "parvis-demo-square"})
    wrong = client.post("/settings/tokens/new", {"name": "", "scopes": ["everything"], "days": "9999"})
    assert (wrong.status_code, Token.objects.count()) == (422, 0)
    made = client.post("/settings/tokens/new", {"name": "My script", "scopes": ["read", "clips"], "days": "30"})
    secret = made.context["secret"]
    assert made.status_code == 200
    assert secret in made.content.decode()
    listed = client.get("/settings/tokens").content.decode()
    assert "My script" in listed
    assert secret not in listed
    token = Token.objects.get()
    assert (token.scopes, (token.expires_at - now()).days) == (["read", "clips"], 29)
    client.post(f"/settings/tokens/{token.id}/end")
    assert not Token.objects.exists()
    kinds = list(Event.objects.filter(object=token.id).order_by("id").values_list("kind", flat=True))
    assert kinds == ["token.made", "token.ended"]


def test_a_token_is_made_only_by_who_showed_lately_that_it_is_they(client, world):
    client.force_login(world["alice"], "allauth.account.auth_backends.AuthenticationBackend")
    answer = client.post("/settings/tokens/new", {"name": "x", "scopes": ["read"], "days": "30"})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/settings/confirm")
    assert not Token.objects.exists()


def test_every_scope_is_said_in_a_sentence():
    assert all(str(says)[0].isupper() for says in SCOPES.values())
