"""Encryption of a push message for one browser (RFC 8291, over RFC 8188 with one record). The push service in between
can read nothing of it."""

import base64
import hashlib
import hmac
import os
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

RECORD: Final = 4096
LONGEST: Final = 3000  # push services must take 4096 bytes in all (RFC 8030, 7.2)
BLOCK: Final = 256  # the length that a push service sees is a multiple of this
POINT: Final = 65
SECRET: Final = 16
CURVE: Final = ec.SECP256R1()


def b64decode(text: str) -> bytes:
    """Decode base64url, with or without padding. ValueError for anything else."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def b64encode(raw: bytes) -> str:
    """Encode as base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def public_point(key: ec.EllipticCurvePrivateKey) -> bytes:
    """Return the public key as an uncompressed point."""
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def check_keys(p256dh: bytes, auth: bytes) -> None:
    """ValueError unless these are a browser's keys: a point on P-256, and 16 bytes."""
    if len(p256dh) != POINT or len(auth) != SECRET:
        raise ValueError("not the keys of a browser")
    ec.EllipticCurvePublicKey.from_encoded_point(CURVE, p256dh)


def _mac(key: bytes, data: bytes) -> bytes:
    return hmac.digest(key, data, hashlib.sha256)


def encrypt(
    message: bytes,
    p256dh: bytes,
    auth: bytes,
    *,
    sender: ec.EllipticCurvePrivateKey | None = None,
    salt: bytes | None = None,
    padding: int | None = None,
) -> bytes:
    """Return the body to send (content coding aes128gcm). `sender`, `salt` and `padding` are chosen unless given.

    ValueError where the message is longer than LONGEST, or the keys are none.
    """
    if len(message) > LONGEST:
        raise ValueError("too long for a push message")
    check_keys(p256dh, auth)
    browser = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, p256dh)
    sender, salt = sender or ec.generate_private_key(CURVE), salt or os.urandom(16)
    point = public_point(sender)
    shared = _mac(auth, sender.exchange(ec.ECDH(), browser))
    material = _mac(salt, _mac(shared, b"WebPush: info\x00" + p256dh + point + b"\x01"))
    key = _mac(material, b"Content-Encoding: aes128gcm\x00\x01")[:16]
    nonce = _mac(material, b"Content-Encoding: nonce\x00\x01")[:12]
    padding = -len(message) % BLOCK if padding is None else padding
    sealed = AESGCM(key).encrypt(nonce, message + b"\x02" + bytes(padding), None)
    return salt + RECORD.to_bytes(4) + bytes([len(point)]) + point + sealed
