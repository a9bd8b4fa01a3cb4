"""Holding a browser back after a sign-up below the minimum age, so that the date is not simply changed.

A signed cookie says "not now" and nothing else: no date, no age, no reason. It lives in the browser only, until that is
closed and for a day at most; the server keeps no trace.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from parvis.kit.clock import ms
from parvis.kit.signing import BadSignatureError, sign, unsign

COOKIE = f"{settings.PARVIS_COOKIE_PREFIX}parvis_later"
PURPOSE = "later"
DAY_MS = 24 * 3600 * 1000


def hold_back(response: HttpResponse) -> HttpResponse:
    """Put the cookie on an answer."""
    value = sign(PURPOSE, str(ms()).encode(), settings.SECRET_KEY.encode())
    response.set_cookie(COOKIE, value, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
    return response


def is_held_back(request: HttpRequest) -> bool:
    """Whether this browser carries a cookie of `hold_back` that is not a day old."""
    try:
        since = int(unsign(PURPOSE, request.COOKIES.get(COOKIE, ""), settings.SECRET_KEY.encode()))
    except (BadSignatureError, ValueError):
        return False
    return ms() - since < DAY_MS
