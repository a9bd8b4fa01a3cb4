"""Who sends: a key pair of this installation, made on first use, by which push services know it (VAPID, RFC 8292)."""

import os
import uuid
from functools import lru_cache
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import orjson
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from django.conf import settings

from parvis.inbox.push.payload import CURVE, b64encode, public_point
from parvis.kit.clock import ms

FILE: Final = "push.pem"
LIFE_SECONDS: Final = 12 * 3600


def _key() -> ec.EllipticCurvePrivateKey:
    return _read_or_make(Path(settings.PARVIS_KEYS) / FILE)


@lru_cache(maxsize=4)
def _read_or_make(path: Path) -> ec.EllipticCurvePrivateKey:
    """Two processes that race agree: link keeps the first."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = ec.generate_private_key(CURVE).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        draft = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(made)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    key = load_pem_private_key(path.read_bytes(), password=None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key


def public_key() -> str:
    """Return what a browser needs to subscribe (`applicationServerKey`), as base64url."""
    return b64encode(public_point(_key()))


def authorization(endpoint: str) -> str:
    """Return the header that says who sends to a push service: a token for its origin, good for half a day."""
    parts = urlsplit(endpoint)
    contact = settings.PARVIS_ORIGIN
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": ms() // 1000 + LIFE_SECONDS,
        "sub": contact if contact.startswith("https://") else f"mailto:{settings.DEFAULT_FROM_EMAIL}",
    }
    signed = f"{b64encode(orjson.dumps({'typ': 'JWT', 'alg': 'ES256'}))}.{b64encode(orjson.dumps(claims))}"
    r, s = decode_dss_signature(_key().sign(signed.encode(), ec.ECDSA(SHA256())))
    return f"vapid t={signed}.{b64encode(r.to_bytes(32) + s.to_bytes(32))}, k={public_key()}"
