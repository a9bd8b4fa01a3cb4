"""Everything that is one person's leaves with them and is erased: by construction from the data map."""

import pytest
from django.db import models

from parvis.cells.datamap import DataMapError, Kind, Table
from parvis.cells.records import fields_of, model_of, tables_in_order, uncovered
from tests.test_datamap import data_map


def test_every_column_of_a_person_leaves_with_them_or_says_why_not():
    data_map()
    assert uncovered() == []


def test_every_private_table_can_be_erased_each_before_what_it_leads_to():
    mapped = data_map()
    order = [table.name for table in tables_in_order()]
    assert set(order) == {table.name for table in mapped.values() if table.kind == Kind.PRIVATE}
    for name in order:
        for field in fields_of(name).values():
            if isinstance(field, models.ForeignKey) and field.related_model._meta.db_table in order:
                target = field.related_model._meta.db_table
                assert target == name or order.index(name) < order.index(target), f"{name} -> {target}"


def test_what_is_kept_back_is_what_opens_an_account_and_nothing_else():
    kept = {f"{table.name}.{column}" for table in data_map().values() for column in table.kept_back.split()}
    whole = {table.name for table in data_map().values() if table.stays}
    # A line here is a decision: say in the declaration why.
    assert kept == {
        "accounts_person.password", "accounts_person.is_active", "accounts_person.is_barred",
        "accounts_person.is_staff", "accounts_person.is_superuser", "mfa_authenticator.data",
        "connect_app.secret_hash", "connect_app.is_stopped", "usersessions_usersession.session_key",
        "owndata_arrival.key", "owndata_download.key", "safety_report.pseudonym", "webhooks_endpoint.secret",
        "webhooks_endpoint.old_secret",
    }  # fmt: skip
    assert whole == {
        "accounts_blockedby", "accounts_identity", "accounts_emailcode", "accounts_token", "account_emailaddress",
        "account_emailconfirmation", "cells_personkey", "connect_apptoken", "connect_code", "django_session",
        "django_admin_log", "guardians_code", "insights_day", "insights_group",
    }  # fmt: skip


def test_a_column_that_holds_an_id_without_saying_whose_is_found(monkeypatch):
    data_map()
    table = Table("social_comment", Kind.PRIVATE, private="id home author_id clip_id text created_at nonce",
                  person="author_id", elsewhere="clip_id")  # fmt: skip
    monkeypatch.setitem(__import__("parvis.cells.datamap", fromlist=["_tables"])._tables, table.name, table)
    assert uncovered() == ["social_comment.nonce holds an id: say `forgets` or `elsewhere`, or make it a foreign key"]


@pytest.mark.parametrize(
    "wrong",
    [
        Table("a", Kind.PRIVATE, private="id home p secret", person="p", kept_back="secret"),
        Table("a", Kind.PRIVATE, private="id home p", person="p", elsewhere="gone"),
        Table("a", Kind.PRIVATE, private="id home p", person="p", forgets="gone"),
        Table("a", Kind.PRIVATE, private="id home p", person="p", blind="gone:p"),
    ],
)
def test_a_declaration_that_contradicts_itself_does_not_build(wrong):
    with pytest.raises(DataMapError):
        wrong.check()


def test_every_table_of_the_map_has_a_model():
    assert all(model_of(name) for name, table in data_map().items() if table.kind == Kind.PRIVATE)
