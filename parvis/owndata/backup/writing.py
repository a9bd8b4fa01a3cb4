"""Writing a backup: every row as of one moment, and every file, while the square goes on.

Layout: `database/<table>.copy` (PostgreSQL's binary COPY), `media/<name in the storage>`, `manifest.json` last: a
folder without it is no backup. Keys go to another folder, or are left to whoever keeps them: with the keys a backup
can be read, without them it is worth nothing, so the two never lie together.
"""

import hashlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import orjson
from django.conf import settings
from django.core.files.storage import default_storage
from psycopg import sql

from parvis.cells import destroyed
from parvis.events.connections import open_connection
from parvis.kit.clock import now

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
COPY: Final = 1024 * 1024
# What a process keeps for itself, and what no restart needs.
LEFT_OUT: Final = frozenset({"accounts_cache", "accounts_bucket", "events_worker"})
COLUMNS: Final = """
select c.relname, array_agg(a.attname::text order by a.attnum)
from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attgenerated = '' group by 1 order by 1
"""


class BackupError(Exception):
    """It cannot be done; the message says why, for an operator."""


def back_up(folder: Path, keys: Path | None, say: Callable[[str], None]) -> None:
    """Write a backup to an empty folder, and the keys to another where it is given. BackupError, OSError."""
    for one in filter(None, (folder, keys)):
        one.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(one.iterdir()):
            raise BackupError(f"{one} is not empty")
    if keys is not None and (keys.resolve().is_relative_to(folder.resolve()) or folder.resolve().is_relative_to(keys)):
        raise BackupError("Keys belong into a folder of their own, at another place than the backup.")
    files = copy_media(folder / "media")
    say(f"{files} files")
    tables = _dump(folder / "database")
    say(f"{sum(table['rows'] for table in tables.values())} rows of {len(tables)} tables")
    # Again, for what came meanwhile: rows name files that were stored before them.
    files += copy_media(folder / "media")
    manifest = {"format": FORMAT, "made_at": now().isoformat(), "files": files, "tables": tables}
    (folder / MANIFEST).write_bytes(orjson.dumps(manifest, option=orjson.OPT_INDENT_2))
    if keys is not None:
        copy_keys(keys)
        say("keys")


def copy_keys(keys: Path) -> None:
    """Copy the folder of keys, and the whole list of destroyed keys into it."""
    shutil.copytree(settings.PARVIS_KEYS, keys, dirs_exist_ok=True)
    lines = [f"{digest.hex()} {at.isoformat()}\n" for digest, at in sorted(destroyed.listed().items())]
    (keys / destroyed.FILE).write_text("".join(lines))


def names_below(folder: str = "") -> Iterator[str]:
    """Yield the name of every object in the storage."""
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for file in files:
        if file and not file.startswith("."):
            yield f"{folder}/{file}".lstrip("/")
    for one in folders:
        if one:
            yield from names_below(f"{folder}/{one}".lstrip("/"))


def copy_media(target: Path) -> int:
    """Copy what is not there yet; return how many. What is removed meanwhile is no part of it."""
    copied = 0
    for name in names_below():
        path = target / name
        if path.exists():
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with default_storage.open(name, "rb") as source, path.open("wb") as file:
                shutil.copyfileobj(source, file, COPY)
        except FileNotFoundError:
            path.unlink(missing_ok=True)
            continue
        copied += 1
    return copied


def _dump(folder: Path) -> dict[str, dict[str, Any]]:
    folder.mkdir(parents=True, exist_ok=True)
    found = {}
    with open_connection() as link, link.transaction():
        link.execute("set transaction isolation level repeatable read, read only")
        for table, columns in link.execute(COLUMNS).fetchall():
            if table not in LEFT_OUT:
                digest, path = hashlib.sha256(), folder / f"{table}.copy"
                text = sql.SQL("copy {} ({}) to stdout (format binary)").format(
                    sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
                )
                with path.open("wb") as file, link.cursor() as cursor:
                    with cursor.copy(text) as rows:
                        for piece in rows:
                            file.write(piece)
                            digest.update(piece)
                    found[table] = {"columns": columns, "rows": cursor.rowcount, "sha256": digest.hexdigest()}
    return found
