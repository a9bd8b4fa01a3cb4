"""A WSGI application behind an event loop: each request gets a thread of a few, and only while there is work for it.

Slow clients cost no thread: a short body is read before the thread is taken, a file is sent by the loop. Only who reads
a long body (an upload) or makes an answer bit by bit keeps one; for a body that stops coming, not for long.
"""

import asyncio
import io
import logging
import sys
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

from parvis.clips.ranges import FileSlice

log = logging.getLogger(__name__)

Headers = list[tuple[str, str]]
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
SHORT_BODY = 256 * 1024  # is read before a thread is taken
BODY_WAIT_S = 60.0  # for the next bytes of a long one


class Scope(Protocol):
    """A request as the server tells of it (RSGI 1.5): `path` is decoded, `query_string` is not."""

    http_version: str
    server: str
    client: str
    scheme: str
    method: str
    path: str
    query_string: str
    authority: str | None
    headers: Any


class Answer(Protocol):
    """Reads the body of a request and answers it (RSGI 1.5)."""

    async def __call__(self) -> bytes: ...
    def __aiter__(self) -> AsyncIterator[bytes]: ...
    def response_bytes(self, status: int, headers: Headers, body: bytes) -> None: ...
    def response_stream(self, status: int, headers: Headers) -> Any: ...


class Bridge:
    """Runs one WSGI application. `threads`: how many requests it works on at once; further ones wait."""

    def __init__(self, application: Application, threads: int) -> None:
        self.application = application
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix="web")

    async def __call__(self, scope: Scope, answer: Answer) -> None:
        """Answer one request."""
        loop = asyncio.get_running_loop()
        environ = environ_of(scope)
        length = environ.get("CONTENT_LENGTH", "0")
        if length.isdigit() and int(length) <= SHORT_BODY:
            environ["wsgi.input"] = io.BytesIO(await answer() if int(length) else b"")
        else:
            environ["wsgi.input"] = io.BufferedReader(Body(loop, answer))
        file = await loop.run_in_executor(self.pool, self._work, environ, loop, answer)
        if file is not None:
            await self._send(loop, answer, *file)

    def _work(
        self, environ: dict[str, Any], loop: asyncio.AbstractEventLoop, answer: Answer
    ) -> tuple[int, Headers, FileSlice] | None:
        """Have the request answered, in a thread; a file is left to the loop."""
        started: list[tuple[int, Headers]] = []

        def start(status: str, headers: Headers, _error: Any = None) -> None:
            started[:] = [(int(status[:3]), headers)]

        made: Any = self.application(environ, start)
        status, headers = started[0]
        if isinstance(made, FileSlice):
            return status, headers, made
        try:
            if getattr(made, "streaming", False):
                self._stream(loop, answer.response_stream(status, headers), made)
            else:
                answer.response_bytes(status, headers, b"".join(made))
        finally:
            if hasattr(made, "close"):
                made.close()  # here: it gives back what this thread holds, its connection to the database too
        return None

    def _stream(self, loop: asyncio.AbstractEventLoop, transport: Any, made: Iterable[bytes]) -> None:
        for part in made:
            if part and not asyncio.run_coroutine_threadsafe(_sent(transport, part), loop).result():
                return

    async def _send(
        self, loop: asyncio.AbstractEventLoop, answer: Answer, status: int, headers: Headers, file: FileSlice
    ) -> None:
        """Send a file, a part of it after another; a thread reads it, for a disk may be slow."""
        try:
            transport = answer.response_stream(status, headers)
            while part := await loop.run_in_executor(self.pool, next, file, b""):
                if not await _sent(transport, part):
                    return
        finally:
            file.close()


async def _sent(transport: Any, part: bytes) -> bool:
    """Send a part of an answer; False if nobody is there any more."""
    try:
        await transport.send_bytes(part)
    except RuntimeError:  # RSGIProtocolClosed
        return False
    return True


class Body(io.RawIOBase):
    """The body of a request, read in a thread while it comes. TimeoutError (an OSError) if it stops coming."""

    def __init__(self, loop: asyncio.AbstractEventLoop, answer: Answer) -> None:
        self._loop, self._parts, self._left = loop, answer.__aiter__(), b""

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read what there is, at least a byte; 0 at the end."""
        if not self._left:
            future = asyncio.run_coroutine_threadsafe(_next(self._parts), self._loop)
            try:
                self._left = future.result(BODY_WAIT_S)
            except TimeoutError:
                future.cancel()
                raise
        part = self._left[: len(buffer)]
        buffer[: len(part)] = part
        self._left = self._left[len(part) :]
        return len(part)


async def _next(parts: AsyncIterator[bytes]) -> bytes:
    """Return the next bytes that are not none at all; b"" at the end, and where the client went away."""
    try:
        while not (part := await anext(parts)):
            pass
    except (StopAsyncIteration, RuntimeError):
        return b""
    return bytes(part)


def environ_of(scope: Scope) -> dict[str, Any]:
    """Return a request as PEP 3333 wants it, but for its body.

    Names with an underscore are left out: they could not be told from those with a hyphen, which a proxy vouches for.
    """
    host, _, port = scope.server.rpartition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.method, "SCRIPT_NAME": "", "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string, "SERVER_NAME": host, "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}", "REMOTE_ADDR": scope.client.rpartition(":")[0],
        "wsgi.version": (1, 0), "wsgi.url_scheme": scope.scheme, "wsgi.errors": sys.stderr,
        "wsgi.multithread": True, "wsgi.multiprocess": True, "wsgi.run_once": False,
    }  # fmt: skip
    if scope.authority:
        environ["HTTP_HOST"] = scope.authority
    for name, value in scope.headers.items():
        if "_" in name:
            continue
        key = name.upper().replace("-", "_")
        if key not in {"CONTENT_TYPE", "CONTENT_LENGTH"}:
            key = f"HTTP_{key}"
        before = environ[key] + ("; " if name == "cookie" else ",") if key in environ and name != "host" else ""
        environ[key] = before + value
    return environ
