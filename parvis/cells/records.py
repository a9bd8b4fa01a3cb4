"""Record sets: everything that is one person's, found, exported, checked, taken up and erased as the data map says.

A package joins by declaring its tables (`datamap.declare`). Where a table needs more than its declaration says, its
`portable.py` hooks on: files of a row, what else changes when a row goes, how a row comes back.
"""

import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from graphlib import TopologicalSorter
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import Q, QuerySet

from parvis.cells.datamap import Kind, Table, declared, private_tables
from parvis.cells.keys import pseudonym, unseal
from parvis.cells.values import encoded

Row = dict[str, Any]
AT_ONCE = 500


@dataclass(frozen=True)
class Owner:
    """Whose rows: the person, the pseudonym of the person's activity, the home."""

    person: uuid.UUID
    pseudonym: uuid.UUID
    home: str

    @classmethod
    def of(cls, person: uuid.UUID, home: str) -> "Owner":
        """Return the owner with this id. KeyMissing where the person has no keys (any more)."""
        return cls(person, pseudonym(person), home)

    def key_in(self, table: Table) -> uuid.UUID:
        """Return what the table's rows of this owner are keyed by."""
        return self.pseudonym if table.pseudonymous else self.person


@dataclass(frozen=True)
class Hooks:
    """What a table needs beyond its declaration.

    `find`: which rows are the owner's, where no column of the table says so. `files`: the names in the storage of a
    row's files. `before_erase(owner, rows)`: what else changes, in the transaction that deletes these rows; several
    packages may each have a say.
    `take_up(owner, row)`: brings an exported row back by itself, and returns "" or a code of why it did not come.
    `title`: what to call the rows, for their person.
    """

    title: Any = None
    find: Callable[[Owner], Q] | None = None
    files: Callable[[Any], Iterable[str]] | None = None
    before_erase: tuple[Callable[[Owner, Sequence[Any]], None], ...] = ()
    take_up: Callable[[Owner, Row], str] | None = None


_hooks: dict[str, Hooks] = {}


def hook(table: str, *, before_erase: Callable[[Owner, Sequence[Any]], None] | None = None, **hooks: Any) -> None:
    """Give a table hooks (see `Hooks`), beside those it has."""
    known = hooks_of(table)
    more = (before_erase,) if before_erase else ()
    _hooks[table] = replace(known, before_erase=known.before_erase + more, **hooks)


def hooks_of(table: str) -> Hooks:
    """Return the hooks of a table."""
    return _hooks.get(table, Hooks())


@cache
def model_of(table: str) -> type[models.Model]:
    """Return the model of a table. LookupError if no package has one."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.db_table == table:
            return model
    raise LookupError(f"no model has the table {table}")


@cache
def fields_of(table: str) -> dict[str, "models.Field[Any, Any]"]:
    """Return the fields of a table by column."""
    return {str(field.column): field for field in model_of(table)._meta.local_concrete_fields}


def rows_of(table: Table, owner: Owner) -> "QuerySet[Any]":
    """Return the owner's rows of a table, in the order of their ids."""
    find = hooks_of(table.name).find
    assert table.person, "only private tables have owners"
    column = fields_of(table.name)[table.person].attname
    mine = find(owner) if find else Q(**{column: owner.key_in(table)})
    return model_of(table.name)._base_manager.filter(mine).order_by("pk")


def files_of(table: Table, row: Any) -> list[str]:
    """Return the names in the storage of a row's files."""
    files = hooks_of(table.name).files
    return list(files(row)) if files else []


def exported_row(table: Table, owner: Owner, row: Any) -> Row:
    """Return a row as it stands in an archive: plain JSON values, sealed columns opened."""
    fields, sealed = fields_of(table.name), set(table.sealed.split())
    values: Row = {}
    for column in table.exported:
        value = getattr(row, fields[column].attname)
        if column in sealed and value is not None:
            values[column] = unseal(owner.person, f"{table.name}.{column}", value)
        else:
            values[column] = encoded(value)
    return values


def export(table: Table, owner: Owner) -> Iterator[tuple[Row, list[str]]]:
    """Yield the owner's rows of a table, each with its files, in the order of their ids."""
    if table.exported:
        for row in rows_of(table, owner).iterator(chunk_size=AT_ONCE):
            yield exported_row(table, owner, row), files_of(table, row)


def tables_in_order() -> list[Table]:
    """Return the private tables, each before those that its foreign keys lead to: the order in which to erase."""
    private = {table.name: table for table in private_tables()}
    graph: TopologicalSorter[str] = TopologicalSorter({name: set() for name in sorted(private)})
    for name in sorted(private):
        for field in fields_of(name).values():
            target = field.related_model._meta.db_table if isinstance(field.related_model, type) else ""
            if target in private and target != name:
                graph.add(target, name)
    return [private[name] for name in graph.static_order()]


def erase_some(
    table: Table, owner: Owner, remove: Callable[[str], None], most: int = AT_ONCE
) -> tuple[dict[str, int], int]:
    """Delete up to `most` of the owner's rows of a table, with all that hangs on them; `remove` deletes their files.

    Returns how many rows went, by table, and how many files: nothing where no row is left. The files go first: a crash
    in between finds the rows again, and files that are gone already do no harm.
    """
    counts: dict[str, int] = {}
    with transaction.atomic():
        rows = list(rows_of(table, owner)[:most])
        names = [name for row in rows for name in files_of(table, row)]
        for name in names:
            remove(name)
        for before in hooks_of(table.name).before_erase if rows else ():
            before(owner, rows)
        if rows:
            model = model_of(table.name)
            _, deleted = model._base_manager.filter(pk__in=[row.pk for row in rows]).delete()
            counts = {apps.get_model(label)._meta.db_table: count for label, count in deleted.items() if count}
            counts.setdefault(table.name, len(rows))  # where a hook took them away itself
    return counts, len(names)


def forget(owner: Owner) -> dict[str, int]:
    """Empty the columns of other people's rows that hold the owner's ids without a foreign key. Returns how many."""
    counts: dict[str, int] = {}
    ids = [owner.person, owner.pseudonym]
    for table in declared().values():
        for column in table.forgets.split():
            attribute = fields_of(table.name)[column].attname
            rows = model_of(table.name)._base_manager.filter(**{f"{attribute}__in": ids})
            if changed := rows.update(**{attribute: None}):
                counts[f"{table.name}.{column}"] = changed
    return counts


def uncovered() -> list[str]:
    """Return what of the data map neither leaves with its person nor has a reason, one line each. A test holds it
    empty: it is how a package learns what its declaration lacks."""
    faults = []
    for table in declared().values():
        if table.kind == Kind.PRIVATE:
            faults += _uncovered_columns(table) + _unexplained_return(table)
    return faults


def _uncovered_columns(table: Table) -> list[str]:
    reasons = {*table.kept_back.split(), *table.indexes, *table.operational.split(), *table.exported}
    if table.pseudonymous and table.person:
        reasons.add(table.person)
    open_ = [] if table.stays else sorted(table.columns - reasons)
    faults = [f"{table.name}.{column} is not exported, and nothing says why" for column in open_]
    for column, field in fields_of(table.name).items():
        named = f"{table.person} {table.elsewhere} {table.forgets} {table.kept_back} {table.operational}".split()
        if isinstance(field, models.UUIDField) and not field.primary_key and column not in named:
            faults.append(f"{table.name}.{column} holds an id: say `forgets` or `elsewhere`, or make it a foreign key")
    return faults


def _unexplained_return(table: Table) -> list[str]:
    if table.stays or table.lost or hooks_of(table.name).take_up:
        return []
    loose = sorted(
        column for column in table.elsewhere.split() if isinstance(fields_of(table.name)[column], models.ForeignKey)
    )
    return [f"{table.name} leads elsewhere ({', '.join(loose)}): say `lost`, or hook `take_up`"] if loose else []
