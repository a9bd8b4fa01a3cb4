"""Signing in by an account at an identity provider: our own provider is the witness, for this or another square."""

import json
from collections.abc import Iterator
from importlib import import_module
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode, urlsplit

import pytest
from django.test import Client
from joserfc import jwt

from parvis.accounts import elsewhere
from parvis.accounts.actions.elsewhere import link, unlink
from parvis.accounts.errors import IdentityTaken, LastWayIn
from parvis.accounts.models import Identity, Person, PrivateDetails
from parvis.accounts.queries import identity_of, person_by_subject
from parvis.accounts.world import PASSWORD
from parvis.connect import actions, signing
from parvis.connect.tests.conftest import SITE, says

NEW = {"handle": "ada", "birth_date": "1990-05-31", "home": "FR", "language": "en"}


@pytest.fixture(autouse=True)
def provider(world: Any, settings: Any) -> Iterator[None]:
    app, secret = actions.register_app(
        person=world["olga"], name="The square", website="", redirect_uris=[SITE + elsewhere.BACK], keeps_secret=True
    )
    settings.PARVIS_OIDC_ISSUER, settings.PARVIS_OIDC_NAME = SITE, "Town hall"
    settings.PARVIS_OIDC_CLIENT_ID, settings.PARVIS_OIDC_CLIENT_SECRET = str(app.id), secret
    elsewhere._known.clear()
    with patch.object(elsewhere, "fetch", fetch):
        yield
    elsewhere._known.clear()


def fetch(address: str, form: Any = None, headers: Any = None) -> bytes:
    parts = urlsplit(address)
    if form is None:
        answer = Client().get(parts.path, secure=True)
    else:
        kind = "application/x-www-form-urlencoded"
        answer = Client().post(parts.path, urlencode(form), kind, headers=headers, secure=True)
    if answer.status_code != 200:
        raise OSError(answer.status_code)
    return answer.content


def visitor() -> Client:
    return Client(headers={"sec-fetch-mode": "navigate", "accept": "text/html"})


def comes_back(browser: Client, there: Client, **asked: str) -> Any:
    """Go to the provider, say yes there, and come back; return the answer."""
    where = browser.get("/sign-in/elsewhere", asked, secure=True)["Location"]
    return browser.get(says(there, where).removeprefix(SITE), secure=True)


def who(browser: Client) -> str:
    got = browser.get("/api/v1/me", secure=True)
    return got.json()["handle"] if got.status_code == 200 else ""


def test_the_page_offers_it_where_it_is_set_and_nowhere_else(settings: Any) -> None:
    assert "Sign in with Town hall" in visitor().get("/sign-in").content.decode()
    settings.PARVIS_OIDC_ISSUER = ""
    assert "Town hall" not in visitor().get("/sign-in").content.decode()
    for path in ("", "/back", "/new"):
        assert visitor().get(f"/sign-in/elsewhere{path}").status_code == 404


def test_who_comes_first_says_birth_date_and_home_and_next_time_is_known(tab: Any) -> None:
    browser = visitor()
    assert comes_back(browser, tab("alice"), next="/following")["Location"] == "/sign-in/elsewhere/new"
    assert who(browser) == ""
    page = browser.get("/sign-in/elsewhere/new", secure=True).content.decode()
    assert "Town hall" in page
    assert 'value="alice"' in page  # what it is called there, as a start
    assert browser.post("/sign-in/elsewhere/new", NEW, secure=True)["Location"] == "/following"
    assert who(browser) == "ada"
    ada = Person.objects.get(handle="ada")
    assert (ada.home, ada.has_usable_password(), PrivateDetails.objects.get(person=ada).email) == ("FR", False, None)
    again = visitor()
    comes_back(again, tab("alice"))
    assert who(again) == "ada"
    assert who(browser) == "ada"


def test_another_account_there_is_another_person_here(tab: Any) -> None:
    browser = visitor()
    comes_back(browser, tab("alice"))
    browser.post("/sign-in/elsewhere/new", NEW, secure=True)
    other = visitor()
    assert comes_back(other, tab("bob"))["Location"] == "/sign-in/elsewhere/new"
    assert who(other) == ""


def test_who_is_too_young_gets_no_account_and_nothing_is_kept(tab: Any) -> None:
    browser = visitor()
    comes_back(browser, tab("alice"))
    before = Person.objects.count()
    got = browser.post("/sign-in/elsewhere/new", NEW | {"birth_date": "2020-01-01"}, secure=True)
    assert got.status_code == 403
    assert browser.post("/sign-in/elsewhere/new", NEW, secure=True).status_code == 403  # the date is not simply changed
    assert (Person.objects.count(), Identity.objects.count()) == (before, 0)


def test_a_minor_from_there_is_one_here(tab: Any) -> None:
    browser = visitor()
    comes_back(browser, tab("alice"))
    born = f"{Person.objects.first().created_at.year - 15}-01-01"
    browser.post("/sign-in/elsewhere/new", NEW | {"birth_date": born, "home": "BR"}, secure=True)
    assert Person.objects.get(handle="ada").is_private


@pytest.mark.parametrize("wrong", [{"handle": "alice"}, {"home": "XX"}, {"birth_date": "soon"}])
def test_what_is_filled_in_wrongly_opens_nothing(wrong: dict[str, str], tab: Any) -> None:
    browser = visitor()
    comes_back(browser, tab("alice"))
    before = Person.objects.count()
    assert browser.post("/sign-in/elsewhere/new", NEW | wrong, secure=True).status_code in {409, 422}
    assert (Person.objects.count(), Identity.objects.count()) == (before, 0)
    assert browser.post("/sign-in/elsewhere/new", NEW, secure=True).status_code == 302


def test_an_account_is_never_taken_over_by_its_name_or_address(tab: Any, world: Any) -> None:
    """The account there is called alice and could have her address: here that makes it nobody."""
    browser = visitor()
    comes_back(browser, tab("alice"))
    assert identity_of(world["alice"]) is None
    assert who(browser) == ""
    assert browser.post("/sign-in/elsewhere/new", NEW | {"handle": "alice"}, secure=True).status_code in {409, 422}


def test_one_links_ones_own_account_after_showing_who_one_is(tab: Any, world: Any) -> None:
    carol = tab("carol")  # signed in, and not lately
    assert carol.get("/sign-in/elsewhere", {"for": "link"}, secure=True)["Location"].startswith("/settings/confirm")
    carol.post("/settings/confirm", {"password": PASSWORD}, secure=True)
    assert comes_back(carol, tab("alice"), **{"for": "link"})["Location"] == "/settings/security"
    browser = visitor()
    comes_back(browser, tab("alice"))
    assert who(browser) == "carol"
    assert "has signed you in here" in carol.get("/settings/elsewhere").content.decode()
    carol.post("/settings/elsewhere/end", secure=True)
    assert not Identity.objects.exists()


def test_one_account_there_is_one_person_here(tab: Any, world: Any) -> None:
    link(person=world["carol"], subject="a")
    link(person=world["carol"], subject="a")
    for person, subject in ((world["dan"], "a"), (world["carol"], "b")):
        with pytest.raises(IdentityTaken):
            link(person=person, subject=subject)
    assert person_by_subject("a") == world["carol"]
    assert elsewhere.subject_of(SITE, "a") != elsewhere.subject_of(SITE, "A").casefold()
    unlink(person=world["carol"])
    assert person_by_subject("a") is None


def test_the_only_way_in_is_not_unlinked(world: Any) -> None:
    link(person=world["carol"], subject="a")
    world["carol"].set_unusable_password()
    world["carol"].save()
    with pytest.raises(LastWayIn):
        unlink(person=world["carol"])
    assert Identity.objects.count() == 1


@pytest.mark.parametrize("how", ["is_barred", "leaves_at"])
def test_a_closed_account_stays_closed(how: str, tab: Any, world: Any) -> None:
    browser = visitor()
    comes_back(browser, tab("alice"))
    browser.post("/sign-in/elsewhere/new", NEW, secure=True)
    values = {"leaves_at": world["alice"].created_at} if how == "leaves_at" else {"is_barred": True}
    Person.objects.filter(handle="ada").update(is_active=False, **values)
    again = visitor()
    got = comes_back(again, tab("alice"))
    assert who(again) == ""
    assert ("Keep my account" in got.content.decode()) == (how == "leaves_at")


def test_confirming_there_is_by_the_same_account(tab: Any, world: Any) -> None:
    browser = visitor()
    comes_back(browser, tab("alice"))
    browser.post("/sign-in/elsewhere/new", NEW, secure=True)
    page = browser.get("/settings/confirm?next=/settings/tokens/new", secure=True).content.decode()
    assert "Show it with Town hall" in page

    def lately(handle: str) -> Client:
        there = tab(handle)
        there.post("/settings/confirm", {"password": PASSWORD}, secure=True)
        return there

    assert comes_back(browser, lately("bob"), **{"for": "confirm"}).status_code == 400
    got = comes_back(browser, lately("alice"), **{"for": "confirm", "next": "/settings/tokens/new"})
    assert got["Location"] == "/settings/tokens/new"


def test_an_answer_counts_once_and_in_the_browser_that_asked(tab: Any) -> None:
    browser = visitor()
    there = says(tab("alice"), browser.get("/sign-in/elsewhere", secure=True)["Location"]).removeprefix(SITE)
    assert visitor().get(there, secure=True).status_code == 400  # put upon somebody else's browser
    assert browser.get(there.replace("state=", "state=x"), secure=True).status_code == 400
    assert browser.get(there, secure=True).status_code == 400
    assert not Identity.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [{"iss": "https://evil.example"}, {"aud": "another"}, {"nonce": "another"}, {"exp": 1}, {"sub": None}, {"azp": "x"},
     "unsigned", "nonsense", "no token"],
)  # fmt: skip
def test_what_the_provider_did_not_say_counts_for_nothing(wrong: Any, tab: Any) -> None:
    def lying(address: str, form: Any = None, headers: Any = None) -> bytes:
        said = fetch(address, form, headers)
        if not address.endswith("/oauth/token"):
            return said
        told = json.loads(said)
        key = signing.keys()[-1]
        claims = jwt.decode(told["id_token"], key, ["RS256"]).claims
        if isinstance(wrong, dict):
            token = jwt.encode({"alg": "RS256", "kid": key.kid}, claims | wrong, key, ["RS256"])
        else:
            head, body, _ = told["id_token"].split(".")
            token = {"unsigned": f"{head}.{body}.", "nonsense": "a.b.c", "no token": ""}[wrong]
        return json.dumps(told | {"id_token": token}).encode()

    browser = visitor()
    with patch.object(elsewhere, "fetch", lying):
        got = comes_back(browser, tab("alice"))
    assert got.status_code == 400
    assert "Signing in with Town hall did not work" in got.content.decode()
    assert browser.get("/sign-in/elsewhere/new", secure=True).status_code == 400


def test_a_provider_that_does_not_answer_or_is_another_is_an_error_in_words(settings: Any) -> None:
    def silent(*_unused: Any) -> bytes:
        raise OSError

    with patch.object(elsewhere, "fetch", silent):
        assert visitor().get("/sign-in/elsewhere").status_code == 400
    settings.PARVIS_OIDC_ISSUER = SITE + "/"
    assert visitor().get("/sign-in/elsewhere").status_code == 400
    with pytest.raises(ValueError, match="address"):
        elsewhere._at("file:///etc/passwd")


def test_neither_the_name_nor_the_provider_is_stored(tab: Any) -> None:
    browser = visitor()
    comes_back(browser, tab("alice"))
    browser.post("/sign-in/elsewhere/new", NEW, secure=True)
    row = Identity.objects.get()
    assert (row.home, len(bytes(row.subject_index))) == ("FR", 32)


@pytest.mark.parametrize(
    "wrong",
    [{"ISSUER": "http://id.example"}, {"ISSUER": "id.example"}, {"CLIENT_ID": ""}, {"CLIENT_SECRET": ""}],
)
def test_half_a_setting_stops_the_start(wrong: dict[str, str], tmp_path: Any) -> None:
    told = {"ISSUER": "https://id.example/", "CLIENT_ID": "parvis", "CLIENT_SECRET": "s"}
    env = {"PARVIS_DATA": str(tmp_path)}
    config = import_module("parvis.project.config")
    whole = config.Config.from_env(env | {f"PARVIS_OIDC_{name}": value for name, value in told.items()})
    assert (whole.oidc.issuer, whole.oidc.name) == ("https://id.example/", "id.example")
    with pytest.raises(config.ConfigError, match="PARVIS_OIDC_ISSUER"):
        config.Config.from_env(env | {f"PARVIS_OIDC_{name}": value for name, value in (told | wrong).items()})
