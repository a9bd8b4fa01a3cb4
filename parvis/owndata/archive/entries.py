"""Entries of an archive: one zip file, written forward only, the same for the same rows, each entry with its hash."""

import hashlib
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Any, Final

# Media are compressed already.
STORED: Final = (".mp4", ".webp", ".jpg")


@dataclass
class Entry:
    """One entry while it is written."""

    file: IO[bytes]
    digest: Any = field(default_factory=hashlib.sha256)
    size: int = 0

    def write(self, data: bytes) -> None:
        """Add bytes."""
        self.file.write(data)
        self.digest.update(data)
        self.size += len(data)


@dataclass
class Entries:
    """The zip file. `listed`: name, size and SHA-256 of all that was written."""

    zip: zipfile.ZipFile
    moment: datetime
    listed: list[dict[str, Any]] = field(default_factory=list)

    @contextmanager
    def entry(self, name: str) -> Iterator[Entry]:
        """Write one entry; its time is that of the archive, so that two of the same moment are the same bytes."""
        info = zipfile.ZipInfo(name, self.moment.timetuple()[:6])
        info.compress_type = zipfile.ZIP_STORED if name.endswith(STORED) else zipfile.ZIP_DEFLATED
        info.external_attr, info.create_system = 0o600 << 16, 3
        with self.zip.open(info, "w", force_zip64=True) as file:
            entry = Entry(file)
            yield entry
        self.listed.append({"name": name, "bytes": entry.size, "sha256": entry.digest.hexdigest()})
