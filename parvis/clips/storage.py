"""Where bytes lie: names in the storage, and the local folder that stands in for a bucket.

Layout: `uploads/<upload>/<start>-<writer>` for parts that arrive, `clips/<clip>/<file>` for what was made of them.
Nothing else is ever written there, so whatever no row names is an orphan (see `processing.sweep`).
"""

import hashlib
import os
import uuid
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, default_storage

PIECE: Final = 8 * 1024 * 1024
TYPES: Final = {
    ".mp4": "video/mp4",
    ".webp": "image/webp",
    ".jpg": "image/jpeg",
    ".vtt": "text/vtt; charset=utf-8",
}


class FolderStorage(FileSystemStorage):
    """A local folder in which, as in a bucket, a write replaces the whole object or does not happen.

    A crash in the middle leaves a file whose name begins with a dot; the sweep removes it.
    """

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        return name

    def _save(self, name: str, content: "File[Any]") -> str:
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                for chunk in content.chunks():
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        return name


def upload_folder(upload: uuid.UUID) -> str:
    """Folder of an upload's parts."""
    return f"uploads/{upload}"


def clip_folder(clip: uuid.UUID) -> str:
    """Folder of a clip's files."""
    return f"clips/{clip}"


def file_name(clip: uuid.UUID, file: str) -> str:
    """Name in the storage of a clip's file."""
    return f"{clip_folder(clip)}/{file}"


def captions_file(language: str, data: bytes) -> str:
    """File name of captions: it changes with the content, since files may be cached for ever."""
    return f"captions-{language.lower()}-{hashlib.sha256(data).hexdigest()[:12]}.vtt"


def put(name: str, data: bytes) -> None:
    """Store bytes under a name, replacing what was there. OSError or the bucket's error if that fails."""
    default_storage.save(name, ContentFile(data))


def put_file(name: str, path: Path) -> None:
    """Store a file of ours under a name, replacing what was there."""
    with path.open("rb") as file:
        default_storage.save(name, File(file))


def chunks(name: str) -> Iterator[bytes]:
    """Yield an object's bytes in pieces."""
    with default_storage.open(name, "rb") as file:
        while chunk := file.read(1024 * 1024):
            yield chunk


def read(name: str) -> bytes:
    """Return an object's bytes. For small ones."""
    return b"".join(chunks(name))


def delete(name: str) -> None:
    """Remove an object; it may be gone already."""
    default_storage.delete(name)


def listing(folder: str) -> tuple[list[str], list[str]]:
    """Return the folders and the objects directly below a folder; nothing for one that does not exist."""
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return [], []
    return [one for one in folders if one], [one for one in files if one]


def delete_folder(folder: str) -> int:
    """Remove every object directly below a folder, and the folder; return how many there were."""
    _folders, files = listing(folder)
    for file in files:
        delete(f"{folder}/{file}")
    path = local_path(folder)
    if path is not None:
        with suppress(OSError):
            path.rmdir()
    return len(files)


def local_path(name: str) -> Path | None:
    """Return where an object lies on this machine, or None if the storage is a bucket."""
    try:
        return Path(default_storage.path(name))
    except NotImplementedError:
        return None


def presigned(name: str, *, seconds: int, parameters: dict[str, str] | None = None) -> str:
    """Return an address at which a bucket hands out an object for some time."""
    return str(default_storage.url(name, parameters=parameters, expire=seconds))  # type: ignore[call-arg]
