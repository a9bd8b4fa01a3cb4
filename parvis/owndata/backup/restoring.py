"""Restoring a backup to an empty installation: all rows in one transaction, so that it is whole or not there.

Transactions are counted anew in another database: see `events.counting`.
"""

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import orjson
import psycopg
from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from psycopg import sql

from parvis.accounts.models import Person
from parvis.cells import destroyed
from parvis.events.connections import open_connection
from parvis.events.counting import count_anew
from parvis.owndata.actions.leaving import erase_now
from parvis.owndata.backup.writing import COLUMNS, COPY, FORMAT, LEFT_OUT, MANIFEST, BackupError

SIGNING: Final = "secret.key"
SEQUENCES: Final = """
select t.relname, a.attname, pg_get_serial_sequence(quote_ident(t.relname), a.attname)
from pg_class t join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
where t.relnamespace = 'public'::regnamespace and t.relkind = 'r'
  and pg_get_serial_sequence(quote_ident(t.relname), a.attname) is not null
"""


def restore(folder: Path, keys: Path | None, say: Callable[[str], None]) -> None:
    """Restore a backup. BackupError where it is none, is damaged, or is of another release, and where this installation
    is not empty: nothing has changed then. Who was erased since the backup was made is erased again."""
    manifest = _manifest(folder)
    with open_connection() as link:
        _check(link, folder, manifest)
        if keys is not None:
            _bring_keys(keys)
            say("keys")
        say(f"{_bring_media(folder / 'media')} files")
        with link.transaction():
            for table, how in manifest["tables"].items():
                _fill(link, folder, table, how["columns"])
            _count_anew(link)
    say(f"{sum(how['rows'] for how in manifest['tables'].values())} rows")
    say(f"{_erase_again(keys)} people who were erased since then")


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = orjson.loads((folder / MANIFEST).read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        raise BackupError(f"{folder} holds no whole backup") from error
    if manifest.get("format") != FORMAT:
        raise BackupError("This backup was made by another release.")
    return manifest


def _check(link: "psycopg.Connection[Any]", folder: Path, manifest: dict[str, Any]) -> None:
    if link.execute("select exists (select from accounts_person)").fetchone() != (False,):
        raise BackupError("There are people in this installation. A backup is restored to an empty one.")
    here = {table: columns for table, columns in link.execute(COLUMNS).fetchall() if table not in LEFT_OUT}
    if here != {table: how["columns"] for table, how in manifest["tables"].items()}:
        raise BackupError("This backup has other tables. Restore it with the release that made it, then upgrade.")
    for table, how in manifest["tables"].items():
        with (folder / "database" / f"{table}.copy").open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != how["sha256"]:
                raise BackupError(f"The rows of {table} are damaged.")


def _bring_keys(keys: Path) -> None:
    """Copy keys that are not here. BackupError where another one is: what it sealed could not be read any more. Only
    what signs cookies is replaced: every command makes one where there is none, and there is nobody yet who has any."""
    paths = [path for path in sorted(keys.rglob("*")) if path.is_file() and path.name != destroyed.FILE]
    for path in paths:
        there = settings.PARVIS_KEYS / path.relative_to(keys)
        if there.exists() and path.name != SIGNING and there.read_bytes() != path.read_bytes():
            raise BackupError(f"{there} is another key than that of the backup. Restore to a new folder of keys.")
    for path in paths:
        there = settings.PARVIS_KEYS / path.relative_to(keys)
        there.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copy2(path, there)


def _bring_media(folder: Path) -> int:
    count = 0
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb") as file:
                default_storage.save(path.relative_to(folder).as_posix(), File(file))
            count += 1
    return count


def _fill(link: "psycopg.Connection[Any]", folder: Path, table: str, columns: list[str]) -> None:
    """Replace what a migration puts into a table (kinds of content, say) by what the backup has."""
    name = sql.Identifier(table)
    link.execute(sql.SQL("delete from {}").format(name))
    text = sql.SQL("copy {} ({}) from stdin (format binary)").format(
        name, sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with (folder / "database" / f"{table}.copy").open("rb") as file, link.cursor() as cursor, cursor.copy(text) as rows:
        while piece := file.read(COPY):
            rows.write(piece)


def _count_anew(link: "psycopg.Connection[Any]") -> None:
    link.execute("set constraints all immediate")
    count_anew(link)
    for table, column, sequence in link.execute(SEQUENCES).fetchall():
        text = sql.SQL("select setval({}, coalesce((select max({}) from {}), 0) + 1, false)")
        link.execute(text.format(sql.Literal(sequence), sql.Identifier(column), sql.Identifier(table)))


def _erase_again(keys: Path | None) -> int:
    """Erase whom the backup brought back though they were erased. The lists of this installation, of the backup and of
    the folder of keys count together."""
    lists = destroyed.listed(*([keys / destroyed.FILE] if keys else []))
    back = [key.id for key in destroyed.come_back(lists)]
    for person in Person.objects.filter(id__in=back):
        erase_now(person)
    return len(back)
