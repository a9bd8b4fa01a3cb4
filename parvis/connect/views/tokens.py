"""What apps call: tokens for a code, the next ones, giving them back, who it is, and where all this stands."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from parvis.accounts.limits import client_address, spend
from parvis.connect import signing
from parvis.connect.provider import SERVER, WAYS
from parvis.connect.queries import claims, token_of
from parvis.connect.scopes import OPENID, SCOPES
from parvis.connect.views.authorize import PLAIN

LONGEST = 4096
UNREADABLE = {"error": "invalid_request", "error_description": "The request has parameters that cannot be read."}


def _by_app(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """For requests of apps: no cookie counts, so there is nothing to forge; what cannot be read is refused."""

    def called(request: HttpRequest) -> HttpResponse:
        spend(f"apps:address:{client_address(request)}", per_minute=240, burst=240)
        values = [value for name in request.POST for value in request.POST.getlist(name)]
        many = any(len(request.POST.getlist(name)) > 1 for name in request.POST)
        if request.GET or many or not all(len(str(one)) <= LONGEST and PLAIN.fullmatch(str(one)) for one in values):
            return JsonResponse(UNREADABLE, status=400)
        return view(request)

    return csrf_exempt(never_cache(require_POST(called)))


@_by_app
def token(request: HttpRequest) -> HttpResponse:
    """Give tokens for a code, or the next for a refresh token. What a stolen one brings to an end, ends in the same
    transaction that refuses it."""
    with transaction.atomic():
        answer: HttpResponse = SERVER.create_token_response(request)
    return answer


@_by_app
def revoke(request: HttpRequest) -> HttpResponse:
    """Take back a token that its app shows (RFC 7009)."""
    answer: HttpResponse = SERVER.create_endpoint_response("revocation", request)
    return answer


@_by_app
def introspect(request: HttpRequest) -> HttpResponse:
    """Say whether a token opens anything, to the app that holds it (RFC 7662)."""
    answer: HttpResponse = SERVER.create_endpoint_response("introspection", request)
    return answer


@csrf_exempt  # the token is in a header that no form of another site can send
@never_cache
@require_http_methods(["GET", "POST"])
def userinfo(request: HttpRequest) -> HttpResponse:
    """Say who it is (OpenID Connect Core, section 5.3)."""
    spend(f"apps:address:{client_address(request)}", per_minute=240, burst=240)
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    shown = token_of(secret.strip()) if scheme.lower() == "bearer" else None
    if shown is None:
        return _challenge(401, "invalid_token")
    if OPENID not in shown.scopes:
        return _challenge(403, "insufficient_scope")
    return JsonResponse(claims(shown.consent.app, shown.person, shown.scopes))


def _challenge(status: int, error: str) -> HttpResponse:
    return JsonResponse({"error": error}, status=status, headers={"WWW-Authenticate": f'Bearer error="{error}"'})


@require_GET
def keys(_request: HttpRequest) -> HttpResponse:
    """The keys by which apps check what we signed (RFC 7517)."""
    return _for_an_hour(signing.published())


@require_GET
def discovery(_request: HttpRequest) -> HttpResponse:
    """Where everything stands, for apps (OpenID Connect Discovery 1.0, RFC 8414)."""

    def at(name: str) -> str:
        return str(settings.PARVIS_ORIGIN + reverse(f"connect:{name}"))

    return _for_an_hour(
        {
            "issuer": settings.PARVIS_ORIGIN,
            "authorization_endpoint": at("authorize"),
            "token_endpoint": at("token"),
            "revocation_endpoint": at("revoke"),
            "introspection_endpoint": at("introspect"),
            "userinfo_endpoint": at("userinfo"),
            "jwks_uri": at("keys"),
            "service_documentation": f"{settings.PARVIS_ORIGIN}/api/docs",
            "scopes_supported": list(SCOPES),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": [signing.ALGORITHM],
            "token_endpoint_auth_methods_supported": WAYS,
            "revocation_endpoint_auth_methods_supported": WAYS,
            "introspection_endpoint_auth_methods_supported": WAYS[:2],
            "code_challenge_methods_supported": ["S256"],
            "claims_supported": ["sub", "name", "preferred_username", "profile", "picture"],
            "prompt_values_supported": ["none", "login", "consent"],
            "authorization_response_iss_parameter_supported": True,
        }
    )


def _for_an_hour(told: dict[str, Any]) -> HttpResponse:
    """Public, the same for everybody, and readable by pages of other sites."""
    return JsonResponse(told, headers={"Cache-Control": "public, max-age=3600", "Access-Control-Allow-Origin": "*"})
