"""Which addresses may be told, when to try again, and how a call is signed. Pure functions."""

import base64
import random
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from standardwebhooks.webhooks import Webhook

from parvis.kit.outward import LONGEST_ADDRESS, NotPublic, check_endpoint, is_here
from parvis.webhooks.errors import BadEndpoint

SECRET_BYTES: Final = 32
OVERLAP: Final = timedelta(hours=24)  # how long the secret before signs, too
FIRST_PAUSE: Final = timedelta(seconds=15)
LONGEST_PAUSE: Final = timedelta(hours=6)
TRIES_MOST: Final = 11  # the last one comes 20 to 25 hours after the first
PATIENCE: Final = timedelta(hours=20)  # an address where nothing arrived for so long is paused
REST_MOST: Final = timedelta(minutes=5)
JITTER: Final = 0.1


def check_address(address: str, *, here: bool) -> None:
    """Raise BadEndpoint unless an address may be told: https to a name, or, where `here`, http to this machine."""
    if here and is_here(address) and len(address) <= LONGEST_ADDRESS and address.isascii() and address.isprintable():
        return
    try:
        check_endpoint(address)
    except NotPublic as error:
        raise BadEndpoint from error
    if not address.isprintable() or " " in address or "#" in address:
        raise BadEndpoint


def pause_after(tries: int) -> timedelta | None:
    """Return how long to wait after so many tries failed; None to give it up."""
    if tries >= TRIES_MOST:
        return None
    times: int = 3 ** (tries - 1)
    pause = min(FIRST_PAUSE * times, LONGEST_PAUSE)
    return pause * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - so that not all come at once


def rest_after(failures: int) -> timedelta:
    """Return how long an address rests after so many failures in a row, whatever else waits for it."""
    times: int = 2 ** min(failures - 1, 10)
    return min(timedelta(seconds=5) * times, REST_MOST)


def new_secret() -> str:
    """Return a secret as receivers keep it (Standard Webhooks: `whsec_` and base64)."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signed(keys: Sequence[str], number: str, at: datetime, body: bytes) -> dict[str, str]:
    """Return the headers by which a receiver knows whose call it is (Standard Webhooks, HMAC-SHA256): one signature
    for each secret. `at` is the moment of sending, in UTC."""
    return {
        "webhook-id": number,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(Webhook(key).sign(number, at, body.decode()) for key in keys),
    }
