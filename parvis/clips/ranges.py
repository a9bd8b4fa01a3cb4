"""Byte ranges of HTTP (RFC 9110, sections 13 and 14), and sending them from a file."""

import os
from collections.abc import Iterator
from typing import Final

CHUNK: Final = 256 * 1024


def parse(header: str, size: int) -> tuple[int, int] | None:
    """Return first and last byte (both inclusive) of a Range header, or None where it is to be ignored.

    One range is served; several, other units and malformed ones are ignored, as the RFC allows: the whole file
    answers them. ValueError if the range lies outside of the file.
    """
    unit, _, spec = header.partition("=")
    first, dash, last = spec.strip().partition("-")
    if unit.strip().lower() != "bytes" or not dash or "," in spec:
        return None
    if not all(part == "" or (part.isascii() and part.isdigit() and len(part) < 19) for part in (first, last)):
        return None
    if first == "":
        return _suffix(last, size)
    begin, end = int(first), int(last) if last else size - 1
    if last and end < begin:
        return None
    if begin >= size:
        raise ValueError(header)
    return begin, min(end, size - 1)


def _suffix(last: str, size: int) -> tuple[int, int] | None:
    if last == "":
        return None
    count = int(last)
    if count == 0 or size == 0:
        raise ValueError(last)
    return max(0, size - count), size - 1


class FileSlice:
    """A part of an open file as the body of an answer. It owns the descriptor: `close` ends it, also when the reader
    goes away in the middle."""

    def __init__(self, descriptor: int, first: int, length: int) -> None:
        self.descriptor, self.at, self.left = descriptor, first, length

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        if self.left <= 0 or self.descriptor < 0:
            self.close()
            raise StopIteration
        chunk = os.pread(self.descriptor, min(CHUNK, self.left), self.at)
        if not chunk:
            self.close()
            raise StopIteration
        self.at += len(chunk)
        self.left -= len(chunk)
        return chunk

    def close(self) -> None:
        """Close the file. May be called twice."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1

    def __del__(self) -> None:
        self.close()
