"""Small signed values (cookies, links): HMAC-SHA256 (RFC 2104) over a purpose and a payload."""

import base64
import hashlib
import hmac


class BadSignatureError(ValueError):
    """The value was not signed with this key for this purpose."""


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _mac(purpose: str, payload: bytes, key: bytes) -> bytes:
    return hmac.digest(key, purpose.encode() + b"\0" + payload, hashlib.sha256)


def sign(purpose: str, payload: bytes, key: bytes) -> str:
    """Return payload and signature as URL-safe text, `payload.signature`. A signature holds for one purpose only."""
    return f"{_encode(payload)}.{_encode(_mac(purpose, payload, key))}"


def unsign(purpose: str, value: str, key: bytes) -> bytes:
    """Return the payload of a value made by `sign`. BadSignatureError for anything else."""
    head, _, tail = value.partition(".")
    try:
        payload, mac = _decode(head), _decode(tail)
    except ValueError as error:
        raise BadSignatureError(value) from error
    if not hmac.compare_digest(mac, _mac(purpose, payload, key)):
        raise BadSignatureError(value)
    return payload
