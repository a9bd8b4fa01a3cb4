"""The first operator of an empty installation."""

import threading
from datetime import date

import pytest
from django.contrib.sessions.models import Session
from django.db import connections
from django.test import Client

from parvis.accounts.actions import claim_installation
from parvis.accounts.errors import AlreadyClaimed
from parvis.accounts.models import Person
from parvis.accounts.queries import set_up_code

NEW = "another long phrase"

FIRST = {
    "handle": "rosa", "birth_date": "1980-01-01", "home": "DE", "language": "en", "password": NEW, "with": "password",
}  # fmt: skip


@pytest.mark.django_db
def test_the_first_visit_leads_to_the_page_that_makes_the_operator():
    client = Client()
    assert client.get("/sign-in")["Location"] == "/welcome"
    assert "set_up_code" not in client.get("/welcome", REMOTE_ADDR="127.0.0.1", HTTP_HOST="localhost").content.decode()
    answer = client.post("/welcome", FIRST, REMOTE_ADDR="127.0.0.1", HTTP_HOST="localhost")
    assert answer.status_code == 302
    rosa = Person.objects.get()
    assert (rosa.handle, rosa.is_superuser, rosa.is_staff) == ("rosa", True, True)
    assert Client().get("/welcome")["Location"] == "/"
    assert Client().post("/welcome", FIRST | {"handle": "eve"})["Location"] == "/"
    assert Person.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "visit",
    [{"REMOTE_ADDR": "203.0.113.7", "HTTP_HOST": "localhost"},
     {"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "localhost", "HTTP_X_FORWARDED_FOR": "203.0.113.7"},
     {"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "testserver"}],
)  # fmt: skip
def test_a_stranger_to_the_machine_needs_the_set_up_code(visit):
    refused = Client().post("/welcome", FIRST | {"set_up_code": "0000-0000-0000"}, **visit)
    assert refused.status_code == 403
    assert "It stands in the server&#x27;s log" in refused.content.decode()
    assert not Person.objects.exists()
    assert Client().post("/welcome", FIRST | {"set_up_code": set_up_code()}, **visit).status_code == 302
    assert Person.objects.get().is_superuser


@pytest.mark.django_db
def test_a_passkey_can_make_the_operator(key):
    client, here = Client(), {"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "localhost"}
    form = FIRST | {"with": "passkey", "password": ""}
    made = key.make(client.post("/sign-up/passkey", form, **here).json())
    assert client.post("/welcome", form | {"credential": made}, **here).status_code == 302
    assert Person.objects.get().is_superuser


@pytest.mark.django_db(transaction=True)
def test_of_two_first_operators_at_once_one_is_made():
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def claim(handle: str) -> None:
        start.wait()
        try:
            claim_installation(handle=handle, birth_date=date(1980, 1, 1), home="DE", language="en", password="x" * 12)
            outcomes.append("claimed")
        except AlreadyClaimed:
            outcomes.append("late")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=claim, args=[handle]) for handle in ("rosa", "karl")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["claimed", "late"]
    assert Person.objects.filter(is_superuser=True).count() == 1
    assert Session.objects.count() == 0
