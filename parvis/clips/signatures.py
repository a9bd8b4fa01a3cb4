"""Addresses of files. Those of clips that not everybody may see carry a short-lived signature.

A signature names the clip, when it ends, and its scope: `f` for somebody who follows the creator, `o` for the creator.
It never opens more than its scope allows at the moment of reading (see `access`).
"""

import base64
import hashlib
import hmac
import uuid
from typing import Final

from django.conf import settings

from parvis.kit.clock import ms

FOLLOWER: Final = "f"
OWNER: Final = "o"
STEP_SECONDS: Final = 15 * 60


def _mac(clip: uuid.UUID, scope: str, expires: int) -> str:
    message = f"media\0{clip}\0{scope}\0{expires}".encode()
    mac = hmac.digest(settings.SECRET_KEY.encode(), message, hashlib.sha256)[:18]
    return base64.urlsafe_b64encode(mac).decode()


def media_url(clip: uuid.UUID, file: str, scope: str = "") -> str:
    """Return the address of a clip's file, signed for `scope` unless that is empty.

    A signature holds for 15 to 30 minutes: its end is rounded, so that an address stays the same for a while and
    browsers need not load the file anew.
    """
    if not scope:
        return f"/media/{clip}/{file}"
    expires = (ms() // 1000 // STEP_SECONDS + 2) * STEP_SECONDS
    return f"/media/{clip}/{file}?e={expires}&s={scope}{_mac(clip, scope, expires)}"


def scope_of(clip: uuid.UUID, expires: str, signature: str) -> str:
    """Return the scope of a valid signature, or an empty text for one that is wrong or over."""
    if not (expires.isascii() and expires.isdigit() and len(expires) < 13 and signature.isascii()):
        return ""
    scope, mac = signature[:1], signature[1:]
    if int(expires) < ms() // 1000 or not hmac.compare_digest(mac, _mac(clip, scope, int(expires))):
        return ""
    return scope if scope in {FOLLOWER, OWNER} else ""
