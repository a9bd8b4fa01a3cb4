"""Markets, sealing, and the data map's own rules."""

import os
import shutil
import stat
import uuid
from time import monotonic

import pytest
from django.db import IntegrityError, connection, models, transaction

from parvis.cells import keys
from parvis.cells.datamap import DataMapError, Kind, Table
from parvis.cells.errors import Damaged, KeyMissing, WrongKeys
from parvis.cells.markets import MARKETS, guess_market
from parvis.cells.models import PersonKey
from parvis.kit.ids import uuid7

COLUMN = "accounts_privatedetails.email"


@pytest.fixture
def person(db, settings, tmp_path) -> uuid.UUID:
    settings.PARVIS_KEYS = tmp_path / "keys"
    keys.forget_cached_keys()
    person = uuid7()
    keys.create_person_key(person, "FR")
    yield person
    keys.forget_cached_keys()


def test_there_are_175_markets_each_with_what_a_market_has() -> None:
    assert len(MARKETS) == 175
    for code, market in MARKETS.items():
        assert len(code) == 2, code
        assert len(market.currency) == 3, code
        assert market.languages, code
        assert 13 <= market.minimum_age <= market.adult_age, code
        assert market.name("fr") != code, f"{code} has no French name"


@pytest.mark.parametrize(
    ("header", "market"),
    [
        ("fr-CA,fr;q=0.9,en;q=0.8", "CA"),
        ("de", "DE"),
        ("pt;q=0.8", "BR"),
        ("en", "US"),
        ("ja,en-US;q=0.7", "US"),
        ("zh-Hant-TW", "TW"),
        ("tlh", "US"),
        ("", "US"),
        ("*;q=0.1,,;;", "US"),
        ("x" * 10_000, "US"),
    ],
)
def test_the_home_market_is_guessed_from_the_browser(header, market) -> None:
    assert guess_market(header) == market


def test_a_sealed_value_opens_for_its_person_and_column(person) -> None:
    sealed = keys.seal(person, COLUMN, "alice@example.org")
    assert b"alice" not in sealed
    assert keys.unseal(person, COLUMN, sealed) == "alice@example.org"
    assert keys.seal(person, COLUMN, "alice@example.org") != sealed, "equal values must not look equal"


def test_a_sealed_value_does_not_open_elsewhere(person) -> None:
    other = uuid7()
    keys.create_person_key(other, "FR")
    sealed = keys.seal(person, COLUMN, "alice@example.org")
    for attempt in (
        lambda: keys.unseal(other, COLUMN, sealed),
        lambda: keys.unseal(person, "accounts_privatedetails.birth_date", sealed),
        lambda: keys.unseal(person, COLUMN, sealed[:-1] + bytes([sealed[-1] ^ 1])),
        lambda: keys.unseal(person, COLUMN, b"\x02" + sealed[1:]),
        lambda: keys.unseal(person, COLUMN, b""),
    ):
        with pytest.raises(Damaged):
            attempt()


def test_without_the_key_nothing_opens_and_no_pseudonym_is_found(person) -> None:
    sealed = keys.seal(person, COLUMN, "alice@example.org")
    before = keys.pseudonym(person)
    assert keys.pseudonym(person) == before != person
    keys.destroy_person_key(person)
    with pytest.raises(KeyMissing):
        keys.unseal(person, COLUMN, sealed)
    with pytest.raises(KeyMissing):
        keys.pseudonym(person)


def test_a_person_has_one_set_of_keys(person) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        keys.create_person_key(person, "FR")
    assert PersonKey.objects.count() == 1


def test_market_keys_are_files_of_their_own_that_only_we_may_read(person, settings) -> None:
    assert keys.market_key("FR") == keys.market_key("FR") != keys.market_key("DE")
    path = settings.PARVIS_KEYS / "markets" / "FR.key"
    assert len(path.read_bytes()) == 32
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    assert sorted(one.name for one in path.parent.iterdir()) == ["DE.key", "FR.key"]


@pytest.mark.parametrize("home", ["", "XX", "../../etc", "fr"])
def test_a_key_is_only_made_for_a_market(home, settings, tmp_path) -> None:
    settings.PARVIS_KEYS = tmp_path / "keys"
    with pytest.raises(ValueError, match="is not a market"):
        keys.market_key(home)
    assert not (tmp_path / "keys").exists()


def test_a_blind_index_finds_the_same_address_in_one_market_only(person) -> None:
    index = keys.blind_index("FR", COLUMN, "Alice@Example.org ")
    assert index == keys.blind_index("FR", COLUMN, "alice@example.org")
    assert index != keys.blind_index("DE", COLUMN, "alice@example.org")
    assert index != keys.blind_index("FR", "other.column", "alice@example.org")


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (Table("t", Kind.PRIVATE, private="id home"), "names the column of its person"),
        (Table("t", Kind.PRIVATE, private="id person", person="person"), "has a home"),
        (Table("t", Kind.PUBLIC, public="id", private="secret"), "only a private table"),
        (Table("t", Kind.PUBLIC, public="id id"), "declared twice"),
    ],
)
def test_the_data_map_refuses_contradictions(table, message) -> None:
    with pytest.raises(DataMapError, match=message):
        table.check()


@pytest.mark.django_db
def test_a_state_moves_along_its_graph_only() -> None:
    from parvis.cells.operations import StateGuard

    with connection.cursor() as cursor:
        cursor.execute("create temp table doors (id int, state text)")
        cursor.execute(StateGuard("doors", "state", [["open", "shut"]]).sql)
        cursor.execute("insert into doors values (1, 'open')")
        cursor.execute("update doors set state = 'shut'")
        with pytest.raises(IntegrityError, match="no move from shut to open"), transaction.atomic():
            cursor.execute("update doors set state = 'open'")
        cursor.execute("select state from doors")
        assert cursor.fetchone() == ("shut",)


def test_every_private_model_has_home_and_its_unique_pair() -> None:
    from django.apps import apps

    from parvis.cells.models import PrivateModel

    found = [model for model in apps.get_models() if issubclass(model, PrivateModel)]
    assert found
    for model in found:
        pairs = [one.fields for one in model._meta.constraints if isinstance(one, models.UniqueConstraint)]
        assert ("home", "id") in pairs, model


def test_where_the_key_of_a_market_is_missing_or_another_nothing_is_sealed_with_a_new_one(person, settings, tmp_path):
    there = tmp_path / "keys" / "markets" / "FR.key"
    settings.PARVIS_KEYS = tmp_path / "another machine"
    keys.forget_cached_keys()
    for act in (lambda: keys.create_person_key(uuid7(), "FR"), lambda: keys.seal(person, COLUMN, "x")):
        with pytest.raises(WrongKeys):
            act()
    assert not (tmp_path / "another machine" / "markets" / "FR.key").exists()
    keys.create_person_key(uuid7(), "US")  # a market without people
    there.write_bytes(b"x" * 32)
    settings.PARVIS_KEYS = tmp_path / "keys"
    with pytest.raises(WrongKeys):
        keys.create_person_key(uuid7(), "FR")
    assert PersonKey.objects.filter(home="FR").count() == 1


def test_machines_tell_by_a_fingerprint_whether_their_keys_are_the_same(person, settings, tmp_path):
    here = keys.fingerprint()
    shutil.copytree(tmp_path / "keys", tmp_path / "copy")
    settings.PARVIS_KEYS = tmp_path / "copy"
    assert keys.fingerprint() == here
    (tmp_path / "copy" / "markets" / "FR.key").write_bytes(b"x" * 32)
    assert keys.fingerprint() != here


def test_a_key_that_another_process_destroyed_is_forgotten_in_time(person, monkeypatch):
    sealed = keys.seal(person, COLUMN, "x")
    PersonKey.objects.all().delete()  # as another process does
    assert keys.unseal(person, COLUMN, sealed) == "x"
    later = monotonic() + keys.CACHED_SECONDS
    monkeypatch.setattr(keys, "monotonic", lambda: later)
    with pytest.raises(KeyMissing):
        keys.unseal(person, COLUMN, sealed)
