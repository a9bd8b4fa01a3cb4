"""Receiving a file in parts, so that a broken connection, or a killed server, keeps what arrived.

The commit point of a part is the transaction that moves `Upload.offset`: before it the stored object is an orphan that
nobody reads (cleared with the upload's folder), after it the bytes are ours. Whoever begins to send last is the
`writer`; an older connection that still has bytes in hand loses them and is told the right offset.
"""

import errno
import uuid
from collections.abc import Iterator
from datetime import timedelta
from time import monotonic
from typing import Final, Protocol

from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.db import transaction

from parvis.accounts import permits
from parvis.cells.keys import seal
from parvis.clips import states, storage
from parvis.clips.errors import (
    BadUpload,
    ChecksumMismatch,
    NoSuchClip,
    NotNow,
    OtherOffset,
    StorageDown,
    StorageFull,
    TooLarge,
    TooManyUploads,
)
from parvis.clips.models import FILENAME, Clip, Part, Upload
from parvis.events.actions import record, wake
from parvis.kit.clock import now

FILENAME_LONGEST: Final = 200
OPEN_MOST: Final = 20
READ: Final = 128 * 1024
FLUSH_SECONDS: Final = 1.0


class Stream(Protocol):
    """Where bytes come from: a request, or a file."""

    def read(self, size: int, /) -> bytes: ...


class Digest(Protocol):
    """A hash under way, of `hashlib`."""

    def update(self, data: bytes, /) -> None: ...
    def digest(self) -> bytes: ...


def lifetime() -> timedelta:
    """How long an upload is kept after its last byte."""
    return timedelta(hours=settings.PARVIS_UPLOAD_HOURS)


def check_length(length: int) -> None:
    """TooLarge if a file of this many bytes cannot be posted here."""
    if length > settings.PARVIS_UPLOAD_BYTES:
        raise TooLarge(megabytes=settings.PARVIS_UPLOAD_BYTES // 1_000_000)


@transaction.atomic
def begin_upload(
    *, creator: uuid.UUID, home: str, length: int, filename: str = "", clip: uuid.UUID | None = None
) -> Upload:
    """Open an upload of `length` bytes, with its clip as a draft; or for an own clip that waits for a (better) file.

    TooLarge, TooManyUploads; NoSuchClip or NotNow for a `clip` that is not the creator's or has its file already.
    """
    check_length(length)
    permits.ask(permits.Act(creator, permits.POST))
    if Upload.objects.filter(creator_id=creator, state=states.OPEN).count() >= OPEN_MOST:
        raise TooManyUploads
    target = _waiting_clip(creator, clip) if clip else Clip.objects.create(home=home, creator_id=creator)
    upload = Upload.objects.create(
        home=home,
        creator_id=creator,
        clip=target,
        length=length,
        filename=seal(creator, FILENAME, filename[:FILENAME_LONGEST]),
        expires_at=now() + lifetime(),
    )
    if length == 0:
        Upload.objects.filter(id=upload.id).update(state=states.FINISHED)
        _hand_over(upload)
    return upload


def _waiting_clip(creator: uuid.UUID, clip: uuid.UUID) -> Clip:
    found = Clip.objects.select_for_update().filter(id=clip, creator_id=creator).first()
    if found is None or found.publication == states.DELETED:
        raise NoSuchClip
    if found.processing == states.REFUSED:
        found.processing, found.problem, found.problem_params, found.probe = states.UPLOADING, "", {}, None
        found.save(update_fields=["processing", "problem", "problem_params", "probe"])
    elif found.processing != states.UPLOADING:
        raise NotNow
    # Another file was chosen: what arrived of the earlier one is not wanted any more.
    found.uploads.filter(state=states.OPEN).update(state=states.ENDED)
    return found


def receive(*, upload: Upload, offset: int, stream: Stream, checksum: tuple[Digest, bytes] | None = None) -> int:
    """Store what comes from `stream` at `offset`, piece by piece; return the new offset.

    A stream that breaks off is no error: what arrived is kept. With a `checksum` (a hash and its expected value) the
    whole stream is kept or none of it. OtherOffset if `offset` is not where the upload stands, or if another
    connection took over; ChecksumMismatch; StorageFull; StorageDown.
    """
    writer = uuid.uuid4()
    if not Upload.objects.filter(id=upload.id, state=states.OPEN, offset=offset).update(writer=writer):
        raise OtherOffset
    if checksum is not None:
        return _receive_checked(upload, writer, offset, stream, checksum)
    for piece in _pieces(stream, upload.length - offset):
        name = _store(upload, writer, offset, piece)
        _commit(upload, writer, offset, [(name, len(piece))])
        offset += len(piece)
    return offset


def _receive_checked(
    upload: Upload, writer: uuid.UUID, offset: int, stream: Stream, checksum: tuple[Digest, bytes]
) -> int:
    digest, expected = checksum
    stored: list[tuple[str, int]] = []
    at = offset
    for piece in _pieces(stream, upload.length - offset):
        digest.update(piece)
        stored.append((_store(upload, writer, at, piece), len(piece)))
        at += len(piece)
    if digest.digest() != expected:
        for name, _length in stored:
            storage.delete(name)
        raise ChecksumMismatch
    if stored:
        _commit(upload, writer, offset, stored)
    return at


def _pieces(stream: Stream, most: int) -> Iterator[bytes]:
    """Yield a stream's bytes in pieces of bounded size and age; end where it ends, breaks, or has given `most`."""
    broken = False
    while most > 0 and not broken:
        piece, began = bytearray(), monotonic()
        while len(piece) < min(storage.PIECE, most) and monotonic() - began < FLUSH_SECONDS:
            try:
                chunk = stream.read(min(READ, storage.PIECE - len(piece), most - len(piece)))
            except OSError:
                chunk = b""
            if not chunk:
                broken = True
                break
            piece += chunk
        if piece:
            yield bytes(piece)
        most -= len(piece)


def _store(upload: Upload, writer: uuid.UUID, start: int, piece: bytes) -> str:
    name = f"{storage.upload_folder(upload.id)}/{start:013d}-{writer.hex[:12]}"
    try:
        storage.put(name, piece)
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            raise StorageFull from error
        raise
    except (BotoCoreError, ClientError) as error:
        raise StorageDown from error
    return name


def _commit(upload: Upload, writer: uuid.UUID, start: int, stored: list[tuple[str, int]]) -> None:
    end = start + sum(length for _name, length in stored)
    state = states.FINISHED if end == upload.length else states.OPEN
    with transaction.atomic():
        moved = Upload.objects.filter(id=upload.id, state=states.OPEN, writer=writer, offset=start).update(
            offset=end, state=state, expires_at=now() + lifetime()
        )
        if moved:
            for name, length in stored:
                Part.objects.create(
                    home=upload.home, creator_id=upload.creator_id, upload=upload, start=start, length=length, name=name
                )
                start += length
            if state == states.FINISHED:
                _hand_over(upload)
    if not moved:
        for name, _length in stored:
            storage.delete(name)
        raise OtherOffset


def _hand_over(upload: Upload) -> None:
    Clip.objects.filter(id=upload.clip_id, processing=states.UPLOADING).update(
        processing=states.RECEIVED, received_at=now(), changed_at=now(), attempts=0, failures=0, retry_at=None
    )
    transaction.on_commit(wake)


@transaction.atomic
def end_upload(*, upload: Upload) -> None:
    """End an unfinished upload at its creator's wish, and delete its draft. NotNow once it is finished."""
    if not Upload.objects.filter(id=upload.id, state=states.OPEN).update(state=states.ENDED):
        raise NotNow
    _delete_waiting(upload)


@transaction.atomic
def expire_upload() -> bool:
    """End one upload whose time ran out; return whether there was one. A draft with words waits for a new file."""
    due = Upload.objects.select_for_update(skip_locked=True).filter(state=states.OPEN, expires_at__lt=now()).first()
    if due is None:
        return False
    Upload.objects.filter(id=due.id).update(state=states.EXPIRED)
    if not Clip.objects.filter(id=due.clip_id, sealed_words__isnull=False).exists():
        _delete_waiting(due)
    return True


def _delete_waiting(upload: Upload) -> None:
    deleted = (
        Clip.objects.filter(id=upload.clip_id, processing=states.UPLOADING)
        .exclude(publication=states.DELETED)
        .update(publication=states.DELETED, sealed_words=None, changed_at=now())
    )
    if deleted:
        record("clip.deleted", home=upload.home, actor=upload.creator_id, object=upload.clip_id)


def check_offset(value: str | None) -> int:
    """Return an Upload-Offset header as a number. BadUpload for anything else."""
    if value is None or not value.isascii() or not value.isdigit() or len(value) > 16:
        raise BadUpload
    return int(value)
