"""The document is the whole truth: schemathesis sends what it allows and what it forbids, and every answer must be one
that it names. No 5xx, whatever comes."""

import random
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from parvis.api.tests.conftest import Program
from parvis.api.views.documents import document, groups
from parvis.feed.tests.conftest import clips, live, world  # noqa: F401 - fixtures

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 6  # of each operation and mode: with 25 nothing more was found, in four times the time
SEED = 20261125
HOSTILE = (
    "\x00",
    "a\x00b",
    "%00",
    "'",
    "\u202eevil",
    "٣",
    "-1",
    str(10**30),
    "x" * 5000,
    "..",
    "{}",
    "null",
    "\U0001f525",
)


def operations() -> Iterator[Any]:
    schema = schemathesis.openapi.from_dict(document())
    schema.app = get_wsgi_application()
    for found in schema.get_all_operations():
        yield found.ok()


def tried(operation: Any, mode: GenerationMode, known: dict[str, list[str]], headers: dict[str, str]) -> list[str]:
    """Send examples of an operation; return what was wrong with the answers."""
    wrong: list[str] = []

    @seed(SEED)
    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(operation.as_strategy(generation_mode=mode), st.randoms(use_true_random=False))
    def send(case: Any, chance: random.Random) -> None:
        for name in case.path_parameters:
            if chance.random() < 0.6:
                case.path_parameters[name] = chance.choice(known.get(name, HOSTILE))
        answer = case.call(headers=headers)
        try:
            case.validate_response(answer, checks=CHECKS)
        except BaseExceptionGroup as failures:
            wrong.append(f"{operation.label}: {'; '.join(str(one) for one in failures.exceptions)[:600]}")

    send()
    return wrong


def test_every_answer_is_documented_and_none_is_a_failure_of_ours(live, clips, world, settings):  # noqa: F811
    settings.PARVIS_RATE_LIMITS = False
    own = str(clips[0].id)
    known = {
        "clip_id": [own, str(clips[1].id)], "handle": ["alice", "bob", "@carol", "nobody"], "tag": ["jazz", *HOSTILE],
        "topic": ["tag", "creator", "sound", "what"], "value": ["jazz", "alice", *HOSTILE],
        "language": ["fr", *HOSTILE],
    }  # fmt: skip
    headers = {"Authorization": f"Bearer {Program(world['alice']).secret}"}
    wrong = []
    for operation in operations():
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            try:
                wrong += tried(operation, mode, known, headers)
            except Unsatisfiable:  # what takes nothing cannot be asked wrongly
                assert mode is GenerationMode.NEGATIVE
                assert not operation.definition.raw.get("requestBody")
    assert not wrong, "\n".join(wrong)


def test_a_wrong_answer_would_be_found(live, world, monkeypatch):  # noqa: F811
    monkeypatch.setattr("parvis.api.views.me._me", lambda *_: {"handle": 7})
    headers = {"Authorization": f"Bearer {Program(world['alice']).secret}"}
    me = next(one for one in operations() if one.label == "GET /api/v1/me")
    assert tried(me, GenerationMode.POSITIVE, {}, headers)


@pytest.mark.django_db
def test_document_and_page_are_there_for_everybody(client):
    told = client.get("/api/openapi.json").json()
    assert told["openapi"].startswith("3.")
    page = client.get("/api/docs", headers={"sec-fetch-mode": "cors"}).content.decode()
    for tag, found in groups(told).items():
        assert f'id="api-{tag}"' in page
        assert all(one["path"] in page for one in found)


def test_every_operation_says_what_it_does_and_what_it_refuses():
    for path, methods in document()["paths"].items():
        for method, one in methods.items():
            assert one["description"].endswith("."), (method, path)
            assert {"401", "403", "422", "429"} <= set(one["responses"]), (method, path)
            assert one["security"], (method, path)
