"""The way out, against addresses that must not be reached and servers that never come to an end."""

import http.client
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from parvis.kit import outward
from parvis.kit.outward import NotPublic, Unreachable, check_endpoint, is_here, post, public_address


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://push.example.org/a", "https://127.0.0.1/a", "https://[::1]/a", "https://10.0.0.1/a",
        "https://localhost/a", "https://intranet/a", "https://db.internal/a", "https://printer.local/a",
        "https://push.example.org:22/a", "https://push.example.org:notaport/a", "https://a@push.example.org/a",
        "https://push.example.org/" + "a" * 1000, "ftp://push.example.org/", "https://", "push", "https://пуш.example/a",
    ],
)  # fmt: skip
def test_an_endpoint_is_https_by_name(endpoint):
    with pytest.raises(NotPublic):
        check_endpoint(endpoint)


def resolved(*addresses):
    return lambda *_a, **_k: [(0, 0, 0, "", (address, 443)) for address in addresses]


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "::1", "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "ff02::1",
        "64:ff9b::a00:1",
    ],
)  # fmt: skip
def test_a_name_that_means_a_private_address_is_not_reached(address, monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", resolved("93.184.216.34", address))
    with pytest.raises(NotPublic):
        public_address("push.example.org")


def test_a_name_that_means_a_public_address_is(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", resolved("93.184.216.34"))
    assert public_address("push.example.org") == "93.184.216.34"
    made = outward.connection_to("push.example.org")
    assert isinstance(made, http.client.HTTPSConnection)
    assert (made.host, made.address) == ("push.example.org", "93.184.216.34")


@pytest.fixture
def server() -> Iterator[Callable[[Callable[[socket.socket], None]], str]]:
    """A server on this machine that treats each connection as it is told to; gives its address."""
    kept: list[socket.socket] = []

    def serve(treat: Callable[[socket.socket], None]) -> str:
        listening = socket.create_server(("127.0.0.1", 0))
        kept.append(listening)

        def run() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                with connection:
                    treat(connection)

        threading.Thread(target=run, daemon=True).start()
        return f"http://127.0.0.1:{listening.getsockname()[1]}/in"

    yield serve
    for one in kept:
        one.close()


def test_this_machine_is_reached_only_where_that_is_asked_for(server):
    address = server(lambda one: (one.recv(9999), one.sendall(b"HTTP/1.1 204 No\r\n\r\n")))
    assert post(address, {}, b"{}", here=True).status == 204
    with pytest.raises(NotPublic):
        post(address, {}, b"{}")


@pytest.mark.parametrize(
    "address", ["http://10.0.0.1/", "https://localhost/", "http://localhost.evil.example/", "http://[::1"]
)
def test_this_machine_is_plain_http_by_its_own_name(address):
    assert not is_here(address)


def test_who_speaks_a_byte_at_a_time_is_cut_off(server):
    def drip(one: socket.socket) -> None:
        try:
            for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"a" * 10_000:
                one.sendall(bytes([byte]))
                time.sleep(0.05)
        except OSError:
            pass

    began = time.monotonic()
    with pytest.raises(Unreachable):
        post(server(drip), {}, b"{}", here=True, timeout=0.3)
    assert time.monotonic() - began < 60, "each byte alone came in time"


def test_an_answer_that_leads_elsewhere_is_not_followed(server):
    asked: list[bytes] = []
    inner = server(lambda one: asked.append(one.recv(9999)))
    outer = server(lambda one: (one.recv(9999), one.sendall(f"HTTP/1.1 307 Go\r\nLocation: {inner}\r\n\r\n".encode())))
    assert post(outer, {}, b"{}", here=True).status == 307
    assert asked == []


def test_what_a_long_answer_says_is_not_read_to_its_end(server):
    def endless(one: socket.socket) -> None:
        one.recv(9999)
        try:
            one.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            while True:
                one.sendall(b"a" * 65536)
        except OSError:
            pass

    assert post(server(endless), {}, b"{}", here=True).status == 200
