"""Exported rows taken up again: under the owner's new keys, with the ids that they had. A row is trusted in nothing."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.db import DataError, IntegrityError, models, transaction

from parvis.cells.datamap import Table, declared
from parvis.cells.errors import BadRow
from parvis.cells.keys import blind_index, seal
from parvis.cells.records import Owner, Row, fields_of, hooks_of, model_of, rows_of
from parvis.cells.values import decoded

THERE, ELSEWHERE = "there", "elsewhere"  # codes: it is here already; it needs something that is not here


def check(table: Table, owner: Owner, row: Row) -> None:
    """BadRow unless the row has exactly the table's exported columns, of the right kinds, and is the owner's."""
    if not table.exported or set(row) != set(table.exported):
        raise BadRow
    for column, value in row.items():
        if column in table.sealed.split():
            if not (isinstance(value, str) or (value is None and fields_of(table.name)[column].null)):
                raise BadRow
        else:
            decoded(fields_of(table.name)[column], value)
    if table.person in row and row[table.person] != str(owner.person):
        raise BadRow


def take_up(table: Table, owner: Owner, rows: Sequence[Row]) -> dict[str, int]:
    """Take up checked rows of one table; return how many came ("") and how many did not, by code. Twice is once.

    BadRow, with nothing taken up, where an id is another person's.
    """
    if by_hook := hooks_of(table.name).take_up:
        counts: dict[str, int] = {}
        for row in rows:
            code = by_hook(owner, row)
            counts[code] = counts.get(code, 0) + 1
        return counts
    there = _there(table, owner, rows)
    new = [_row(table, owner, row) for row in rows if _id(table, owner, row) not in there]
    try:
        with transaction.atomic():
            model_of(table.name)._base_manager.bulk_create(new, ignore_conflicts=True)
    except (IntegrityError, DataError, ValueError) as error:
        raise BadRow from error
    return {code: count for code, count in {"": len(new), THERE: len(rows) - len(new)}.items() if count}


def check_ids(table: Table, owner: Owner, rows: Sequence[Row]) -> None:
    """BadRow where one of these rows has the id of a row here that is another person's."""
    if "id" in table.exported and isinstance(fields_of(table.name)["id"], models.UUIDField):
        _there(table, owner, rows)


def _there(table: Table, owner: Owner, rows: Sequence[Row]) -> set[Any]:
    """Return the ids of these rows that are here and the owner's own. BadRow where one is another's."""
    wanted = [_id(table, owner, row) for row in rows]
    known = set(model_of(table.name)._base_manager.filter(pk__in=wanted).values_list("pk", flat=True))
    if known - set(rows_of(table, owner).filter(pk__in=wanted).values_list("pk", flat=True)):
        raise BadRow
    return known


def _id(table: Table, owner: Owner, row: Row) -> uuid.UUID:
    """Return a row's id; it is the pseudonym where that is the key."""
    return owner.key_in(table) if table.person == "id" else uuid.UUID(row["id"])


def _row(table: Table, owner: Owner, row: Row) -> models.Model:
    """Make a row of ours: the owner's key, home and seals are put in anew. BadRow where it leads to another's row."""
    fields, sealed = fields_of(table.name), set(table.sealed.split())
    values: dict[str, Any] = {}
    for column, value in row.items():
        name = f"{table.name}.{column}"
        if column in sealed:
            values[fields[column].attname] = None if value is None else seal(owner.person, name, value)
        else:
            values[fields[column].attname] = decoded(fields[column], value)
    for index, (source, bound) in table.indexes.items():
        text = row.get(source)
        values[fields[index].attname] = None if text is None else blind_index(owner.home, bound, text)
    assert table.person
    values[fields[table.person].attname] = owner.key_in(table)
    if "home" in fields:
        values["home"] = owner.home
    made = model_of(table.name)(**values)
    _check_own(table, owner, made)
    return made


def _check_own(table: Table, owner: Owner, made: Any) -> None:
    tables = declared()
    for column, field in fields_of(table.name).items():
        value = getattr(made, field.attname)
        if not isinstance(field, models.ForeignKey) or column == table.person or value is None:
            continue
        target = tables[field.related_model._meta.db_table]
        if not target.person or not rows_of(target, owner).filter(pk=value).exists():
            raise BadRow
