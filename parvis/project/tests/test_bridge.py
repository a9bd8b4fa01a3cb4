"""The bridge between the event loop and WSGI, on a real server with two threads."""

import hashlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pytest

from parvis.project.bridge import SHORT_BODY
from tests.installation import free_port

pytestmark = pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="counts open files in /proc")


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    chosen = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "parvis.project.tests.bridged", str(chosen)], start_new_session=True
    )
    try:
        until(lambda: _listens(chosen), 30)
        yield chosen
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def until(holds: Callable[[], bool], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it does not come about"
        time.sleep(0.05)


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def ask(port: int, path: str, *, method: str = "GET", body: Any = None, headers: Any = None) -> tuple[int, bytes, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=15)
    try:
        connection.request(method, path, body=body, headers=headers or {})
        response = connection.getresponse()
        return response.status, response.read(), response.msg
    finally:
        connection.close()


def raw(port: int, text: bytes) -> socket.socket:
    sent = socket.create_connection(("127.0.0.1", port), timeout=15)
    sent.sendall(text)
    return sent


def said(port: int) -> list[str]:
    return orjson.loads(ask(port, "/said")[1])


def test_a_request_comes_as_pep_3333_has_it(port) -> None:
    with raw(
        port,
        b"GET /environ/a%20b/%C3%A9%2Fx/../y?q=%C3%A9&z=1 HTTP/1.1\r\nHost: square.example:8000\r\nCookie: a=1\r\n"
        b"Cookie: b=2\r\nX-Forwarded-For: 1.1.1.1\r\nX-Forwarded-For: 2.2.2.2\r\nX_Forwarded_Proto: https\r\n"
        b"Connection: close\r\n\r\n",
    ) as sent:
        answer = b"".join(iter(lambda: sent.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    environ = orjson.loads(body)
    assert head.startswith(b"HTTP/1.1 201 ")
    assert head.lower().count(b"set-cookie:") == 2
    assert environ["PATH_INFO"].encode("latin-1").decode() == "/environ/a b/é/x/../y"
    assert (environ["QUERY_STRING"], environ["HTTP_HOST"]) == ("q=%C3%A9&z=1", "square.example:8000")
    assert (environ["HTTP_COOKIE"], environ["HTTP_X_FORWARDED_FOR"]) == ("a=1; b=2", "1.1.1.1,2.2.2.2")
    assert "HTTP_X_FORWARDED_PROTO" not in environ
    assert (environ["REQUEST_METHOD"], environ["REMOTE_ADDR"], environ["wsgi.url_scheme"]) == (
        "GET",
        "127.0.0.1",
        "http",
    )


@pytest.mark.parametrize("size", [0, 1, SHORT_BODY, SHORT_BODY + 1, 5_000_000])
def test_a_body_arrives_whole_however_long(port, size: int) -> None:
    sent = os.urandom(size)
    status, body, _ = ask(port, "/body", method="POST", body=sent)
    read = orjson.loads(body)
    assert (status, read) == (201, {"size": size, "sha256": hashlib.sha256(sent).hexdigest(), "error": ""})


def test_of_a_body_that_breaks_off_the_application_gets_what_came(port) -> None:
    sent = raw(port, b"POST /body HTTP/1.1\r\nHost: h\r\nContent-Length: 900000\r\n\r\n" + b"x" * 300_000)
    time.sleep(0.3)
    sent.close()
    until(lambda: said(port)[-1].startswith("body 300000"))


def test_a_body_that_stops_coming_costs_a_thread_for_a_while_only(port) -> None:
    waiting = [raw(port, b"POST /body HTTP/1.1\r\nHost: h\r\nContent-Length: 900000\r\n\r\nx") for _ in range(3)]
    try:
        assert ask(port, "/said")[0] == 201  # two threads, three such bodies: it waited for the first two
        until(lambda: sum(one.endswith("TimeoutError") for one in said(port)) == 3)
    finally:
        for one in waiting:
            one.close()


def test_short_bodies_that_come_slowly_cost_no_thread(port) -> None:
    waiting = [raw(port, b"POST /body HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nx") for _ in range(5)]
    try:
        began = time.monotonic()
        assert ask(port, "/environ")[0] == 201
        assert time.monotonic() - began < 0.9
    finally:
        for one in waiting:
            one.close()


def test_who_reads_a_file_slowly_costs_no_thread_and_leaves_no_open_file(port) -> None:
    readers = [raw(port, b"GET /file HTTP/1.1\r\nHost: h\r\n\r\n") for _ in range(5)]
    until(lambda: ask(port, "/open-files")[1] == b"5")
    assert ask(port, "/environ")[0] == 201
    for one in readers:
        one.close()
    until(lambda: ask(port, "/open-files")[1] == b"0")
    status, body, _ = ask(port, "/file")
    assert (status, len(body)) == (200, 64 * 1024 * 1024)
    assert ask(port, "/open-files")[1] == b"0"


def test_an_answer_made_bit_by_bit_comes_whole_and_is_closed_where_it_was_made(port) -> None:
    status, body, _ = ask(port, "/bits")
    assert (status, body) == (200, b"".join(b"%d " % number * 1000 for number in range(200)))
    assert said(port)[-1] == "closed True"


def test_an_application_that_fails_answers_500_and_the_next_request_is_served(port) -> None:
    assert ask(port, "/wrong")[0] == 500
    assert ask(port, "/environ")[0] == 201
