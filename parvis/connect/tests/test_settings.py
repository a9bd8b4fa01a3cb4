"""Registering apps, and the pages about them."""

import re
import uuid
from typing import Any
from unittest.mock import patch

import pytest
from django.test import Client

from parvis.accounts.world import PASSWORD
from parvis.cells.datamap import declared
from parvis.cells.records import Owner, export, rows_of
from parvis.connect import actions
from parvis.connect.errors import NoSuchApp, TooManyApps
from parvis.connect.models import App, AppToken, Code, Consent
from parvis.connect.tests.conftest import BACK, Program
from parvis.events.models import Event

SAID = {"name": "Reels", "website": "https://app.example/", "redirect_uris": BACK, "keeps_secret": "server"}


@pytest.fixture
def maker(world: Any, tab: Any) -> Client:
    """Bob, who has just shown that it is he."""
    browser = tab("bob")
    assert browser.post("/settings/confirm", {"password": PASSWORD}).status_code == 302
    return browser


def test_an_app_is_registered_and_its_secret_shown_this_once(maker: Client) -> None:
    page = maker.post("/settings/apps/yours/new", SAID).content.decode()
    app = App.objects.get()
    secret = re.search(r"parvis_app_[\w-]{43}", page)
    assert secret
    assert str(app.id) in page
    for address in ("/settings/apps/yours", f"/settings/apps/yours/{app.id}"):
        shown = maker.get(address).content.decode()
        assert str(app.id) in shown
        assert secret[0] not in shown


@pytest.mark.parametrize(
    "wrong",
    [{"redirect_uris": "http://app.example/"}, {"redirect_uris": "\n".join(f"{BACK}/{n}" for n in range(11))},
     {"website": "ftp://app.example/"}, {"website": "javascript:alert(1)"}, {"name": ""}, {"keeps_secret": "maybe"}],
)  # fmt: skip
def test_what_is_filled_in_wrongly_is_refused_and_nothing_is_made(maker: Client, wrong: dict[str, str]) -> None:
    assert maker.post("/settings/apps/yours/new", SAID | wrong).status_code == 422
    assert not App.objects.exists()
    assert not Event.objects.filter(kind="app.registered").exists()


def test_another_secret_ends_the_one_before(maker: Client) -> None:
    maker.post("/settings/apps/yours/new", SAID)
    app = App.objects.get()
    page = maker.post(f"/settings/apps/yours/{app.id}/secret").content.decode()
    assert "parvis_app_" in page
    assert bytes(App.objects.get().secret_hash) != bytes(app.secret_hash)


def test_one_changes_and_removes_ones_own_apps_only(maker: Client, program: Program, tab: Any, world: Any) -> None:
    at = f"/settings/apps/yours/{program.app.id}"
    for call in (
        lambda: actions.change_app(
            person=world["carol"], app_id=program.app.id, name="x", website="", redirect_uris=[BACK]
        ),
        lambda: actions.renew_secret(person=world["carol"], app_id=program.app.id),
        lambda: actions.remove_app(person=world["carol"], app_id=program.app.id),
        lambda: actions.remove_app(person=world["bob"], app_id=uuid.uuid4()),
    ):
        with pytest.raises(NoSuchApp):
            call()
    assert tab("carol").get(at).status_code == 404
    assert App.objects.get().name == "Reels at home"
    program.let_in(tab("alice"), "read")
    maker.post(at, {"name": "Reels", "website": "", "redirect_uris": BACK})
    assert App.objects.get().name == "Reels"
    maker.post(f"{at}/remove")
    assert App.objects.count() == Consent.objects.count() == AppToken.objects.count() == 0


def test_nobody_registers_apps_without_end(world: Any, program: Program) -> None:
    with patch.object(actions, "MOST_APPS", 1), pytest.raises(TooManyApps):
        actions.register_app(person=world["bob"], name="x", website="", redirect_uris=[BACK], keeps_secret=False)
    assert App.objects.count() == 1


def test_an_app_that_keeps_no_secret_gets_none(pocket: Program, world: Any) -> None:
    assert pocket.secret == ""
    with pytest.raises(NoSuchApp):
        actions.renew_secret(person=world["bob"], app_id=pocket.app.id)


def test_operators_stop_an_app_in_the_admin(program: Program, tab: Any, world: Any) -> None:
    session, _ = program.let_in(tab("alice"), "read")
    olga = tab("olga")
    chosen = {"action": "stop_apps", "_selected_action": str(program.app.id)}
    assert olga.post("/-/admin/connect/app/", chosen).status_code == 302
    assert session.get("https://testserver/api/v1/me").status_code == 401
    assert "Stopped" in tab("alice").get("/settings/apps").content.decode()
    olga.post("/-/admin/connect/app/", chosen | {"action": "start_apps"})
    assert session.get("https://testserver/api/v1/me").status_code == 200


def test_what_one_lets_apps_do_is_in_ones_archive_and_what_opens_is_not(program: Program, tab: Any, world: Any) -> None:
    program.let_in(tab("alice"), "read")
    alice = Owner.of(world["alice"].id, world["alice"].home)
    bob = Owner.of(world["bob"].id, world["bob"].home)
    consents = [row for row, _ in export(declared()["connect_consent"], alice)]
    assert [row["scopes"] for row in consents] == [["read"]]
    apps = [row for row, _ in export(declared()["connect_app"], bob)]
    assert [row["name"] for row in apps] == ["Reels at home"]
    assert "secret_hash" not in apps[0]
    assert not list(export(declared()["connect_apptoken"], alice))
    assert rows_of(declared()["connect_apptoken"], alice).count() == 1
    assert Code.objects.get().home == Consent.objects.get().home == world["alice"].home
