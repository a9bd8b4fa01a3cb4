"""Archives at rest: encrypted in pieces, so that they can be written and read as streams and from any place.

Each archive has a random key of its own, used once. A piece is AES-256-GCM over PIECE bytes; its nonce is its number,
and the last piece is marked as such, so that none can be changed, moved, left out or cut off (as the STREAM
construction of Hoang, Reyhanitabar, Rogaway and Vizár, 2015).
"""

import io
import os
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from parvis.owndata.errors import VaultDamaged

PIECE: Final = 1024 * 1024
TAG: Final = 16


def new_key() -> bytes:
    """Return a key for one archive."""
    return os.urandom(32)


def _nonce(number: int) -> bytes:
    return number.to_bytes(12)


def _mark(*, is_last: bool) -> bytes:
    return b"last" if is_last else b"more"


def sealed_pieces(pieces: Iterable[bytes], key: bytes) -> Iterator[bytes]:
    """Encrypt a stream that comes in pieces of any size."""
    cipher, number, waiting = AESGCM(key), 0, bytearray()
    for piece in pieces:
        waiting += piece
        while len(waiting) > PIECE:  # the last piece is kept back, since it is marked
            yield cipher.encrypt(_nonce(number), bytes(waiting[:PIECE]), _mark(is_last=False))
            del waiting[:PIECE]
            number += 1
    yield cipher.encrypt(_nonce(number), bytes(waiting), _mark(is_last=True))


def opened_pieces(pieces: Iterable[bytes], key: bytes) -> Iterator[bytes]:
    """Decrypt what `sealed_pieces` made, cut in pieces of any size. VaultDamaged."""
    cipher, number, waiting, step = AESGCM(key), 0, bytearray(), PIECE + TAG
    try:
        for piece in pieces:
            waiting += piece
            while len(waiting) > step:
                yield cipher.decrypt(_nonce(number), bytes(waiting[:step]), _mark(is_last=False))
                del waiting[:step]
                number += 1
        yield cipher.decrypt(_nonce(number), bytes(waiting), _mark(is_last=True))
    except InvalidTag as error:
        raise VaultDamaged from error


def size_opened(size: int) -> int:
    """Return how many bytes an encrypted archive of `size` bytes holds."""
    return size - TAG * -(-size // (PIECE + TAG))


class SealedWriter(io.RawIOBase):
    """A file to write to that keeps only the encrypted bytes. It cannot be turned back."""

    def __init__(self, file: BinaryIO, key: bytes) -> None:
        self.file, self.cipher = file, AESGCM(key)
        self.number, self.waiting, self.written = 0, bytearray(), 0

    def writable(self) -> bool:
        """Yes."""
        return True

    def write(self, data: Any) -> int:
        """Take bytes."""
        self.waiting += data
        self.written += len(data)
        while len(self.waiting) > PIECE:
            self._put(bytes(self.waiting[:PIECE]), is_last=False)
            del self.waiting[:PIECE]
        return len(data)

    def finish(self) -> int:
        """Write the last piece; return how many bytes were taken."""
        self._put(bytes(self.waiting), is_last=True)
        self.waiting.clear()
        return self.written

    def _put(self, piece: bytes, *, is_last: bool) -> None:
        self.file.write(self.cipher.encrypt(_nonce(self.number), piece, _mark(is_last=is_last)))
        self.number += 1


class SealedReader(io.RawIOBase):
    """An encrypted file of this machine, read from any place. VaultDamaged where it was changed."""

    def __init__(self, file: BinaryIO, size: int, key: bytes) -> None:
        self.file, self.cipher = file, AESGCM(key)
        self.size, self.at = size_opened(size), 0
        self.pieces = -(-size // (PIECE + TAG))
        self.kept: tuple[int, bytes] = (-1, b"")

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def tell(self) -> int:
        """Return the place of the next byte."""
        return self.at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place."""
        self.at = max(0, offset + {io.SEEK_SET: 0, io.SEEK_CUR: self.at, io.SEEK_END: self.size}[whence])
        return self.at

    def readinto(self, buffer: Any) -> int:
        """Read what is left of a piece, at most."""
        if self.at >= self.size:
            return 0
        number, within = divmod(self.at, PIECE)
        part = self._piece(number)[within : within + len(buffer)]
        buffer[: len(part)] = part
        self.at += len(part)
        return len(part)

    def _piece(self, number: int) -> bytes:
        if self.kept[0] != number:
            self.file.seek(number * (PIECE + TAG))
            sealed = self.file.read(PIECE + TAG)
            try:
                opened = self.cipher.decrypt(_nonce(number), sealed, _mark(is_last=number == self.pieces - 1))
            except InvalidTag as error:
                raise VaultDamaged from error
            self.kept = (number, opened)
        return self.kept[1]
