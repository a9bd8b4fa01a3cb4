"""Log lines never hold what is somebody's, whoever writes them."""

import io
import json
import logging

import pytest
from django.db import DataError, connection
from django.test import Client

from parvis.accounts.world import people
from parvis.project.logs import Json, Line

SECRETS = ("alice", "alice@example.org", "203.0.113.9", "2001:db8::7:1", "parvis_abcdefgh12345", "s3cr3t")


@pytest.fixture
def lines():
    """What the root logger writes, in both forms."""
    streams = []
    for form in (Line(), Json()):
        handler = logging.StreamHandler(io.StringIO())
        handler.setFormatter(form)
        logging.getLogger().addHandler(handler)
        streams.append(handler)
    yield lambda: "".join(handler.stream.getvalue() for handler in streams)
    for handler in streams:
        logging.getLogger().removeHandler(handler)


@pytest.mark.parametrize(
    "said",
    [
        "sign-in of @alice failed",
        "GET /@alice?token=s3cr3t",
        "a letter to alice@example.org",
        "from 203.0.113.9 and 2001:db8::7:1",
        "Authorization: Bearer s3cr3t",
        "token parvis_abcdefgh12345 is over",
    ],
)
def test_what_is_somebodys_is_struck_out_of_a_message(lines, said):
    logging.getLogger("anybody").warning("it happened: %s", said)
    assert "it happened" in lines()
    assert not [secret for secret in SECRETS if secret in lines()]


@pytest.mark.django_db
def test_an_error_of_the_database_shows_where_and_not_what(lines):
    with connection.cursor() as cursor:
        try:
            cursor.execute("select 'alice@example.org'::int")
        except DataError:
            logging.getLogger("anybody").exception("it failed")
    assert "DataError" in lines()
    assert "test_logs.py" in lines()
    assert "alice" not in lines()


@pytest.mark.django_db
def test_a_request_that_fails_is_named_by_its_pattern(lines, monkeypatch):
    people()

    def fail(*_args, **_kwargs):
        raise ValueError("alice@example.org")

    monkeypatch.setattr("parvis.clips.views.share.profile", fail)
    answer = Client(raise_request_exception=False).get("/@alice?token=s3cr3t", REMOTE_ADDR="203.0.113.9")
    assert answer.status_code == 500
    assert "/@<str:handle>" in lines()
    assert not [secret for secret in SECRETS if secret in lines()]


def test_json_is_one_object_a_line(lines):
    logging.getLogger("anybody").warning("two\nlines")
    told = [json.loads(line) for line in lines().splitlines() if line.startswith("{")]
    assert [(one["level"], one["logger"], one["message"]) for one in told] == [("warning", "anybody", "two\nlines")]
