"""Our rows as Authlib asks about them: an app, a code, a token."""

import secrets

from authlib.oauth2.rfc6749 import scope_to_list

from parvis.accounts.actions.tokens import hash_of
from parvis.connect.models import App, AppToken, Code
from parvis.connect.policies import is_same
from parvis.connect.scopes import known
from parvis.kit.clock import now


class Client:
    """An app as the library asks about it."""

    def __init__(self, app: App) -> None:
        self.app = app

    def get_client_id(self) -> str:
        return str(self.app.id)

    def get_default_redirect_uri(self) -> str | None:
        """None: an app says each time where it wants people back."""
        return None

    def get_allowed_scope(self, scope: str | None) -> str | None:
        """None, which is refused, where nothing is asked for: there is no default."""
        return " ".join(known(scope_to_list(scope))) if scope else None

    def check_redirect_uri(self, address: str) -> bool:
        return any(is_same(one, address) for one in self.app.redirect_uris)

    def check_client_secret(self, secret: str) -> bool:
        kept = self.app.secret_hash
        return kept is not None and secrets.compare_digest(bytes(kept), hash_of(secret))

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return (method == "none") != self.app.keeps_secret

    def check_response_type(self, kind: str) -> bool:
        return kind == "code"

    def check_grant_type(self, kind: str) -> bool:
        return kind in {"authorization_code", "refresh_token"}


class Given:
    """The row of a code as the library asks about it."""

    code_challenge_method = "S256"

    def __init__(self, row: Code) -> None:
        self.row, self.family = row, row
        self.code_challenge = row.challenge

    def get_redirect_uri(self) -> str:
        return self.row.redirect_uri

    def get_scope(self) -> str:
        return " ".join(self.row.scopes)

    def get_nonce(self) -> str:
        return self.row.nonce

    def get_auth_time(self) -> int:
        return int(self.row.signed_in_at.timestamp())

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None


class Shown:
    """The row of a token as the library asks about it."""

    def __init__(self, row: AppToken) -> None:
        self.row, self.family = row, row.code

    def check_client(self, client: Client) -> bool:
        return bool(self.row.consent.app_id == client.app.id)

    def get_scope(self) -> str:
        return " ".join(self.row.scopes)

    def is_expired(self) -> bool:
        return self.row.expires_at <= now()

    def is_revoked(self) -> bool:
        return not self.row.person.is_active
