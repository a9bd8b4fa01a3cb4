"""The keys that sign what we say of people to apps: RSA, as OpenID Connect asks of every provider.

Each is a file in PARVIS_KEYS/apps, the name of which is its id. The last by name signs, all are published: to change
keys an operator adds a file that sorts last, and removes the old one a day later.
"""

import os
import uuid
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import settings
from joserfc.jwk import KeySet, RSAKey

ALGORITHM = "RS256"
BITS = 3072
_kept: dict[tuple[Path, ...], list[RSAKey]] = {}


def keys() -> list[RSAKey]:
    """Return the keys, the one that signs last. The first is made on first use, by link after fsync: a crash leaves no
    key or the whole key, and two processes agree on one. OSError where the folder cannot be written."""
    folder = Path(settings.PARVIS_KEYS) / "apps"
    if not any(folder.glob("*.pem")):
        _make(folder / "1.pem")
    files = tuple(sorted(folder.glob("*.pem")))
    if files not in _kept:
        _kept[files] = [RSAKey.import_key(file.read_text(), {"kid": file.stem, "use": "sig"}) for file in files]
    return _kept[files]


def published() -> dict[str, Any]:
    """Return the public halves as a JWK set (RFC 7517)."""
    return dict(KeySet(list(keys())).as_dict(private=False))


def _make(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    draft = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
