"""Opening an account: by password, by passkey, and every refusal."""

import threading
from datetime import date

import pytest
from django.contrib.sessions.models import Session
from django.db import connection, connections
from django.test import Client

from parvis.accounts.actions import open_account
from parvis.accounts.errors import HandleTaken
from parvis.accounts.later import COOKIE
from parvis.accounts.models import Bucket, Person
from parvis.accounts.tests.steps import tries
from parvis.cells.models import PersonKey
from parvis.events.models import Event
from parvis.kit.clock import now

GOOD = {
    "handle": "nina",
    "birth_date": "1994-05-31",
    "home": "FR",
    "language": "fr",
    "password": "three words in a row",
    "with": "password",
}


def years_ago(years: int, days: int = 0) -> str:
    today = now().date()
    return date.fromordinal(date(today.year - years, today.month, min(today.day, 28)).toordinal() + days).isoformat()


@pytest.fixture
def visitor(world) -> Client:
    return Client(headers={"accept-language": "pt-BR,pt;q=0.9,en;q=0.5"})


def test_the_form_guesses_home_from_the_browser(visitor):
    page = visitor.get("/sign-up").content.decode()
    assert '<option value="BR" selected>' in page


def test_a_password_opens_an_account_and_signs_in(visitor):
    answer = visitor.post("/sign-up", GOOD | {"next": "/create"})
    assert (answer.status_code, answer["Location"]) == (302, "/create")
    nina = Person.objects.get(handle="nina")
    assert (nina.home, nina.language, nina.is_private, nina.is_staff) == ("FR", "fr", False, False)
    assert PersonKey.objects.filter(id=nina.id).exists()
    assert Event.objects.filter(kind="person.joined", actor=nina.id, home="FR").count() == 1
    assert visitor.get("/settings/").status_code == 200
    assert visitor.cookies["parvis_language"].value == "fr"


def test_a_passkey_opens_an_account_without_password_and_signs_in(visitor, key):
    form = GOOD | {"password": "", "with": "passkey"}
    options = visitor.post("/sign-up/passkey", form).json()
    assert options["publicKey"]["authenticatorSelection"]["residentKey"] == "required"
    assert not Person.objects.filter(handle="nina").exists()
    answer = visitor.post(
        "/sign-up", form | {"credential": key.make(options)}, headers={"user-agent": "Firefox/1 Linux"}
    )
    assert answer.status_code == 302
    nina = Person.objects.get(handle="nina")
    assert key.passkeys[0].user == nina.id.hex.encode()
    assert not nina.has_usable_password()
    assert visitor.get("/settings/security").context["passkeys"][0].wrap().name == "Firefox · Linux"


def test_a_passkey_for_another_challenge_opens_nothing(visitor, key):
    form = GOOD | {"password": "", "with": "passkey"}
    credential = key.make(visitor.post("/sign-up/passkey", form).json())
    visitor.post("/sign-up/passkey", form)  # a new challenge
    answer = visitor.post("/sign-up", form | {"credential": credential})
    assert answer.status_code == 422
    assert "That passkey did not work here" in answer.content.decode()
    assert not Person.objects.filter(handle="nina").exists()


@pytest.mark.parametrize("credential", ["{", "[]", "{}", '{"id": 1}', '{"response": {"attestationObject": "oA"}}'])
def test_a_broken_passkey_is_refused_in_words(visitor, credential):
    form = GOOD | {"password": "", "with": "passkey"}
    visitor.post("/sign-up/passkey", form)
    answer = visitor.post("/sign-up", form | {"credential": credential})
    assert answer.status_code == 422
    assert not Person.objects.filter(handle="nina").exists()


@pytest.mark.parametrize(
    ("change", "status", "sentence"),
    [
        ({"handle": "alice"}, 409, "This handle is taken"),
        ({"handle": "ALICE"}, 409, "This handle is taken"),
        ({"handle": "par_v1s"}, 409, "This handle is taken"),
        ({"handle": "adm1n"}, 409, "This handle is taken"),
        ({"handle": "a"}, 422, "A handle has 2 to 24 letters"),
        ({"handle": ".dot"}, 422, "A handle has 2 to 24 letters"),
        ({"handle": "two..dots"}, 422, "A handle has 2 to 24 letters"),
        ({"handle": "аlice"}, 422, "A handle has 2 to 24 letters"),  # a Cyrillic letter
        ({"password": "short"}, 422, "at least 10 characters"),
        ({"password": ""}, 422, "at least 10 characters"),
        ({"password": "1234567890"}, 422, "too common"),
        ({"handle": "ninamarguerite", "password": "ninamarguerite1"}, 422, "too similar"),
        ({"home": "ZZ"}, 422, "Select a valid choice"),
        ({"language": "tlh"}, 422, "Select a valid choice"),
        ({"birth_date": "2999-01-01"}, 422, "Please check the date of birth"),
        ({"birth_date": "1850-01-01"}, 422, "Please check the date of birth"),
        ({"birth_date": "yesterday"}, 422, "Please enter a date"),
    ],
)
def test_a_refusal_says_why_and_changes_nothing(visitor, change, status, sentence):
    before = set(Person.objects.values_list("handle", flat=True))
    answer = visitor.post("/sign-up", GOOD | change)
    assert answer.status_code == status
    assert sentence in answer.content.decode()
    assert set(Person.objects.values_list("handle", flat=True)) == before
    assert visitor.get("/settings/").status_code == 302


@pytest.mark.parametrize(("home", "minimum"), [("US", 13), ("KR", 14), ("AU", 16), ("DE", 16), ("FR", 15)])
def test_the_minimum_age_of_the_market_decides_on_the_very_day(world, home, minimum):
    refused = Client().post("/sign-up", GOOD | {"home": home, "birth_date": years_ago(minimum, 1)})
    assert refused.status_code == 403
    assert not Person.objects.filter(handle="nina").exists()
    allowed = Client().post("/sign-up", GOOD | {"home": home, "birth_date": years_ago(minimum)})
    assert allowed.status_code == 302
    assert Person.objects.get(handle="nina").is_private is (minimum < 16)


def test_below_the_minimum_age_nothing_at_all_is_stored(visitor, caplog):
    tables = (Person, PersonKey, Event, Session)
    before = [table.objects.count() for table in tables]
    born = years_ago(11)
    for address, form in (("/sign-up", GOOD), ("/sign-up/passkey", GOOD | {"with": "passkey"})):
        answer = Client().post(address, form | {"birth_date": born})
        assert answer.status_code == 403
    assert [table.objects.count() for table in tables] == before
    assert Bucket.objects.exists()  # the count of tries by address, as a keyed hash
    assert born not in caplog.text


def test_below_the_minimum_age_the_refusal_is_kind_and_the_date_cannot_simply_be_changed(visitor):
    first = visitor.post("/sign-up", GOOD | {"birth_date": years_ago(11)})
    assert "We have kept nothing of what you entered" in first.content.decode()
    assert "11" not in visitor.cookies[COOKIE].value.split(".")[1][:2]
    assert visitor.cookies[COOKIE]["max-age"] == ""  # until the browser is closed
    second = visitor.post("/sign-up", GOOD)
    assert second.status_code == 403
    assert visitor.get("/sign-up").status_code == 403
    assert not Person.objects.filter(handle="nina").exists()
    assert Client().post("/sign-up", GOOD).status_code == 302  # somebody else's browser


def test_somebody_of_15_begins_as_private(world):
    assert world["erin"].is_private
    assert not world["dan"].is_private


def test_sign_up_needs_the_csrf_token(world):
    answer = Client(enforce_csrf_checks=True).post("/sign-up", GOOD)
    assert answer.status_code == 403
    assert not Person.objects.filter(handle="nina").exists()


def test_sign_ups_from_one_address_are_limited(visitor):
    assert tries(lambda: visitor.post("/sign-up", {})) >= 20
    answer = visitor.post("/sign-up", GOOD)
    assert answer.status_code == 429
    assert not Person.objects.filter(handle="nina").exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_the_same_handle_at_once_one_gets_it():
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def take() -> None:
        start.wait()
        try:
            open_account(handle="nina", birth_date=date(1994, 5, 31), home="FR", language="en", password="x" * 12)
            outcomes.append("opened")
        except HandleTaken:
            outcomes.append("taken")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=take) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["opened", "taken"]
    assert Person.objects.filter(handle="nina").count() == 1
    assert PersonKey.objects.count() == Person.objects.count()


@pytest.mark.django_db
def test_neither_birth_date_nor_address_stands_readable_in_any_column():
    from parvis.accounts.actions.email import ask_for_reset, ask_to_verify

    nina = open_account(handle="nina", birth_date=date(1961, 7, 23), home="FR", language="en", password="x" * 12)
    ask_to_verify(nina, "nina.marked@example.org")
    ask_for_reset("nina.marked@example.org", home="FR", language="en")
    with connection.cursor() as cursor:
        cursor.execute("select table_name from information_schema.tables where table_schema = 'public'")
        tables = [row[0] for row in cursor.fetchall()]
        for table in tables:
            cursor.execute(f"select coalesce(string_agg(t::text, chr(10)), '') from \"{table}\" t")
            text = cursor.fetchone()[0]
            for value in ("1961-07-23", "nina.marked", b"nina.marked@example.org".hex(), b"1961-07-23".hex()):
                assert value not in text, table
    assert "accounts_privatedetails" in tables
