"""Files of clips, `/media/<clip>/<file>`, in front of Django: see parvis/project/wsgi.py for the contract.

Only files that a row names are served, each by one of four content types, never as a page. Files of a clip that
everybody may see are open; others need a signature (`signatures`). What may not be read and what is not there get
the same answer.
"""

import os
import re
import uuid
from collections.abc import Callable, Iterable
from email.utils import formatdate, parsedate_to_datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs

from parvis.accounts.viewer import read
from parvis.clips import storage
from parvis.clips.access import Access, access_to
from parvis.clips.ranges import FileSlice, parse
from parvis.clips.signatures import scope_of

PATH: Final = re.compile(
    r"/media/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/([A-Za-z0-9][A-Za-z0-9_-]*(\.[a-z0-9]{3,4}))"
)
REDIRECT_SECONDS: Final = 300
STAND_IN: Final = "source.mp4"  # the copy that plays until the ladder is there (media.ladder.copy_of)
Headers = list[tuple[str, str]]
Start = Callable[..., Any]

SAFE: Final[Headers] = [
    ("X-Content-Type-Options", "nosniff"),
    ("Content-Security-Policy", "sandbox; default-src 'none'"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
]


def media(environ: dict[str, Any], start_response: Start) -> Iterable[bytes] | None:
    """Serve a file of a clip: whole, a range of it, or only its headers."""
    if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
        return _short(start_response, "405 Method Not Allowed", [("Allow", "GET, HEAD")])
    match = PATH.fullmatch(environ["PATH_INFO"])
    if match is None or match[3] not in storage.TYPES:
        return _short(start_response, "404 Not Found")
    clip, file = uuid.UUID(match[1]), match[2]
    query = parse_qs(environ.get("QUERY_STRING", ""))
    access = access_to(clip)
    if access.is_kept_from(read(environ.get("HTTP_COOKIE", ""))):
        return _short(start_response, "404 Not Found")
    scope = scope_of(clip, query.get("e", [""])[0], query.get("s", [""])[0]) if "s" in query else ""
    if not access.allows(file, scope):
        instead = _instead(environ, access, file, scope)
        return _moved(environ, start_response, clip, instead) if instead else _short(start_response, "404 Not Found")
    headers = _headers(clip, file, access, is_download="download" in query)
    path = storage.local_path(storage.file_name(clip, file))
    if path is None:
        return _from_bucket(environ, start_response, clip, file, headers)
    return _from_folder(environ, start_response, path, headers)


def _instead(environ: dict[str, Any], access: Access, file: str, scope: str) -> str | None:
    """Return what to watch in place of the copy, which is gone when the ladder is there: a page may have been given its
    address just before. Not in the midst of watching it: bytes of two files do not go together."""
    if file != STAND_IN or not environ.get("HTTP_RANGE", "bytes=0-").startswith("bytes=0-"):
        return None
    films = sorted(one for one in access.files if one.endswith(".mp4") and access.allows(one, scope))
    return films[len(films) // 2] if films else None


def _moved(environ: dict[str, Any], start: Start, clip: uuid.UUID, file: str) -> Iterable[bytes]:
    query = environ.get("QUERY_STRING", "")
    where = f"/media/{clip}/{file}" + (f"?{query}" if query else "")
    return _short(start, "302 Found", [("Location", where)])


def _headers(clip: uuid.UUID, file: str, access: Access, *, is_download: bool) -> Headers:
    # `private`: a shared cache would go on showing what its creator has taken back.
    reuse = "private, max-age=86400, immutable" if access.everyone else "private, max-age=1800"
    disposition = "attachment" if is_download else "inline"
    return [
        ("Content-Type", storage.TYPES[Path(file).suffix]),
        ("Content-Disposition", f'{disposition}; filename="parvis-{clip}-{file}"'),
        ("Cache-Control", reuse),
        ("Cross-Origin-Resource-Policy", "cross-origin" if access.everyone else "same-origin"),
        ("Accept-Ranges", "bytes"),
        *SAFE,
    ]


def _from_folder(environ: dict[str, Any], start: Start, path: Path, headers: Headers) -> Iterable[bytes]:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return _short(start, "404 Not Found")
    stat = os.fstat(descriptor)
    size, tag = stat.st_size, f'"{stat.st_size:x}-{stat.st_mtime_ns:x}"'
    headers += [("ETag", tag), ("Last-Modified", formatdate(stat.st_mtime, usegmt=True))]
    body = FileSlice(descriptor, 0, size)
    if environ.get("HTTP_IF_NONE_MATCH") in {tag, "*"}:
        body.close()
        start("304 Not Modified", headers)
        return []
    status = "200 OK"
    try:
        wanted = _wanted(environ, tag, stat.st_mtime, size)
    except ValueError:
        body.close()
        return _short(start, "416 Range Not Satisfiable", [("Content-Range", f"bytes */{size}")])
    if wanted is not None:
        first, last = wanted
        status = "206 Partial Content"
        headers.append(("Content-Range", f"bytes {first}-{last}/{size}"))
        body.at, body.left = first, last - first + 1
    start(status, [*headers, ("Content-Length", str(body.left))])
    if environ["REQUEST_METHOD"] == "HEAD":
        body.close()
        return []
    return body


def _wanted(environ: dict[str, Any], tag: str, modified: float, size: int) -> tuple[int, int] | None:
    header = environ.get("HTTP_RANGE", "")
    condition = environ.get("HTTP_IF_RANGE", "")
    if not header or (condition and condition != tag and not _is_date(condition, modified)):
        return None
    return parse(header, size)


def _is_date(condition: str, modified: float) -> bool:
    try:
        return parsedate_to_datetime(condition).timestamp() == int(modified)
    except (TypeError, ValueError):
        return False


def _from_bucket(
    environ: dict[str, Any], start: Start, clip: uuid.UUID, file: str, headers: Headers
) -> Iterable[bytes]:
    name = storage.file_name(clip, file)
    if file.endswith(".vtt"):
        # A page may only show captions that come from its own origin.
        data = storage.read(name)
        start("200 OK", [*headers, ("Content-Length", str(len(data)))])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [data]
    named = dict(headers)
    parameters = {
        "ResponseContentType": named["Content-Type"],
        "ResponseContentDisposition": named["Content-Disposition"],
    }
    where = storage.presigned(name, seconds=2 * REDIRECT_SECONDS, parameters=parameters)
    start(
        "302 Found",
        [
            ("Location", where),
            ("Cache-Control", f"private, max-age={REDIRECT_SECONDS}"),
            ("Content-Length", "0"),
            *SAFE,
        ],
    )
    return []


def _short(start: Start, status: str, headers: Headers | None = None) -> Iterable[bytes]:
    text = status.split(" ", 1)[1].encode()
    start(
        status,
        [
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Length", str(len(text))),
            ("Cache-Control", "no-store"),
            *SAFE,
            *(headers or []),
        ],
    )
    return [text]
