"""Signing in and out: by password, by passkey, with a second step; and what is never told."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator as Stored
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client

from parvis.accounts.actions.sessions import set_active
from parvis.accounts.models import Bucket
from parvis.accounts.viewer import COOKIE, decode, read, session_name
from parvis.accounts.world import PASSWORD
from parvis.events.models import Event


def is_signed_in(client: Client) -> bool:
    return client.get("/settings/").status_code == 200


def plain(answer) -> str:
    """The body of an answer without what is random in each."""
    return re.sub(r'(nonce|content|value)="[\w+/=:-]{20,}"', r'\1=""', answer.content.decode())


def app_code(secret: str) -> str:
    """What an authenticator app shows for a secret now."""
    return format_hotp_value(hotp_value(secret.replace(" ", ""), next(iter(yield_hotp_counters_from_time()))))


def with_second_step(client: Client) -> tuple[str, list[str]]:
    """Connect an app in a browser; return its secret and the recovery codes."""
    page = client.get("/settings/second-step").context
    answer = client.post("/settings/second-step", {"draft": page["draft"], "code": app_code(page["secret"])})
    Bucket.objects.all().delete()
    return page["secret"], answer.context["codes"]


def with_passkey(client: Client, key, name: str = "My phone") -> None:
    options = client.post("/settings/passkeys/options").json()
    answer = client.post("/settings/passkeys/add", {"name": name, "credential": key.make(options)})
    assert answer.status_code == 302


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
    for _ in range(10):
        assert Client().post("/sign-in", {"handle": handle, "password": "wrong"}).status_code == 422
    client = Client()
    answer = client.post("/sign-in", {"handle": handle, "password": PASSWORD})
    assert answer.status_code == 429
    assert "That was a lot at once" in answer.content.decode()
    assert not is_signed_in(client)


def test_tries_from_one_address_are_limited(world):
    for number in range(40):
        Client().post("/sign-in", {"handle": f"nobody{number}", "password": "wrong"})
    assert Client().post("/sign-in", {"handle": "bob", "password": PASSWORD}).status_code == 429


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
    statuses = [client.post("/sign-in/second-step", {"code": f"{n:06d}"}).status_code for n in range(6)]
    assert statuses == [422] * 5 + [429]


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


def test_the_sign_in_librarys_own_tables_of_addresses_stay_empty(sign_in, world, key):
    client = sign_in("bob")
    with_passkey(client, key)
    client.post("/settings/email", {"email": "bob@example.org"})
    assert not EmailAddress.objects.exists()


def test_the_admin_has_no_sign_in_of_its_own(world, sign_in):
    assert Client().get("/-/admin/login/?next=/-/admin/")["Location"].startswith("/sign-in?")
    posted = Client().post("/-/admin/login/", {"username": "olga", "password": PASSWORD})
    assert posted["Location"].startswith("/sign-in?")
    assert sign_in("bob").get("/-/admin/login/").status_code == 403
    olga = sign_in("olga")
    page = olga.get("/-/admin/accounts/person/?q=bob").content.decode()
    assert "@bob" in page or ">bob<" in page
    assert "birth" not in page


def test_an_operator_closes_an_account_and_its_sessions_end(world, sign_in):
    bob, olga = sign_in("bob"), sign_in("olga")
    form = {"action": "close_accounts", "_selected_action": [str(world["bob"].id), str(world["olga"].id)]}
    olga.post("/-/admin/accounts/person/", form)
    assert not is_signed_in(bob)
    assert is_signed_in(olga)
    assert Event.objects.filter(kind="session.ended", actor=world["bob"].id).count() == 1


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
