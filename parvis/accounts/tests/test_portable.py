"""The data map of this package is whole."""

import pytest
from django.db import connection

import parvis.accounts.portable  # noqa: F401 - declares
from parvis.cells.datamap import declared

OURS = ("account", "accounts_", "mfa_", "usersessions_", "django_session", "django_admin_log")


@pytest.mark.django_db
def test_every_column_about_people_and_sign_in_is_declared_and_exists():
    with connection.cursor() as cursor:
        cursor.execute(
            "select table_name, array_agg(column_name::text) from information_schema.columns"
            " where table_schema = 'public' group by 1"
        )
        real = {name: frozenset(columns) for name, columns in cursor.fetchall() if name.startswith(OURS)}
    mapped = {name: table.columns for name, table in declared().items() if name.startswith(OURS)}
    assert mapped == real
