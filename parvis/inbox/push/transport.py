"""The way out to push services: HTTPS to public addresses and nowhere else, whatever a browser said its address was.

The name is resolved here and the connection goes to the address that was checked, so that a name which means something
else a moment later (DNS rebinding) reaches nothing; answers that lead elsewhere are not followed.
"""

import http.client
import ipaddress
import socket
import ssl
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

TIMEOUT: Final = 10.0
LONGEST_ADDRESS: Final = 1000
PORT: Final = 443


class NotPublic(Exception):
    """The address is not that of a push service on the open Internet."""


class Unreachable(Exception):
    """The push service does not answer."""


@dataclass(frozen=True)
class Answered:
    """What a push service said: its status, and after how many seconds to come back, if it says so."""

    status: int
    retry_after: int | None


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
    except OSError as error:
        raise Unreachable from error
    addresses = [str(one[4][0]) for one in found]
    if not addresses or not all(_is_public(address) for address in addresses):
        raise NotPublic
    return addresses[0]


def _is_public(address: str) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None) or found
    return found.is_global and inner.is_global and not found.is_multicast


class _Pinned(http.client.HTTPSConnection):
    """Connects to an address that was checked, and checks the certificate for the name."""

    def __init__(self, host: str, address: str) -> None:
        self.secure = ssl.create_default_context()
        super().__init__(host, PORT, timeout=TIMEOUT, context=self.secure)
        self.address = address

    def connect(self) -> None:
        plain = socket.create_connection((self.address, PORT), TIMEOUT)
        self.sock = self.secure.wrap_socket(plain, server_hostname=self.host)


def connection_to(host: str) -> http.client.HTTPConnection:
    """Return a connection to a host, not opened yet. NotPublic, Unreachable."""
    return _Pinned(host, public_address(host))


def post(endpoint: str, headers: dict[str, str], body: bytes) -> Answered:
    """Send a message to a push service. NotPublic, Unreachable."""
    connection = connection_to(check_endpoint(endpoint))
    parts = urlsplit(endpoint)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        answer.read(1024)
        wait = answer.headers.get("Retry-After", "")
        return Answered(answer.status, int(wait) if wait.isascii() and wait.isdigit() and len(wait) < 7 else None)
    except (OSError, http.client.HTTPException) as error:
        raise Unreachable from error
    finally:
        connection.close()
