"""Where an app may have people sent back to. Pure functions."""

import re
from typing import Final
from urllib.parse import SplitResult, urlsplit

from parvis.connect.errors import BadAddress

LONGEST: Final = 500
PLAIN: Final = re.compile(r"[!-~]+")  # visible ASCII: nothing that two readers could read differently
HOST: Final = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
OWN_SCHEME: Final = re.compile(r"[a-z][a-z0-9-]*(\.[a-z0-9-]+)+")  # a reversed domain: RFC 8252, section 7.1
THIS_DEVICE: Final = "127.0.0.1"


def check_redirect_uri(address: str) -> None:
    """Raise BadAddress unless people may be sent there: https, this device, or a scheme of the app's own."""
    if not _is_good(address):
        raise BadAddress(address=address[:80])


def _is_good(address: str) -> bool:
    if len(address) > LONGEST or not PLAIN.fullmatch(address) or set(address) & set("\\#\"'<>;,"):
        return False
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return False
    if OWN_SCHEME.fullmatch(parts.scheme):
        return not parts.netloc
    if port == 0 or "@" in parts.netloc or not HOST.fullmatch(parts.hostname or ""):
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname == THIS_DEVICE)


def is_same(registered: str, asked: str) -> bool:
    """Whether `asked` is the registered address, letter by letter. A program on a device gets its port from the system
    and may ask with any (RFC 8252, section 7.3)."""
    if registered == asked:
        return True
    if not _is_good(asked):
        return False
    one, other = urlsplit(registered), urlsplit(asked)
    return _is_here(one) and _is_here(other) and one._replace(netloc="") == other._replace(netloc="")


def _is_here(parts: SplitResult) -> bool:
    return parts.scheme == "http" and parts.hostname == THIS_DEVICE


def source_of(address: str) -> str:
    """Return a checked address as a source of a content security policy: its origin, or its scheme."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else f"{parts.scheme}:"
