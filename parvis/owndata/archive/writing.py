"""Writing the archive of one person: every private row, own public rows, own files, pages to read, a list of it all.

Layout, in this order: `data/<table>.jsonl` (one row a line), `pages/<table>.html`, `index.html`, `style.css`,
`files/<name in the storage>`, `manifest.json` (format, person, tables with their columns and rows, entries with size
and SHA-256). Read from one snapshot of the database.
"""

import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from io import RawIOBase
from typing import IO, Any, Final, cast

import orjson
from botocore.exceptions import ClientError
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils.translation import get_language_bidi, override

from parvis.accounts.models import Person
from parvis.cells.datamap import Table, declared
from parvis.cells.records import Owner, Row, export
from parvis.owndata.archive import pages
from parvis.owndata.archive.entries import Entries

FORMAT: Final = 1
COPY: Final = 1024 * 1024


@dataclass
class Written:
    """What an archive holds: rows by table, the names of its files, and those that the storage did not have."""

    rows: dict[str, int] = field(default_factory=dict)
    files: dict[str, None] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)


@contextmanager
def snapshot() -> Iterator[None]:
    """Within it all reads see the database as it was at one moment, for as long as it takes."""
    nested = connection.in_atomic_block
    with transaction.atomic():
        if not nested:
            with connection.cursor() as cursor:
                cursor.execute("set transaction isolation level repeatable read, read only")
        yield


def leaving_tables() -> list[Table]:
    """Return the tables whose rows leave with their person, in the order of the archive."""
    return [table for name, table in sorted(declared().items()) if table.exported]


def write(out: IO[bytes] | RawIOBase, person: Person, *, moment: datetime, renew: Callable[[], None]) -> Written:
    """Write the archive of a person to a stream, which is only written forward. `renew` is called now and then."""
    owner, written = Owner.of(person.id, person.home), Written()
    with zipfile.ZipFile(cast("IO[bytes]", out), "w") as zip_, override(person.language):
        entries = Entries(zip_, moment)
        with snapshot():
            for table in leaving_tables():
                _data(entries, table, owner, written, renew)
            _pages(entries, person, owner, written, renew)
        for name in written.files:
            _file(entries, name, written, renew)
        with entries.entry("manifest.json") as entry:
            entry.write(_manifest(entries, person, written))
    return written


def _data(entries: Entries, table: Table, owner: Owner, written: Written, renew: Callable[[], None]) -> None:
    count = 0
    with entries.entry(f"data/{table.name}.jsonl") as entry:
        for row, files in export(table, owner):
            entry.write(orjson.dumps(row) + b"\n")
            written.files.update(dict.fromkeys(files))
            count += 1
            renew()
    written.rows[table.name] = count


def _pages(entries: Entries, person: Person, owner: Owner, written: Written, renew: Callable[[], None]) -> None:
    frame = {
        "person": person,
        "moment": entries.moment,
        "origin": settings.PARVIS_ORIGIN,
        "direction": "rtl" if get_language_bidi() else "ltr",
    }
    shown = []
    for table in leaving_tables():
        if written.rows[table.name]:
            shown.append({"name": table.name, "title": pages.title_of(table), "count": written.rows[table.name]})
            with entries.entry(f"pages/{table.name}.html") as entry:
                for piece in pages.page(table, _renewed(export(table, owner), renew), frame):
                    entry.write(piece)
    for name, made in (("index.html", pages.index(frame, shown)), ("style.css", pages.style())):
        with entries.entry(name) as entry:
            entry.write(made)


def _renewed(rows: Iterable[tuple[Row, list[str]]], renew: Callable[[], None]) -> Iterator[tuple[Row, list[str]]]:
    for row in rows:
        renew()
        yield row


def _file(entries: Entries, name: str, written: Written, renew: Callable[[], None]) -> None:
    try:
        file = default_storage.open(name, "rb")
    except (FileNotFoundError, ClientError):  # removed since the rows were read: a rendition that was replaced
        written.missing.append(name)
        return
    with file, entries.entry(f"files/{name}") as entry:
        while piece := file.read(COPY):
            entry.write(piece)
            renew()


def _manifest(entries: Entries, person: Person, written: Written) -> bytes:
    tables = {
        table.name: {"columns": list(table.exported), "rows": written.rows[table.name]} for table in leaving_tables()
    }
    made: dict[str, Any] = {
        "format": FORMAT,
        "made_by": "Parvis",
        "made_at": entries.moment.isoformat(),
        "origin": settings.PARVIS_ORIGIN,
        "person": {"id": str(person.id), "handle": person.handle, "home": person.home},
        "tables": tables,
        "missing": written.missing,
        "entries": entries.listed,
    }
    return orjson.dumps(made, option=orjson.OPT_INDENT_2)
