"""A server with one process around a small WSGI application, for the tests of the bridge: `python -m ... PORT`."""

import hashlib
import os
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import orjson

from parvis.clips.ranges import FileSlice
from parvis.project import bridge

SAID: list[str] = []  # what happened in answers, in order
BIG = 64 * 1024 * 1024


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer by the first part of the path."""
    name = environ["PATH_INFO"].split("/")[1]
    if name == "file":
        descriptor = os.open(film(), os.O_RDONLY)
        start_response("200 OK", [("Content-Type", "video/mp4"), ("Content-Length", str(BIG))])
        SAID.append(f"file {descriptor}")
        return FileSlice(descriptor, 0, BIG)
    if name == "bits":
        start_response("200 OK", [("Content-Type", "text/plain")])
        return Bits()
    if name == "wrong":
        raise ValueError("this application fails")
    body = {"body": body_of, "said": lambda _: SAID, "environ": plain}[name](environ)
    content = orjson.dumps(body)
    start_response("201 Created", [("Content-Type", "application/json"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])
    return [content]


def plain(environ: dict[str, Any]) -> dict[str, Any]:
    """The request, less what is no text."""
    return {name: value for name, value in environ.items() if isinstance(value, str)}


def body_of(environ: dict[str, Any]) -> dict[str, Any]:
    """Read the body by parts of 64 KiB."""
    digest, size, error = hashlib.sha256(), 0, ""
    try:
        while part := environ["wsgi.input"].read(64 * 1024):
            digest.update(part)
            size += len(part)
    except OSError as raised:
        error = type(raised).__name__
    SAID.append(f"body {size} {error}".strip())
    return {"size": size, "sha256": digest.hexdigest(), "error": error}


class Bits:
    """An answer made bit by bit, as Django marks one."""

    streaming = True

    def __init__(self) -> None:
        self.thread = threading.get_ident()

    def __iter__(self) -> Iterator[bytes]:
        for number in range(200):
            yield b"%d " % number * 1000

    def close(self) -> None:
        """Say where it was closed."""
        SAID.append(f"closed {self.thread == threading.get_ident()}")


def film() -> str:
    """Return a file of BIG bytes."""
    path = os.path.join(tempfile.gettempdir(), f"bridged-{os.getpid()}")
    if not os.path.exists(path):
        with open(path, "wb") as file:
            file.truncate(BIG)
    return path


class Web:
    """The server's application; /open-files says how many of the film's are open, without a thread."""

    def __init__(self) -> None:
        self.bridge = bridge.Bridge(application, threads=2)

    async def __rsgi__(self, scope: Any, answer: Any) -> None:
        """Answer."""
        if scope.path != "/open-files":
            await self.bridge(scope, answer)
            return
        count = 0
        for name in os.listdir("/proc/self/fd"):
            try:
                count += os.readlink(f"/proc/self/fd/{name}") == film()
            except OSError:
                continue
        answer.response_bytes(200, [], str(count).encode())


def main() -> None:
    """Serve."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    bridge.BODY_WAIT_S = 1.0
    Granian(
        "bridged", address="127.0.0.1", port=int(sys.argv[1]), interface=Interfaces.RSGI, websockets=False,
        log_level=LogLevels.error,
    ).serve(target_loader=lambda *_: Web(), wrap_loader=False)  # fmt: skip


if __name__ == "__main__":
    main()
