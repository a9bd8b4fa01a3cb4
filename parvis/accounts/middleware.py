"""Puts `request.viewer` on every request and keeps its signed cookie up to date."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import get_language

from parvis.accounts.bearer import bearer_of, secret_of
from parvis.accounts.errors import BadToken
from parvis.accounts.models import Person
from parvis.accounts.queries import age_band_of
from parvis.accounts.signin import note_seen
from parvis.accounts.viewer import (
    ANONYMOUS_FRESH_MS,
    COOKIE,
    FRESH_MS,
    Request,
    Viewer,
    anonymous,
    decode,
    encode,
    session_name,
)
from parvis.cells.keys import pseudonym
from parvis.cells.markets import MARKETS, guess_market
from parvis.kit.clock import ms, now

AGE_KEY = "age_band"


def viewer_of(request: HttpRequest) -> Viewer:
    """Return who looks: the signed-in person, or the visitor whom the cookie names, or a new visitor."""
    if isinstance(request.user, Person) and request.user.is_active:
        return _signed_in(request, request.user)
    known = decode(request.COOKIES.get(COOKIE, ""))
    language = get_language() or settings.LANGUAGE_CODE
    if known and not known.is_signed_in and known.is_fresh and known.home in MARKETS:
        return Viewer(known.pseudonym, known.home, language, issued_ms=known.issued_ms)
    return anonymous(guess_market(request.headers.get("Accept-Language", "")), language)


def _signed_in(request: HttpRequest, person: Person) -> Viewer:
    today = now().date()
    stored = request.session.get(AGE_KEY)
    if not stored or stored[1] != today.isoformat():
        stored = request.session[AGE_KEY] = [age_band_of(person), today.isoformat()]
    known = decode(request.COOKIES.get(COOKIE, ""))
    return Viewer(
        pseudonym=pseudonym(person.id),
        home=person.home,
        language=get_language() or person.language,
        person_id=person.id,
        handle=person.handle,
        name=person.display_name,
        avatar_key=person.avatar_key,
        age_band=stored[0],
        is_operator=person.is_superuser,
        session=session_name(request.session.session_key or ""),
        issued_ms=known.issued_ms if known else 0,
    )


class ViewerMiddleware:
    """Sets `request.viewer`; renews the cookie when who looks has changed, or half its time is over."""

    def __init__(self, get_response: Callable[[Request], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponse:
        secret = secret_of(request)
        if secret is not None:
            return self._by_token(request, secret)
        request.viewer, request.scopes, request.counted = viewer_of(request), None, None
        response = self.get_response(request)
        # A view may have signed somebody in or out: what the answer carries is who looks from now on.
        current = viewer_of(request) if request.user.pk != request.viewer.person_id else request.viewer
        known = decode(request.COOKIES.get(COOKIE, ""))
        lifetime = FRESH_MS if current.is_signed_in else ANONYMOUS_FRESH_MS
        if not known or not current.same_as(known) or ms() - known.issued_ms > lifetime / 2:
            if current.is_signed_in:
                note_seen(request, now())
            response.set_cookie(
                COOKIE,
                encode(current),
                max_age=settings.SESSION_COOKIE_AGE,
                httponly=True,
                samesite="Lax",
                secure=settings.SESSION_COOKIE_SECURE,
            )
        return response

    def _by_token(self, request: Request, secret: str) -> HttpResponse:
        """A program needs no cookie, and none is believed beside its token."""
        bearer = bearer_of(secret)
        if bearer is None:
            challenge = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
            return JsonResponse(BadToken().as_json(), status=BadToken.status, headers=challenge)
        request.user = AnonymousUser()
        request.viewer, request.scopes, request.counted = bearer.viewer, bearer.scopes, bearer.counted
        return self.get_response(request)
