"""The operators' pages."""

from django.test import Client

from parvis.accounts.tests.steps import is_signed_in
from parvis.accounts.world import PASSWORD
from parvis.events.models import Event


def test_the_admin_has_no_sign_in_of_its_own(world, sign_in):
    assert Client().get("/-/admin/login/?next=/-/admin/")["Location"].startswith("/sign-in?")
    posted = Client().post("/-/admin/login/", {"username": "olga", "password": PASSWORD})
    assert posted["Location"].startswith("/sign-in?")
    assert sign_in("bob").get("/-/admin/login/").status_code == 403
    olga = sign_in("olga")
    page = olga.get("/-/admin/accounts/person/?q=bob").content.decode()
    assert "@bob" in page or ">bob<" in page
    assert "birth" not in page


def test_operators_see_neither_sessions_nor_passkeys_nor_addresses_of_people(world, sign_in):
    olga = sign_in("olga")
    for page in ("usersessions/usersession", "mfa/authenticator", "account/emailaddress", "accounts/privatedetails"):
        assert olga.get(f"/-/admin/{page}/").status_code == 404
    assert olga.get(f"/-/admin/accounts/person/{world['bob'].id}/change/").status_code == 200
    assert olga.get("/-/admin/password_change/")["Location"] == "/settings/password"
    olga.post("/-/admin/logout/")
    assert not is_signed_in(olga)
    assert Event.objects.filter(kind="session.ended", actor=world["olga"].id).exists()


def test_an_operator_closes_an_account_and_its_sessions_end(world, sign_in):
    bob, olga = sign_in("bob"), sign_in("olga")
    form = {"action": "close_accounts", "_selected_action": [str(world["bob"].id), str(world["olga"].id)]}
    olga.post("/-/admin/accounts/person/", form)
    assert not is_signed_in(bob)
    assert is_signed_in(olga)
    assert Event.objects.filter(kind="session.ended", actor=world["bob"].id).count() == 1
