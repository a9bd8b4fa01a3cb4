"""OAuth 2 and OpenID Connect as apps speak it: Authlib's server over our rows.

One flow: authorization code with PKCE, S256 always (RFC 6749, 7636, 9700); refresh tokens that are replaced each time;
revocation (RFC 7009) and introspection (RFC 7662) by the app itself. No implicit flow, no passwords.
"""

import secrets
import time
from datetime import datetime
from typing import Any, Final

from authlib.integrations.django_oauth2.requests import DjangoOAuth2Payload, DjangoOAuth2Request
from authlib.oauth2.rfc6749 import AuthorizationServer, InvalidRequestError, OAuth2Request, grants, scope_to_list
from authlib.oauth2.rfc6750 import BearerTokenGenerator
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc7662 import IntrospectionEndpoint
from authlib.oidc.core import OpenIDCode, OpenIDToken
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from parvis.accounts.actions.tokens import hash_of
from parvis.accounts.models import Person
from parvis.connect import actions, signing
from parvis.connect.models import App, AppToken
from parvis.connect.parties import Client, Given, Shown
from parvis.connect.queries import claims, consent_of, subject, working_app
from parvis.connect.scopes import SCOPES

WAYS: Final = ["client_secret_basic", "client_secret_post", "none"]  # how an app shows which it is
ID_TOKEN_SECONDS: Final = 300


class CodeGrant(grants.AuthorizationCodeGrant):
    """From the person's yes to the first tokens."""

    TOKEN_ENDPOINT_AUTH_METHODS = WAYS

    def save_authorization_code(self, code: str, request: OAuth2Request) -> None:
        allowed, asked = scope_to_list(request.scope), request.payload.data
        consent = actions.let_in(person=request.user, app=request.client.app, allowed=allowed)
        actions.make_code(
            code=code,
            consent=consent,
            allowed=allowed,
            signed_in_at=request.signed_in_at,
            redirect_uri=request.payload.redirect_uri,
            challenge=asked["code_challenge"],
            nonce=asked.get("nonce", "")[:512],
        )

    def query_authorization_code(self, code: str, client: Client) -> Given | None:
        row = actions.take_code(code=code, app=client.app)
        return Given(row) if row else None

    def delete_authorization_code(self, given: Given) -> None:
        actions.use_code(given.row)

    def authenticate_user(self, given: Given) -> Person:
        return given.row.person


class RefreshGrant(grants.RefreshTokenGrant):
    """From a refresh token to the next pair."""

    TOKEN_ENDPOINT_AUTH_METHODS = WAYS
    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, secret: str) -> Shown | None:
        row = actions.take_refresh(secret=secret, app=self.request.client.app)
        return Shown(row) if row else None

    def authenticate_user(self, shown: Shown) -> Person:
        return shown.row.person

    def revoke_old_credential(self, shown: Shown) -> None:
        actions.replace(shown.row)


class OnlyS256(CodeChallenge):
    """PKCE for every app, also for those that keep a secret, and never `plain`."""

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        asked = grant.request.payload.data
        if not asked.get("code_challenge") or asked.get("code_challenge_method") != "S256":
            raise InvalidRequestError("A 'code_challenge' with the 'code_challenge_method' S256 is needed (RFC 7636).")
        super().validate_code_challenge(grant, redirect_uri)


class IdToken(OpenIDToken):
    """The ID token: signed, for this app, for five minutes."""

    def resolve_client_private_key(self, client: Client) -> Any:
        return signing.keys()[-1]

    def get_client_algorithm(self, client: Client) -> str:
        return signing.ALGORITHM

    def get_encode_header(self, client: Client) -> dict[str, Any]:
        return {"alg": signing.ALGORITHM, "kid": signing.keys()[-1].kid}

    def get_client_claims(self, client: Client) -> dict[str, Any]:
        ends = int(time.time()) + ID_TOKEN_SECONDS
        return {"iss": settings.PARVIS_ORIGIN, "aud": client.get_client_id(), "exp": ends}

    def generate_user_info(self, user: Person, scope: str) -> dict[str, Any]:
        return claims(self.app, user, scope_to_list(scope))

    def encode_id_token(self, token: dict[str, Any], request: OAuth2Request) -> str:
        self.app = request.client.app
        return str(super().encode_id_token(token, request))


class WhoTheyAre(IdToken, OpenIDCode):
    """The ID token for a code."""

    def exists_nonce(self, nonce: str, request: OAuth2Request) -> bool:
        """The same request comes twice: to be shown to the person, and with their answer. The app checks the nonce."""
        return False


class WhoTheyStillAre(IdToken):
    """The ID token for a refresh token: as the first one, of the same signing in, without its nonce (OpenID Connect
    Core, section 12.2)."""

    def get_compatible_claims(self, request: OAuth2Request) -> dict[str, Any]:
        first = int(request.refresh_token.family.signed_in_at.timestamp())
        return {**super().get_compatible_claims(request), "auth_time": first}


def _token_in(form: Any, app: App) -> AppToken | None:
    """Return an app's own token, whether it was shown as one to act with or as one to refresh with."""
    shown = hash_of(form["token"])
    rows = AppToken.objects.select_related("person", "consent__app").filter(consent__app=app)
    return rows.filter(access_hash=shown).first() or rows.filter(refresh_hash=shown).first()


class Revocation(RevocationEndpoint):
    """An app gives back what it holds: a token, and with it all that came of the same code."""

    CLIENT_AUTH_METHODS = WAYS

    def query_token(self, token: str, hint: str | None) -> None:
        raise NotImplementedError

    def authenticate_token(self, request: OAuth2Request, client: Client) -> Shown | None:
        self.check_params(request, client)
        row = _token_in(request.form, client.app)
        return Shown(row) if row else None

    def revoke_token(self, shown: Shown, request: OAuth2Request) -> None:
        actions.end_family(shown.row.code_id)


class Introspection(IntrospectionEndpoint):
    """An app that keeps a secret asks whether a token of its own still opens something."""

    CLIENT_AUTH_METHODS = WAYS[:2]

    def authenticate_token(self, request: OAuth2Request, client: Client) -> Shown | None:
        self.check_params(request, client)
        row = _token_in(request.form, client.app)
        is_access = row is not None and bytes(row.access_hash) == hash_of(request.form["token"])
        return Shown(row) if row is not None and is_access else None

    def introspect_token(self, shown: Shown) -> dict[str, Any]:
        row, app = shown.row, shown.row.consent.app
        return {
            "active": True, "token_type": "Bearer", "client_id": str(app.id), "scope": shown.get_scope(),
            "sub": subject(app, row.person), "iss": settings.PARVIS_ORIGIN,
            "iat": int(row.created_at.timestamp()), "exp": int(row.expires_at.timestamp()),
        }  # fmt: skip


class Asked(DjangoOAuth2Request):
    """A request as the library takes it. `signed_in_at`: when the person last showed that it is they.

    Whether requests travel sealed is decided by PARVIS_ORIGIN, as for passwords: what it would have of the address is
    that alone.
    """

    def __init__(self, request: HttpRequest, signed_in_at: datetime | None = None) -> None:
        OAuth2Request.__init__(self, request.method, f"https://provider{request.path}", headers=request.headers)
        self.payload = DjangoOAuth2Payload(request)
        self._request = request
        self.signed_in_at = signed_in_at


class Server(AuthorizationServer):
    """The library's server, over Django's requests and our rows."""

    def query_client(self, client_id: str) -> Client | None:
        app = working_app(client_id)
        return Client(app) if app else None

    def save_token(self, token: dict[str, Any], request: OAuth2Request) -> None:
        root = request.authorization_code or request.refresh_token
        allowed = scope_to_list(token["scope"])
        code = root.family
        actions.give_token(code=code, allowed=allowed, access=token["access_token"], refresh=token["refresh_token"])

    def create_oauth2_request(self, request: Any) -> OAuth2Request:
        return request if isinstance(request, OAuth2Request) else Asked(request)

    def handle_response(self, status: int, payload: Any, headers: list[tuple[str, str]]) -> HttpResponse:
        is_json = isinstance(payload, dict)
        answer = JsonResponse(payload, status=status) if is_json else HttpResponse(payload, status=status)
        for name, value in headers:
            answer[name] = value
        return answer

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """No signals here: what happened is an event."""


def _made(prefix: str) -> Any:
    return lambda **_: prefix + secrets.token_urlsafe(32)


def _server() -> Server:
    server = Server(scopes_supported=list(SCOPES))
    life = int(actions.ACCESS_LIFE.total_seconds())
    tokens = BearerTokenGenerator(_made(actions.ACCESS), _made(actions.REFRESH), lambda *_: life)
    server.register_token_generator("default", tokens)
    server.register_grant(CodeGrant, [OnlyS256(required=True), WhoTheyAre()])
    server.register_grant(RefreshGrant, [WhoTheyStillAre()])
    server.register_endpoint(Revocation)
    server.register_endpoint(Introspection)
    return server


SERVER: Final = _server()


def covers(person: Person, app: App, asked: list[str]) -> bool:
    """Whether a person has let an app do all that it asks for."""
    consent = consent_of(person, app)
    return consent is not None and set(asked) <= set(consent.scopes)
