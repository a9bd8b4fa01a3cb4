"""The OpenAPI document, and a page that a person can read."""

from functools import lru_cache
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from parvis.accounts.scopes import SCOPES
from parvis.api.service import VERSION, JsonOnly, Rendered, Service
from parvis.api.views import (
    apps,
    away,
    brought,
    careful,
    chats,
    clips,
    family,
    feeds,
    figures,
    lists,
    me,
    messages,
    news,
    people,
    safety,
    search,
    talk,
    webhooks,
)

service = Service(
    title="Parvis",
    version=VERSION,
    description="Everything that the pages do, for programs.",
    urls_namespace="api",
    openapi_url=None,
    docs_url=None,
    parser=JsonOnly(),
    renderer=Rendered(),
)
for module in (
    me,
    brought,
    apps,
    people,
    away,
    careful,
    search,
    clips,
    figures,
    talk,
    lists,
    news,
    chats,
    messages,
    feeds,
    safety,
    family,
    webhooks,
):
    service.add_router("", module.router)


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """Return the OpenAPI 3.1 document: the same for everybody, made once."""
    found: dict[str, Any] = orjson.loads(
        orjson.dumps(service.get_openapi_schema(path_prefix="api/v1/"), option=orjson.OPT_NON_STR_KEYS)
    )
    return found


@require_safe
def openapi(_request: HttpRequest) -> HttpResponse:
    """The document for programs."""
    answer = HttpResponse(orjson.dumps(document()), content_type="application/json")
    answer["Cache-Control"] = "public, max-age=300"
    return answer


@require_safe
@never_cache
def docs(request: HttpRequest) -> HttpResponse:
    """The document for people."""
    return render(request, "api/docs.html", {"groups": groups(document()), "scopes": SCOPES.items(), "section": "api"})


def groups(told: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Return the operations by their tag, each as the page shows it."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path, methods in told["paths"].items():
        for method, one in methods.items():
            takes = [(part["name"], _kind(part["schema"]), part["required"]) for part in one["parameters"]]
            body = _content(one.get("requestBody", {}))
            answers = [
                (code, answer["description"], _kind(_content(answer))) for code, answer in one["responses"].items()
            ]
            found.setdefault(one["tags"][0], []).append({
                "method": method.upper(), "path": path, "says": one.get("description", ""), "id": one["operationId"],
                "scope": one["x-scope"], "open": {} in one["security"], "takes": takes, "body": _kind(body),
                "answers": answers,
            })  # fmt: skip
    return found


def _content(told: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a body or an answer; empty where it has none."""
    kinds: dict[str, Any] = told.get("content", {})
    for kind in kinds.values():
        schema: dict[str, Any] = kind["schema"]
        return schema
    return {}


def _kind(schema: dict[str, Any]) -> str:
    """Return a schema in a word."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        return " | ".join(_kind(one) for one in schema["anyOf"])
    return str(schema.get("format") or schema.get("title" if schema.get("type") == "object" else "type", ""))
