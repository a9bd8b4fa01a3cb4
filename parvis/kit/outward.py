"""The way out to addresses that others chose: HTTPS to the open Internet and nowhere else, whatever they said.

The name is resolved here and the connection goes to the address that was checked, so that a name which means something
else a moment later (DNS rebinding) reaches nothing; answers that lead elsewhere are not followed; a whole exchange is
over in time, however slowly the other side speaks.
"""

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

TIMEOUT: Final = 10.0
LONGEST_ADDRESS: Final = 1000
LONGEST_ANSWER: Final = 1024
PORT: Final = 443
THIS_MACHINE: Final = frozenset({"localhost", "127.0.0.1"})
NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052: a gateway makes the last four bytes an IPv4 address


class NotPublic(Exception):
    """The address is not one of the open Internet."""


class Unreachable(Exception):
    """Nobody answers there, or not in time."""


@dataclass(frozen=True)
class Answered:
    """What was answered: the status, and after how many seconds to come back, if it says so."""

    status: int
    retry_after: int | None


def is_here(address: str) -> bool:
    """Whether an address is plain HTTP to this machine itself: for development."""
    try:
        parts = urlsplit(address)
        return parts.scheme == "http" and parts.hostname in THIS_MACHINE and (parts.port or 80) > 0
    except ValueError:
        return False


def check_endpoint(endpoint: str) -> str:
    """Return the host of an endpoint. NotPublic unless it is https, on the usual port, by name, and short enough."""
    try:
        parts = urlsplit(endpoint)
        port, host = parts.port, parts.hostname or ""
    except ValueError as error:
        raise NotPublic from error
    if len(endpoint) > LONGEST_ADDRESS or not endpoint.isascii() or parts.scheme != "https" or parts.username:
        raise NotPublic
    if port not in {None, PORT} or "." not in host or host.endswith((".local", ".localhost", ".internal")):
        raise NotPublic
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host
    raise NotPublic


def public_address(host: str) -> str:
    """Return an address of a host. NotPublic if any of its addresses is not on the open Internet; Unreachable."""
    try:
        found = socket.getaddrinfo(host, PORT, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreachable from error
    addresses = [str(one[4][0]) for one in found]
    if not addresses or not all(_is_public(address) for address in addresses):
        raise NotPublic
    return addresses[0]


def _is_public(address: str) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None) or found
    if isinstance(found, ipaddress.IPv6Address) and found in NAT64:
        inner = ipaddress.IPv4Address(found.packed[-4:])
    return found.is_global and inner.is_global and not found.is_multicast and not inner.is_multicast


class _Pinned(http.client.HTTPSConnection):
    """Connects to an address that was checked, and checks the certificate for the name."""

    def __init__(self, host: str, address: str) -> None:
        self.secure = ssl.create_default_context()
        super().__init__(host, PORT, timeout=TIMEOUT, context=self.secure)
        self.address = address

    def connect(self) -> None:
        plain = socket.create_connection((self.address, PORT), self.timeout)
        self.sock = self.secure.wrap_socket(plain, server_hostname=self.host, do_handshake_on_connect=False)
        self.sock.do_handshake()


def connection_to(host: str) -> http.client.HTTPConnection:
    """Return a connection to a host, not opened yet. NotPublic, Unreachable."""
    return _Pinned(host, public_address(host))


def connection_here(address: str) -> http.client.HTTPConnection:
    """Return a connection to a port of this machine, not opened yet."""
    return http.client.HTTPConnection("127.0.0.1", urlsplit(address).port or 80)


def post(
    endpoint: str, headers: dict[str, str], body: bytes, *, timeout: float = TIMEOUT, here: bool = False
) -> Answered:
    """Send a message, and have the answer within `timeout` seconds of the connection. `here`: this machine may be meant
    (see `is_here`). NotPublic, Unreachable."""
    local = here and is_here(endpoint)
    connection = connection_here(endpoint) if local else connection_to(check_endpoint(endpoint))
    connection.timeout = timeout
    parts = urlsplit(endpoint)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    end = threading.Timer(timeout, _cut, [connection])
    end.start()
    try:
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        answer.read(LONGEST_ANSWER)
        wait = answer.headers.get("Retry-After", "")
        return Answered(answer.status, int(wait) if wait.isascii() and wait.isdigit() and len(wait) < 7 else None)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Unreachable from error
    finally:
        end.cancel()
        connection.close()


def _cut(connection: http.client.HTTPConnection) -> None:
    """End a connection from another thread: whoever waits for its next byte is told that there is none."""
    plain = getattr(connection, "sock", None)
    if plain is not None:
        with contextlib.suppress(OSError):
            socket.socket.shutdown(plain, socket.SHUT_RDWR)  # not the TLS layer's own, which the other thread is in
