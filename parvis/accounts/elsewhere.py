"""An account at the operator's own identity provider: OpenID Connect, authorization code with PKCE and a nonce.

Of what the provider says, the subject alone counts, and of that a hash is kept. An e-mail address is never asked for,
so none can lead to somebody else's account.
"""

import base64
import hashlib
import json
import secrets
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

from django.conf import settings
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from parvis.accounts.errors import ElsewhereFailed

BACK: Final = "/sign-in/elsewhere/back"
SECONDS: Final = 10.0
LONGEST: Final = 1024 * 1024
FRESH: Final = 3600.0
ALGORITHMS: Final = ["RS256", "PS256", "ES256", "ES384", "RS512", "Ed25519", "EdDSA"]
LEEWAY: Final = 60

_known: dict[str, tuple[float, dict[str, Any]]] = {}


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_unused: Any) -> None:
        """Follow none: what was configured is what is asked."""


_opener = urllib.request.build_opener(_NoRedirects)


@dataclass(frozen=True)
class Arrival:
    """Who came back: `subject` names the account there and nowhere else; `handle` is what it is called there."""

    subject: str
    handle: str


def is_on() -> bool:
    """Whether the operator set a provider."""
    return bool(settings.PARVIS_OIDC_ISSUER)


def name_elsewhere() -> str:
    """Return what people call the provider; empty where there is none."""
    return str(settings.PARVIS_OIDC_NAME) if is_on() else ""


def fetch(address: str, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None) -> bytes:
    """Return what an address of the provider answers; OSError or ValueError where it does not, or not shortly."""
    body = urlencode(form).encode() if form is not None else None
    request = urllib.request.Request(address, body, {"Accept": "application/json", **(headers or {})})  # noqa: S310 - checked by `_at`
    with _opener.open(request, timeout=SECONDS) as answer:
        said: bytes = answer.read(LONGEST + 1)
    if len(said) > LONGEST:
        raise ValueError("too long")
    return said


def _json(address: str, **asked: Any) -> dict[str, Any]:
    said = json.loads(fetch(_at(address), **asked))
    if not isinstance(said, dict):
        raise ValueError("no object")
    return said


def _at(address: str) -> str:
    if urlsplit(address).scheme not in {"https", "http"}:
        raise ValueError("no address of the web")
    return address


def _metadata() -> dict[str, Any]:
    issuer = settings.PARVIS_OIDC_ISSUER
    kept = _known.get(issuer)
    if kept is None or kept[0] < monotonic():
        said = _json(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        if said.get("issuer") != issuer:
            raise ValueError("another issuer")
        kept = _known[issuer] = monotonic() + FRESH, said
    return kept[1]


def begin(*, again: bool = False) -> tuple[str, dict[str, str]]:
    """Return where to send the browser, and what to keep in its session until it is back. `again`: the person is to
    show there once more that it is they. ElsewhereFailed where the provider does not answer."""
    kept = {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")}
    challenge = base64.urlsafe_b64encode(hashlib.sha256(kept["verifier"].encode()).digest()).decode().rstrip("=")
    asked = {
        "response_type": "code", "client_id": settings.PARVIS_OIDC_CLIENT_ID, "scope": "openid profile",
        "redirect_uri": settings.PARVIS_ORIGIN + BACK, "state": kept["state"], "nonce": kept["nonce"],
        "code_challenge": challenge, "code_challenge_method": "S256", **({"prompt": "login"} if again else {}),
    }  # fmt: skip
    try:
        address = _at(str(_metadata()["authorization_endpoint"]))
    except (OSError, ValueError, KeyError) as error:
        raise ElsewhereFailed(name=settings.PARVIS_OIDC_NAME) from error
    return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}", kept


def finish(kept: Mapping[str, str], answer: Mapping[str, str]) -> Arrival:
    """Return who came back, by what the session kept and what the browser brought. ElsewhereFailed where anything is
    not as it must be: nothing is told of what."""
    try:
        return _finish(kept, answer)
    except (OSError, ValueError, KeyError, TypeError, JoseError) as error:
        raise ElsewhereFailed(name=settings.PARVIS_OIDC_NAME) from error


def _finish(kept: Mapping[str, str], answer: Mapping[str, str]) -> Arrival:
    told = _metadata()
    if not secrets.compare_digest(kept["state"].encode(), answer["state"].encode()):
        raise ValueError("another state")
    says_issuer = told.get("authorization_response_iss_parameter_supported") is True
    if (says_issuer or "iss" in answer) and answer["iss"] != told["issuer"]:  # RFC 9207
        raise ValueError("another issuer")
    form = {
        "grant_type": "authorization_code", "code": answer["code"], "code_verifier": kept["verifier"],
        "redirect_uri": settings.PARVIS_ORIGIN + BACK,
    }  # fmt: skip
    mine = f"{quote(settings.PARVIS_OIDC_CLIENT_ID, safe='')}:{quote(settings.PARVIS_OIDC_CLIENT_SECRET, safe='')}"
    headers = {"Authorization": "Basic " + base64.b64encode(mine.encode()).decode()}
    token = _json(str(told["token_endpoint"]), form=form, headers=headers)["id_token"]
    claims = _checked(str(token), kept["nonce"], told)
    return Arrival(subject_of(told["issuer"], claims["sub"]), str(claims.get("preferred_username", ""))[:64])


def subject_of(issuer: str, sub: str) -> str:
    """Return what names an account at a provider: a hash, for a blind index folds case and a `sub` does not."""
    return hashlib.sha256(f"{issuer}\n{sub}".encode()).hexdigest()


def _checked(token: str, nonce: str, told: Mapping[str, Any]) -> dict[str, Any]:
    """Return the claims of an ID token (OpenID Connect Core, section 3.1.3.7)."""
    keys = KeySet.import_key_set(_json(str(told["jwks_uri"])))  # type: ignore[arg-type]
    claims: dict[str, Any] = jwt.decode(token, keys, ALGORITHMS).claims
    mine = settings.PARVIS_OIDC_CLIENT_ID
    jwt.JWTClaimsRegistry(
        leeway=LEEWAY,
        iss={"essential": True, "value": told["issuer"]},
        aud={"essential": True, "value": mine},
        nonce={"essential": True, "value": nonce},
        sub={"essential": True},
        exp={"essential": True},
    ).validate(claims)
    if claims.get("azp", mine) != mine or not isinstance(claims["sub"], str):
        raise ValueError("for somebody else")
    return claims
