"""Rate limits: a token bucket per key, kept in one unlogged table, so that all processes count together."""

import hashlib
import hmac

from django.conf import settings
from django.db import connection
from django.http import HttpRequest

from parvis.accounts.errors import SignInNeeded, TooMany
from parvis.accounts.viewer import Viewer

SPEND = """
insert into accounts_bucket as b (key, tokens, at) values (%(key)s, %(burst)s - 1, clock_timestamp())
on conflict (key) do update set
  tokens = least(%(burst)s, b.tokens + extract(epoch from clock_timestamp() - b.at) * %(per_second)s) - 1,
  at = clock_timestamp()
where least(%(burst)s, b.tokens + extract(epoch from clock_timestamp() - b.at) * %(per_second)s) >= 1
returning 1
"""


def spend(key: str, *, per_minute: float, burst: int) -> None:
    """Take one token from the bucket of `key`; TooMany (429) if it is empty. A full bucket holds `burst` tokens.

    The key is stored as a keyed hash, so that the table tells nobody who did what.
    """
    if not settings.PARVIS_RATE_LIMITS:
        return
    hashed = hmac.digest(settings.SECRET_KEY.encode(), f"bucket:{key}".encode(), hashlib.sha256)
    with connection.cursor() as cursor:
        cursor.execute(SPEND, {"key": hashed, "burst": float(burst), "per_second": per_minute / 60})
        if cursor.fetchone() is None:
            raise TooMany


def spend_by(viewer: Viewer, what: str, limit: dict[str, int]) -> None:
    """Count an act of a person; `limit` as `spend` takes it. TooMany when it was a lot, SignInNeeded for a visitor."""
    if not viewer.is_signed_in:
        raise SignInNeeded
    spend(f"{what}:{viewer.person_id}", per_minute=limit["per_minute"], burst=limit["burst"])


def client_address(request: HttpRequest) -> str:
    """Return the address of the client: of the socket, or what the trusted reverse proxies say of it."""
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    if settings.PARVIS_PROXIES and len(hops) >= settings.PARVIS_PROXIES:
        return hops[-settings.PARVIS_PROXIES]
    return str(request.META.get("REMOTE_ADDR", ""))
