"""What holds for every address: headers, forged requests, and a stranger's cookie."""

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import IntConverter, UUIDConverter

from parvis.accounts.models import Person
from parvis.accounts.viewer import COOKIE, anonymous, encode
from parvis.accounts.world import people

# These check where a request comes from by themselves, without the token of a form: see their own tests.
OWN_ORIGIN_CHECK = {"uploads", "upload", "watches"}
# These believe no cookie: an app shows what is its own.
BY_APPS = {"token", "revoke", "introspect", "userinfo"}
FRAMED = {"embed"}


def routes(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield (name, an example address) of every route of ours."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            if "admin" not in route:
                yield from routes(pattern, route)
        elif isinstance(pattern, URLPattern):
            yield pattern.name or route, "/" + _example(pattern, route)


def _example(pattern: URLPattern, route: str) -> str:
    for name, converter in pattern.pattern.converters.items():
        value = {UUIDConverter: str(uuid.uuid4()), IntConverter: "7"}.get(type(converter), "alice")
        for shape in (
            f"<uuid:{name}>",
            f"<int:{name}>",
            f"<slug:{name}>",
            f"<str:{name}>",
            f"<path:{name}>",
            f"<{name}>",
        ):
            route = route.replace(shape, value)
        if f":{name}>" in route:
            start = route.rindex("<", 0, route.index(f":{name}>"))
            route = route[:start] + value + route[route.index(f":{name}>") + len(name) + 2 :]
    return route


ROUTES = sorted(set(routes()))


def test_there_are_routes_of_every_package() -> None:
    assert len(ROUTES) > 50
    assert all("<" not in address for _, address in ROUTES), [address for _, address in ROUTES if "<" in address]


@pytest.mark.django_db
@pytest.mark.parametrize("handle", [None, "alice"])
def test_every_answer_carries_the_headers_that_protect_it(handle: str | None, client: Client) -> None:
    world = people()
    if handle:
        client.force_login(world[handle])
    for name, address in ROUTES:
        answer = client.get(address)
        assert answer.status_code < 500, f"{address}: {answer.status_code}"
        policy = answer.headers.get("Content-Security-Policy", "")
        if "text/html" in answer.headers.get("Content-Type", ""):
            assert "default-src 'none'" in policy, address
            assert "unsafe" not in policy, address
            assert ("frame-ancestors 'none'" in policy) != (name in FRAMED), address
        assert answer.headers.get("X-Content-Type-Options") == "nosniff", address


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_no_write_is_taken_from_another_site(method: str) -> None:
    alice = people()["alice"]
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    before = snapshot()
    for name, address in ROUTES:
        answer: HttpResponse = getattr(client, method)(
            address, headers={"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}
        )
        allowed = {403, 404, 405} | (
            {412, 415} if name in OWN_ORIGIN_CHECK else {400, 401} if name in BY_APPS else set()
        )
        assert answer.status_code in allowed, f"{method} {address}: {answer.status_code}"
    assert snapshot() == before


@pytest.mark.django_db
def test_a_forged_viewer_cookie_makes_nobody_of_anyone(client: Client) -> None:
    alice = people()["alice"]
    forged = encode(anonymous("FR", "en")).split(".")
    client.cookies[COOKIE] = f"{forged[0]}.{'A' * len(forged[1])}"
    answer = client.get("/mine")
    assert answer.status_code in {302, 401}
    client.cookies[COOKIE] = str(alice.id)
    assert client.get("/settings/").status_code in {302, 401}


@pytest.mark.django_db
def test_whoever_is_switched_off_is_signed_out(client: Client) -> None:
    alice = people()["alice"]
    client.force_login(alice)
    assert client.get("/mine").status_code == 200
    Person.objects.filter(id=alice.id).update(is_active=False)
    assert client.get("/mine").status_code in {302, 401}


def snapshot() -> dict[str, int]:
    """Count the rows of every table of ours that a request must not add to."""
    from django.apps import apps

    ignored = {"accounts_bucket", "django_session", "feed_slate"}
    return {
        model._meta.db_table: model._default_manager.count()
        for model in apps.get_models()
        if model._meta.db_table not in ignored
    }


def test_over_https_every_cookie_is_for_this_host_alone(tmp_path: Path) -> None:
    """Browsers take a cookie whose name begins with __Host- only if it is Secure, for all paths and for no domain."""
    names = (
        "from django.conf import settings as s; from parvis.accounts import later, viewer;"
        "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.LANGUAGE_COOKIE_NAME, viewer.COOKIE, later.COOKIE);"
        "print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.LANGUAGE_COOKIE_SECURE, s.SESSION_COOKIE_DOMAIN)"
    )
    setting = {"DJANGO_SETTINGS_MODULE": "parvis.project.settings", "PARVIS_DATA": str(tmp_path)}
    for origin, prefix in (("https://square.example", "__Host-"), ("http://localhost:8000", "")):
        environment = {**os.environ, **setting, "PARVIS_ORIGIN": origin}
        said = subprocess.run(
            [sys.executable, "-c", names], env=environment, capture_output=True, text=True, check=True
        )
        cookies, secure = said.stdout.splitlines()
        assert cookies.split() == [
            f"{prefix}{name}"
            for name in ("parvis_session", "csrftoken", "parvis_language", "parvis_viewer", "parvis_later")
        ]
        assert secure.split() == [str(bool(prefix))] * 3 + ["None"]


@pytest.mark.django_db
def test_private_pages_are_kept_by_no_browser_and_signing_out_clears_what_scripts_kept() -> None:
    client = Client(headers={"Sec-Fetch-Mode": "navigate"})
    client.force_login(people()["alice"], "allauth.account.auth_backends.AuthenticationBackend")
    for page in ("/", "/settings/", "/settings/sessions", "/inbox", "/messages", "/saved", "/mine"):
        answer = client.get(page)
        assert answer.status_code == 200, page
        assert {"private", "no-store"} <= set(answer.headers["Cache-Control"].split(", ")), page
    assert client.post("/sign-out").headers["Clear-Site-Data"] == '"cache", "storage"'
