"""The whole way of an app, with a client that we did not write: from asking to tokens, and what they open."""

from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
import requests
from django.test import Client
from joserfc import jwt
from joserfc.jwk import KeySet
from oauthlib.oauth2 import InvalidGrantError, OAuth2Error

from parvis.accounts.viewer import token_session
from parvis.connect import actions
from parvis.connect.models import App, AppToken, Code, Consent
from parvis.connect.tests.conftest import BACK, SITE, Program, ThroughDjango, asked_of, says
from parvis.events.models import Event
from parvis.kit.clock import now

API = f"{SITE}/api/v1"


def bearer(token: dict[str, Any]) -> Client:
    return Client(headers={"Authorization": f"Bearer {token['access_token']}"})


def test_an_app_is_let_in_and_reads_and_refreshes(program: Program, tab: Any, world: Any) -> None:
    session = program.session("openid", "profile", "read")
    page = tab("alice").get(program.asks(session), secure=True)
    assert "Reels at home" in page.content.decode()
    assert "See what you can see" in page.content.decode()
    assert "form-action 'self' https://app.example" in page["Content-Security-Policy"]
    where = says(tab("alice"), program.asks(session))
    assert where.startswith(f"{BACK}?code=")
    assert asked_of(where)["iss"] == SITE
    token = program.fetch(session, where)
    assert token["scope"] == ["openid", "profile", "read"]
    assert session.get(f"{API}/me").json()["handle"] == "alice"
    told = session.get(f"{SITE}/oauth/userinfo").json()
    assert told["preferred_username"] == "alice"
    assert str(world["alice"].id) not in str(told)
    again = session.refresh_token(f"{SITE}/oauth/token", auth=(str(program.app.id), program.secret))
    assert again["refresh_token"] != token["refresh_token"]
    assert session.get(f"{API}/me").status_code == 200


def test_the_id_token_is_for_this_app_and_signed_by_a_published_key(program: Program, tab: Any) -> None:
    known = requests_of().get(f"{SITE}/.well-known/openid-configuration").json()
    keys = KeySet.import_key_set(requests_of().get(known["jwks_uri"]).json())
    assert "d" not in keys.keys[0].as_dict()
    session = program.session("openid")
    token = program.fetch(session, says(tab("alice"), program.asks(session, nonce="n-1")))
    read = jwt.decode(token["id_token"], keys, ["RS256"])
    assert read.claims["iss"] == known["issuer"]
    assert read.claims["aud"] == str(program.app.id)
    assert read.claims["nonce"] == "n-1"
    assert read.claims["sub"] == session.get(known["userinfo_endpoint"]).json()["sub"]


def requests_of() -> requests.Session:
    session = requests.Session()
    session.mount("https://", ThroughDjango())
    return session


def test_two_apps_know_a_person_by_different_numbers(program: Program, pocket: Program, tab: Any) -> None:
    numbers = set()
    for one in (program, pocket, program):
        session, _ = one.let_in(tab("alice"), "openid")
        numbers.add(session.get(f"{SITE}/oauth/userinfo").json()["sub"])
    assert len(numbers) == 2


def test_an_app_without_a_secret_shows_by_pkce_that_it_asked(pocket: Program, tab: Any) -> None:
    session = pocket.session("read")
    where = says(tab("alice"), pocket.asks(session))
    thief = pocket.session("read")
    pocket.asks(thief, state=asked_of(where)["state"])  # makes a verifier of its own
    with pytest.raises(InvalidGrantError):
        pocket.fetch(thief, where)
    assert pocket.fetch(session, where)["access_token"]


@pytest.mark.parametrize("drop", ["code_challenge", "code_challenge_method", "plain"])
def test_without_s256_nobody_is_asked(drop: str, program: Program, tab: Any) -> None:
    address = program.asks(program.session("read"))
    if drop == "plain":
        address = address.replace("code_challenge_method=S256", "code_challenge_method=plain")
    else:
        address = address.replace(f"{drop}=", "dropped=")
    got = tab("alice").get(address, secure=True)
    assert asked_of(got["Location"])["error"] == "invalid_request"
    assert not Code.objects.exists()


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/back",
        f"{BACK}/more",
        BACK + "?a=1",
        "http://app.example/back",
        "https://app.example/b%C3%A4ck",
        "ü",
    ],
)
def test_a_wrong_address_to_return_to_is_never_gone_to(address: str, program: Program, tab: Any) -> None:
    program.back = address
    asked = program.asks(program.session("read"))
    for got in (tab("alice").get(asked, secure=True), tab("alice").post(asked, {"answer": "allow"}, secure=True)):
        assert got.status_code == 400
        assert "This app cannot be let in" in got.content.decode()
    assert not Consent.objects.exists()


def test_no_is_no(program: Program, tab: Any) -> None:
    where = says(tab("alice"), program.asks(program.session("read")), "deny")
    assert asked_of(where)["error"] == "access_denied"
    assert not Consent.objects.exists()
    assert not Code.objects.exists()


@pytest.mark.parametrize("scope", ["read everything", "admin", ""])
def test_a_scope_that_does_not_exist_is_refused(scope: str, program: Program, tab: Any) -> None:
    got = tab("alice").get(program.asks(program.session(*scope.split())), secure=True)
    assert asked_of(got["Location"])["error"] == "invalid_scope"


def test_a_token_opens_what_its_scopes_say_and_no_more(program: Program, tab: Any, world: Any) -> None:
    session, token = program.let_in(tab("alice"), "read")
    got = session.put(f"{API}/people/carol/follow")
    assert (got.status_code, got.json()["error"]["code"]) == (403, "scope-missing")
    assert session.get(f"{SITE}/oauth/userinfo").status_code == 403
    assert bearer(token).get("/settings/").status_code == 302  # no page takes it


def test_a_code_works_once_and_a_second_time_ends_what_came_of_it(program: Program, tab: Any) -> None:
    session = program.session("read")
    where = says(tab("alice"), program.asks(session))
    token = program.fetch(session, where)
    with pytest.raises(InvalidGrantError):
        program.fetch(session, where)
    assert bearer(token).get("/api/v1/me").status_code == 401
    assert not AppToken.objects.exists()


def test_a_code_is_over_after_a_minute(program: Program, tab: Any) -> None:
    session = program.session("read")
    where = says(tab("alice"), program.asks(session))
    with patch.object(actions, "now", lambda: now() + timedelta(seconds=61)), pytest.raises(InvalidGrantError):
        program.fetch(session, where)
    assert not AppToken.objects.exists()


def test_a_code_is_for_the_app_that_asked(program: Program, pocket: Program, tab: Any) -> None:
    session = pocket.session("read")
    where = says(tab("alice"), pocket.asks(session))
    program.back = pocket.back
    other = program.session("read", state=session._state)
    other._client.code_verifier, other._code_verifier = session._client.code_verifier, session._code_verifier
    with pytest.raises(InvalidGrantError):
        program.fetch(other, where)
    assert pocket.fetch(session, where)["access_token"]


def test_a_wrong_secret_is_refused(program: Program, tab: Any) -> None:
    session = program.session("read")
    where = says(tab("alice"), program.asks(session))
    program.secret = "parvis_app_wrong"
    with pytest.raises(OAuth2Error, match="invalid_client"):
        program.fetch(session, where)
    program.secret = ""
    with pytest.raises(OAuth2Error, match="invalid_client"):
        program.fetch(session, where)
    assert not AppToken.objects.exists()


def test_a_stolen_refresh_token_ends_the_whole_family(program: Program, tab: Any) -> None:
    session, first = program.let_in(tab("alice"), "read")
    _, apart = program.let_in(tab("alice"), "read")  # another sign-in of the same app
    auth = (str(program.app.id), program.secret)
    newest = session.refresh_token(f"{SITE}/oauth/token", auth=auth)
    thief = program.session("read", token=first)
    with pytest.raises(InvalidGrantError):
        thief.refresh_token(f"{SITE}/oauth/token", refresh_token=first["refresh_token"], auth=auth)
    for token in (first, newest):
        assert bearer(token).get("/api/v1/me").status_code == 401
    with pytest.raises(InvalidGrantError):
        session.refresh_token(f"{SITE}/oauth/token", refresh_token=newest["refresh_token"], auth=auth)
    assert bearer(apart).get("/api/v1/me").status_code == 200


def test_a_refresh_may_narrow_and_never_widen(program: Program, tab: Any) -> None:
    session, _ = program.let_in(tab("alice"), "read", "social")
    auth = (str(program.app.id), program.secret)
    session.scope = ["read", "messages"]
    with pytest.raises(OAuth2Error, match="invalid_scope"):
        session.refresh_token(f"{SITE}/oauth/token", auth=auth)
    session.scope = ["read"]
    narrowed = session.refresh_token(f"{SITE}/oauth/token", auth=auth)
    assert narrowed["scope"] == ["read"]
    assert bearer(narrowed).put("/api/v1/people/carol/follow").status_code == 403


def test_withdrawn_is_ended_at_once(program: Program, tab: Any, world: Any) -> None:
    session, _ = program.let_in(tab("alice"), "read")
    page = tab("alice").get("/settings/apps").content.decode()
    assert "Reels at home" in page
    tab("bob").post(f"/settings/apps/{program.app.id}/withdraw")  # somebody else's, of the same app
    assert session.get(f"{API}/me").status_code == 200
    consent = Consent.objects.get()
    tab("alice").post(f"/settings/apps/{program.app.id}/withdraw")
    assert session.get(f"{API}/me").status_code == 401
    with pytest.raises(InvalidGrantError):
        session.refresh_token(f"{SITE}/oauth/token", auth=(str(program.app.id), program.secret))
    assert not Code.objects.exists()
    ended = Event.objects.get(kind="session.ended")  # what the app began, such as a browser that is called, ends too
    assert ended.data == {"session": token_session(consent.id)}


@pytest.mark.parametrize("who", ["person", "maker", "app"])
def test_whoever_is_stopped_is_out_at_once(who: str, program: Program, tab: Any, world: Any) -> None:
    session, _ = program.let_in(tab("alice"), "openid")
    if who == "app":
        actions.stop_app(app_id=program.app.id, stopped=True, by=world["olga"].id)
    else:
        person = world["alice" if who == "person" else "bob"]
        type(person).objects.filter(id=person.id).update(is_active=False)
    assert session.get(f"{API}/me").status_code == 401
    assert session.get(f"{SITE}/oauth/userinfo").status_code == 401
    with pytest.raises(OAuth2Error):
        session.refresh_token(f"{SITE}/oauth/token", auth=(str(program.app.id), program.secret))


def test_an_app_gives_back_its_own_tokens_only(program: Program, pocket: Program, tab: Any) -> None:
    _, token = program.let_in(tab("alice"), "read")
    as_pocket = {"client_id": str(pocket.app.id), "token": token["access_token"]}
    assert requests_of().post(f"{SITE}/oauth/revoke", data=as_pocket).status_code == 200  # and nothing happened
    assert bearer(token).get("/api/v1/me").status_code == 200
    mine = {"auth": (str(program.app.id), program.secret), "data": {"token": token["refresh_token"]}}
    assert requests_of().post(f"{SITE}/oauth/revoke", **mine).status_code == 200
    assert bearer(token).get("/api/v1/me").status_code == 401


def test_an_app_asks_about_its_own_tokens_only(program: Program, pocket: Program, tab: Any) -> None:
    _, mine = program.let_in(tab("alice"), "read")
    _, theirs = pocket.let_in(tab("alice"), "read")

    def asked(token: str, **how: Any) -> dict[str, Any]:
        how.setdefault("auth", (str(program.app.id), program.secret))
        return requests_of().post(f"{SITE}/oauth/introspect", data={"token": token}, **how).json()

    assert asked(mine["access_token"])["scope"] == "read"
    assert asked(mine["refresh_token"]) == asked(theirs["access_token"]) == asked("nothing") == {"active": False}
    assert asked(mine["access_token"], auth=("x", "y"))["error"] == "invalid_client"


def test_nothing_that_opens_is_stored_as_it_is(program: Program, tab: Any) -> None:
    _, token = program.let_in(tab("alice"), "read")
    for row in (*App.objects.values_list(), *Code.objects.values_list(), *AppToken.objects.values_list()):
        said = b" ".join(bytes(one) if isinstance(one, memoryview | bytes) else str(one).encode() for one in row)
        for secret in (program.secret, token["access_token"], token["refresh_token"]):
            assert secret.encode() not in said


def test_nobody_signed_in_signs_in_first_and_comes_back(program: Program, world: Any) -> None:
    address = program.asks(program.session("read"))
    got = Client(headers={"sec-fetch-mode": "navigate"}).get(address, secure=True)
    assert got["Location"].startswith("/sign-in?next=%2Foauth%2Fauthorize%3F")
    silent = Client().get(address + "&prompt=none", secure=True)
    assert asked_of(silent["Location"])["error"] == "login_required"


def test_without_asking_only_what_was_allowed_and_only_to_who_keeps_a_secret(
    program: Program, pocket: Program, tab: Any
) -> None:
    for one in (program, pocket):
        address = one.asks(one.session("read"), prompt="none")
        assert asked_of(tab("alice").get(address, secure=True)["Location"])["error"] == "consent_required"
        one.let_in(tab("alice"), "read")
    got = {one: asked_of(tab("alice").get(one.asks(one.session("read"), prompt="none"), secure=True)["Location"])
           for one in (program, pocket)}  # fmt: skip
    assert "code" in got[program]
    assert got[pocket]["error"] == "consent_required"


def test_an_app_that_wants_the_person_to_show_who_they_are_gets_that(program: Program, tab: Any) -> None:
    alice = tab("alice")  # signed in without a record of how: not lately
    got = alice.get(program.asks(program.session("read"), prompt="login"), secure=True)
    assert got["Location"].startswith("/settings/confirm?next=")


def test_what_is_over_is_swept(program: Program, tab: Any) -> None:
    program.let_in(tab("alice"), "read")
    actions.sweep()
    assert AppToken.objects.count() == Code.objects.count() == 1
    with patch.object(actions, "now", lambda: now() + timedelta(days=61)):
        actions.sweep()
    assert AppToken.objects.count() == Code.objects.count() == 0
    assert Consent.objects.count() == 1
