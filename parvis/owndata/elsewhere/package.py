"""The files of an archive that somebody brings: those of a zip file, or one file by itself.

Nothing is unpacked. Sizes are bounded by what the directory says, the directory by its own size, and JSON by how many
values it can hold, before anything is made of it.
"""

import re
import stat
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO, Any, Final

import orjson
from django.conf import settings

from parvis.owndata.archive.reading import BROKEN, RATIO_MOST, SMALL, check_directory
from parvis.owndata.errors import TooMuch, UnknownArchive

JSON_MOST: Final = 64 * 1024 * 1024
VALUES_MOST: Final = 3_000_000  # a value takes some eighty bytes of memory
NAME_LONGEST: Final = 500
ENCRYPTED: Final = 1
OUTSIDE: Final = re.compile(r"^/|^[A-Za-z]:|\\|\x00|(?:^|/)\.\.(?:/|$)")


@dataclass(frozen=True)
class Package:
    """Named files. `folder` is what all names begin with where somebody packed the archive once more."""

    names: frozenset[str]
    zip: zipfile.ZipFile | None = None
    single: IO[bytes] | None = None
    folder: str = ""

    def size(self, name: str) -> int:
        """Return the size of a file that is there."""
        if self.zip is not None:
            return self.zip.getinfo(self.folder + name).file_size
        assert self.single is not None
        return self.single.seek(0, 2)

    def open(self, name: str) -> IO[bytes]:
        """Open a file that is there. UnknownArchive if it is damaged."""
        if self.zip is None:
            assert self.single is not None
            self.single.seek(0)
            return self.single
        try:
            return self.zip.open(self.folder + name)
        except (KeyError, *BROKEN) as error:
            raise UnknownArchive from error

    def written_at(self, name: str) -> datetime | None:
        """Return when a file of a zip file was written, as far as it says."""
        if self.zip is None:
            return None
        try:
            return datetime(*self.zip.getinfo(self.folder + name).date_time, tzinfo=UTC)
        except ValueError:
            return None

    def bytes(self, name: str) -> bytes:
        """Return a file of text. TooMuch beyond JSON_MOST; UnknownArchive if it is damaged."""
        if self.size(name) > JSON_MOST:
            raise TooMuch
        try:
            return self.open(name).read(JSON_MOST)
        except BROKEN as error:
            raise UnknownArchive from error

    def json(self, name: str) -> Any:
        """Return the values of a JSON file. TooMuch; UnknownArchive for what is no JSON in UTF-8."""
        data = self.bytes(name).removeprefix(b"\xef\xbb\xbf")
        if sum(data.count(sign) for sign in (b",", b":", b"[", b"{")) > VALUES_MOST:
            raise TooMuch
        try:
            return orjson.loads(data)
        except orjson.JSONDecodeError as error:
            raise UnknownArchive from error


def open_package(file: IO[bytes], name: str) -> Package:
    """Open what somebody brought; `name` is what they call the file. The file stays the caller's.

    UnknownArchive for what is damaged, encrypted, or would leave its folder (`..`, absolute paths, links); TooMuch.
    """
    file.seek(0)
    is_zip = file.read(2) == b"PK"
    if not is_zip:
        return Package(frozenset({name.rsplit("/", 1)[-1].lower()[-NAME_LONGEST:]}), single=file)
    check_directory(file)
    try:
        zip_ = zipfile.ZipFile(file)
    except BROKEN as error:
        raise UnknownArchive from error
    names = _checked(zip_)
    folder = _folder(names)
    return Package(frozenset(one.removeprefix(folder) for one in names), zip=zip_, folder=folder)


def _checked(zip_: zipfile.ZipFile) -> frozenset[str]:
    infos = zip_.infolist()
    names = frozenset(info.filename for info in infos)
    if len(names) != len(infos) or not all(map(_is_plain, infos)):
        raise UnknownArchive
    if sum(info.file_size for info in infos) > settings.PARVIS_ARCHIVE_BYTES:
        raise TooMuch
    if any(info.file_size > SMALL and info.file_size > RATIO_MOST * info.compress_size for info in infos):
        raise TooMuch
    return frozenset(info.filename for info in infos if not info.is_dir())


def _is_plain(info: zipfile.ZipInfo) -> bool:
    mode = info.external_attr >> 16
    is_link = info.create_system == 3 and mode != 0 and stat.S_IFMT(mode) not in {0, stat.S_IFREG, stat.S_IFDIR}
    is_named = len(info.filename) <= NAME_LONGEST and OUTSIDE.search(info.orig_filename) is None
    return is_named and not is_link and not info.flag_bits & ENCRYPTED


def _folder(names: frozenset[str]) -> str:
    """Return the one folder that everything lies in, with its slash; "" where there is none."""
    first = next(iter(names), "")
    folder = first[: first.find("/") + 1]
    return folder if folder and all(name.startswith(folder) for name in names) else ""
