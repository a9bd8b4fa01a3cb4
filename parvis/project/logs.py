"""Log lines: as plain text or as JSON, and never with a private value in them.

Whoever writes a line passes ids and codes. This is the second lock, for lines of libraries and for what nobody thought
of: addresses, handles, e-mail addresses, tokens and query strings are struck out of every message, and an exception
shows its type and where it was raised, not its text, which a database fills with values.
"""

import logging
import re
import traceback
from typing import Any

import orjson

from parvis.kit.clock import now

STRUCK = (
    (re.compile(r"\bparvis_[A-Za-z0-9_-]{8,}"), "[token]"),
    (re.compile(r"(?i)\bbearer\s+\S+"), "[token]"),
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "[email]"),
    (re.compile(r"(?<![\w/])@[A-Za-z0-9_.]{2,24}|(?<=/)@[A-Za-z0-9_.]{2,24}"), "@[handle]"),
    (re.compile(r"\?[^\s'\"]+"), "?[query]"),
    (re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])"), "[address]"),
    (re.compile(r"(?<![\w:])(?:[0-9A-Fa-f]{0,4}:){3,7}[0-9A-Fa-f]{0,4}(?![\w:])"), "[address]"),
)


def struck(text: str) -> str:
    """Return a text without what could be somebody's."""
    for pattern, instead in STRUCK:
        text = pattern.sub(instead, text)
    return text


def raised(record: logging.LogRecord) -> dict[str, Any] | None:
    """Return what a record tells of an exception: its type and its frames, innermost last; never its text."""
    if not record.exc_info or record.exc_info[1] is None:
        return None
    error = record.exc_info[1]
    frames = traceback.extract_tb(error.__traceback__)[-12:]
    at = [f"{frame.filename.rpartition('site-packages/')[2]}:{frame.lineno} {frame.name}" for frame in frames]
    return {"type": type(error).__qualname__, "code": getattr(error, "sqlstate", None), "at": at}


def message_of(record: logging.LogRecord) -> str:
    """Return a record's message, struck; of a request that failed, its method and pattern."""
    request = getattr(record, "request", None)
    if request is not None and record.name.startswith("django."):
        match = getattr(request, "resolver_match", None)
        return f"{request.method} {'/' + match.route if match else 'none'} {getattr(record, 'status_code', '')}".strip()
    return struck(record.getMessage())


class Line(logging.Formatter):
    """One line for people."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        text = f"{self.formatTime(record)} {record.levelname} {record.name} {message_of(record)}"
        told = raised(record)
        return f"{text}\n  {told['type']}: " + "\n  ".join(told["at"]) if told else text


class Json(logging.Formatter):
    """One JSON object a line, for programs: at, level, logger, message, and error where something was raised."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        told: dict[str, Any] = {
            "at": now().isoformat(), "level": record.levelname.lower(), "logger": record.name,
            "message": message_of(record), "process": record.process,
        }  # fmt: skip
        error = raised(record)
        return orjson.dumps({**told, "error": error} if error else told, default=str).decode()
