"""Reading an archive that anybody may have made: everything is checked before anything is taken up.

Nothing is unpacked: entries are found by the names that the format knows, and read as streams whose sizes are bounded
by what the directory of the file says, which is bounded itself.
"""

import hashlib
import re
import uuid
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from struct import Struct
from typing import IO, Any, Final

import orjson
from django.conf import settings

from parvis.cells.datamap import Table, declared
from parvis.cells.errors import BadRow, KeyMissing
from parvis.cells.markets import MARKETS
from parvis.cells.records import AT_ONCE, Owner, Row
from parvis.cells.returning import check, check_ids
from parvis.owndata.archive.writing import FORMAT
from parvis.owndata.errors import NotAnArchive, OtherFormat, OtherMarket, TooMuch

ENTRIES_MOST: Final = 200_000
DIRECTORY_MOST: Final = 64 * 1024 * 1024
MANIFEST_MOST: Final = 64 * 1024 * 1024
LINE_MOST: Final = 1024 * 1024
RATIO_MOST: Final = 200  # our own text is pressed to a tenth
SMALL: Final = 1024 * 1024
NAME: Final = re.compile(
    r"(?:data/\w+\.jsonl|pages/\w+\.html|index\.html|style\.css|manifest\.json|files/[\w./-]{1,200})"
)
# What reading a broken file can raise.
BROKEN: Final = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, NotImplementedError, EOFError, OSError, RuntimeError,
)  # fmt: skip
END: Final = Struct("<4s4H2LH")
END64: Final = Struct("<4sQ2H2L4Q")
LOCATOR: Final = Struct("<4sLQL")


@dataclass(frozen=True)
class Archive:
    """A checked archive. `person`, `handle` and `home` are whose it says it is."""

    zip: zipfile.ZipFile
    person: uuid.UUID
    handle: str
    home: str
    entries: dict[str, dict[str, Any]]

    def rows(self, table: str) -> Iterator[Row]:
        """Yield the rows of a table. NotAnArchive for a line that is none, or where the hash is another's."""
        name = f"data/{table}.jsonl"
        if name not in self.entries:
            return
        digest = hashlib.sha256()
        with _opened(self.zip, name) as file:
            while line := file.readline(LINE_MOST):
                digest.update(line)
                if not line.endswith(b"\n"):
                    raise NotAnArchive
                yield _object(line)
        if digest.hexdigest() != self.entries[name]["sha256"]:
            raise NotAnArchive

    def file(self, name: str) -> IO[bytes] | None:
        """Open one of the person's files by its name in the storage that it came from; None if it is not there."""
        return _opened(self.zip, f"files/{name}") if f"files/{name}" in self.entries else None

    def size(self, name: str) -> int:
        """Return the size of one of the person's files."""
        return self.zip.getinfo(f"files/{name}").file_size


def open_archive(file: IO[bytes]) -> Archive:
    """Open an archive and check all but its media, which are not trusted later either. The file stays the caller's.

    NotAnArchive, OtherFormat, OtherMarket, TooMuch; BadRow for rows that Parvis cannot have written or that are
    another person's.
    """
    check_directory(file)
    try:
        archive = _archive(zipfile.ZipFile(file))
        _check_rows(archive)
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        NotImplementedError,
        EOFError,
        OSError,
        RuntimeError,
        zlib.error,
    ) as error:
        raise NotAnArchive from error
    return archive


def check_directory(file: IO[bytes]) -> None:
    """Refuse a directory that would fill the memory before anything of it could be looked at. NotAnArchive, TooMuch."""
    size = file.seek(0, 2)
    file.seek(max(0, size - 65_536 - END.size - LOCATOR.size))
    tail = file.read()
    at = tail.rfind(b"PK\5\6")
    if at < 0 or len(tail) - at < END.size:
        raise NotAnArchive
    _, _, _, _, entries, length, _, _ = END.unpack_from(tail, at)
    if at >= LOCATOR.size and tail[at - LOCATOR.size : at - LOCATOR.size + 4] == b"PK\6\7":
        file.seek(min(LOCATOR.unpack_from(tail, at - LOCATOR.size)[2], size))
        record = file.read(END64.size)
        if len(record) < END64.size:
            raise NotAnArchive
        entries, length = END64.unpack(record)[7:9]
    if entries > ENTRIES_MOST or length > DIRECTORY_MOST:
        raise TooMuch
    file.seek(0)


def _archive(zip_: zipfile.ZipFile) -> Archive:
    infos = zip_.infolist()
    names = {info.filename for info in infos}
    if len(names) != len(infos) or "manifest.json" not in names or not all(map(_is_name, names)):
        raise NotAnArchive
    if sum(info.file_size for info in infos) > settings.PARVIS_ARCHIVE_BYTES:
        raise TooMuch
    for info in infos:
        if info.file_size > SMALL and info.file_size > RATIO_MOST * info.compress_size:
            raise TooMuch
    if zip_.getinfo("manifest.json").file_size > MANIFEST_MOST:
        raise TooMuch
    with _opened(zip_, "manifest.json") as file:
        return _described(zip_, _object(file.read(MANIFEST_MOST)), names)


def _is_name(name: str) -> bool:
    return NAME.fullmatch(name) is not None and ".." not in name


def _described(zip_: zipfile.ZipFile, manifest: Row, names: set[str]) -> Archive:
    if manifest.get("format") != FORMAT:
        raise OtherFormat
    try:
        person, listed = manifest["person"], {entry["name"]: entry for entry in manifest["entries"]}
        archive = Archive(zip_, uuid.UUID(person["id"]), str(person["handle"]), str(person["home"]), listed)
        is_whole = {*listed, "manifest.json"} == names and all(
            isinstance(one["sha256"], str) for one in listed.values()
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise NotAnArchive from error
    if not is_whole:
        raise NotAnArchive
    if archive.home not in MARKETS:
        raise OtherMarket
    return archive


def _check_rows(archive: Archive) -> None:
    try:
        owner = Owner.of(archive.person, archive.home)
    except KeyMissing:  # nobody here yet
        owner = Owner(archive.person, archive.person, archive.home)
    for name in archive.entries:
        table = declared().get(name.removeprefix("data/").removesuffix(".jsonl")) if name.startswith("data/") else None
        if table is not None and table.exported:
            rows = archive.rows(table.name)
            while some := list(islice(rows, AT_ONCE)):
                _check_some(table, owner, some)


def _check_some(table: Table, owner: Owner, rows: list[Row]) -> None:
    for row in rows:
        check(table, owner, row)
        if row.get("home", owner.home) != owner.home:
            raise BadRow
    check_ids(table, owner, rows)


def _opened(zip_: zipfile.ZipFile, name: str) -> IO[bytes]:
    try:
        return zip_.open(name)
    except (KeyError, RuntimeError) as error:  # RuntimeError: it wants a password
        raise NotAnArchive from error


def _object(text: bytes) -> Row:
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise NotAnArchive from error
    if not isinstance(found, dict):
        raise NotAnArchive
    return found
