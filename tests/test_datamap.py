"""The data map is the truth: every table and column is declared, and what is private is never there to be read."""

import os
import pkgutil
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection

import parvis
from parvis.accounts.actions import open_account
from parvis.accounts.actions.email import ask_to_verify
from parvis.cells.datamap import Kind, Table, declared

IN_DATABASE = """
select c.relname, array_agg(a.attname::text order by a.attname)
from pg_class c join pg_namespace n on n.oid = c.relnamespace
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition
group by 1
"""
REPLICA_IDENTITY = """
select c.relreplident::text, array_agg(a.attname::text order by k.n)
from pg_class c
left join pg_index i on i.indrelid = c.oid and i.indisreplident and i.indisunique
left join lateral unnest(i.indkey) with ordinality k(attnum, n) on true
left join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
where c.relname = %s and c.relkind in ('r', 'p') group by 1
"""
SEQUENCES = """
select t.relname from pg_class s
join pg_depend d on d.objid = s.oid and d.deptype in ('a', 'i')
join pg_class t on t.oid = d.refobjid where s.relkind = 'S'
"""


def data_map() -> dict[str, Table]:
    for package in pkgutil.iter_modules(parvis.__path__, "parvis."):
        if package.ispkg and find_spec(f"{package.name}.portable"):
            import_module(f"{package.name}.portable")
    return declared()


def rows(sql: str, *parameters: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def private(*, own: bool) -> list[Table]:
    """Private tables: our `own`, or those of libraries, which reach their home through a person."""
    return [table for table in data_map().values() if table.kind == Kind.PRIVATE and own == (not table.home_through)]


def differences(found: dict[str, set[str]], mapped: dict[str, Table]) -> list[str]:
    """Say how a database and a data map differ, one line for each table or column."""
    faults = [f"table {name} is not declared" for name in found.keys() - mapped.keys()]
    faults += [f"table {name} is declared and does not exist" for name in mapped.keys() - found.keys()]
    for name in found.keys() & mapped.keys():
        faults += [f"column {name}.{column} is not declared" for column in found[name] - mapped[name].columns]
        faults += [f"{name}.{column} is declared and does not exist" for column in mapped[name].columns - found[name]]
    return sorted(faults)


@pytest.mark.django_db
def test_every_table_and_column_is_declared_and_every_declaration_exists():
    assert differences({name: set(columns) for name, columns in rows(IN_DATABASE)}, data_map()) == []


def test_an_undeclared_column_or_table_is_found():
    mapped = {"a": Table("a", Kind.OPERATIONAL, operational="id gone"), "lost": Table("lost", Kind.PUBLIC, public="id")}
    assert differences({"a": {"id", "phone"}, "b": {"id"}}, mapped) == [
        "a.gone is declared and does not exist",
        "column a.phone is not declared",
        "table b is not declared",
        "table lost is declared and does not exist",
    ]


@pytest.mark.django_db
def test_every_private_table_of_ours_is_replicated_by_home_and_id():
    wrong = {table.name: rows(REPLICA_IDENTITY, table.name) for table in private(own=True)}
    assert {name: found for name, found in wrong.items() if found != [("i", ["home", "id"])]} == {}


@pytest.mark.django_db
def test_no_private_table_of_ours_counts_its_ids_by_a_sequence():
    counted = {name for (name,) in rows(SEQUENCES)}
    assert counted & {table.name for table in private(own=True)} == set()
    assert "django_content_type" in counted, "the question finds sequences where there are some"


def test_only_tables_of_libraries_reach_their_home_through_another_row():
    ours = {
        model._meta.db_table
        for model in apps.get_models(include_auto_created=False)
        if model.__module__.startswith("parvis.")
    }
    assert ours & {table.name for table in private(own=False)} == set()


@pytest.mark.django_db
def test_the_column_of_the_person_exists_in_every_private_table():
    found = {name: set(columns) for name, columns in rows(IN_DATABASE)}
    lost = [table.name for table in data_map().values() if table.person and table.person not in found[table.name]]
    assert lost == []


# -- the sweep -------------------------------------------------------------------------------------------------------

EMAIL = "mira.sweep-7f3a91@sealed.example"
BORN = date(1987, 11, 23)
PUBLIC = "Bio that anybody may read 7f3a91"


def everything() -> Path:
    """The folder of this test run: data files, write-ahead log, the server's own log, and all that Parvis keeps."""
    folder = Path(os.environ["PARVIS_TEST_RUN"])
    if not (folder / "pg").is_dir():
        pytest.skip("the database runs elsewhere (DATABASE_URL): its files cannot be read")
    return folder


def files_with(needle: bytes, folder: Path) -> list[str]:
    """Return the names of all files below a folder that hold the bytes, also where a block boundary cuts them."""
    found = []
    for path in sorted(folder.rglob("*")):
        try:
            if path.is_file() and not path.is_symlink() and needle in path.read_bytes():
                found.append(path.relative_to(folder).as_posix())
        except OSError:  # a temporary file of the server that is gone again
            continue
    return found


@pytest.mark.django_db(transaction=True)
def test_no_data_file_and_no_wal_holds_an_address_or_a_birth_date():
    person = open_account(handle="mira_sweep", birth_date=BORN, home="FR", language="en", bio=PUBLIC)
    ask_to_verify(person, EMAIL)
    rows_written = rows("select count(*) from accounts_privatedetails where person_id = %s", person.id)
    with connection.cursor() as cursor:
        cursor.execute("checkpoint")

    places = files_with(PUBLIC.encode(), everything())
    assert any("/pg_wal/" in place for place in places), "the sweep finds what is in the log"
    assert any("/base/" in place for place in places), "the sweep finds what is in a table"
    assert rows_written == [(1,)]
    for secret in (EMAIL, EMAIL.split("@", maxsplit=1)[0], BORN.isoformat(), BORN.strftime("%d/%m/%Y")):
        for spelt in (secret.encode(), secret.upper().encode(), secret.encode("utf-16-le")):
            assert files_with(spelt, everything()) == [], f"{secret} lies in the clear"
