"""What the sign-in library asks us, and what we do not let it do: keep addresses of people or of their computers."""

import base64
import binascii
import uuid
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.utils import get_login_redirect_url
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.utils import is_mfa_enabled
from allauth.mfa.webauthn.internal.flows import did_use_passwordless_login
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from parvis.accounts.devices import device_of
from parvis.accounts.models import Person
from parvis.cells.errors import Damaged
from parvis.cells.keys import seal, unseal

SECRETS = "mfa_authenticator.data"
NO_ADDRESS = "0.0.0.0"  # noqa: S104 - not an interface: the library's column for addresses must not be empty


class SecondFactorStage(AuthenticateStage):
    """Asks for a second step where the person set one up: an authenticator app.

    Unlike the library's stage, a passkey alone does not ask it of somebody who signs in by password; it does count as
    the second step, and signing in by passkey needs none.
    """

    def _should_handle(self, request: HttpRequest) -> bool:
        user = self.login.user
        if user is None or not is_mfa_enabled(user, [Authenticator.Type.TOTP]):
            return False
        return not did_use_passwordless_login(request, user)


class AccountAdapter(DefaultAccountAdapter):
    """Our rules for signing in."""

    def get_login_stages(self) -> list[str]:
        """One stage: the second step, for those who have it."""
        return ["parvis.accounts.adapters.SecondFactorStage"]

    def get_client_ip(self, request: HttpRequest) -> str:
        """Nothing: the library stores what this returns. Rate limits are ours (`limits`) and keep keyed hashes."""
        return NO_ADDRESS

    def post_login(
        self, request: HttpRequest, user: AbstractBaseUser, *, redirect_url: str | None, signup: bool, **_unused: Any
    ) -> HttpResponse:
        """Note the session under its device's name, and go on in the person's language."""
        assert isinstance(user, Person)
        UserSession.objects.update_or_create(
            session_key=request.session.session_key,
            defaults={
                "user": user,
                "ip": NO_ADDRESS,
                "user_agent": device_of(request.headers.get("User-Agent", "")),
            },
        )
        response = HttpResponseRedirect(get_login_redirect_url(request, redirect_url, signup=signup))
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            user.language,
            max_age=settings.SESSION_COOKIE_AGE,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            samesite="Lax",
        )
        return response

    def send_notification_mail(self, *_args: Any, **_kwargs: Any) -> None:
        """The library knows nobody's address."""


class MFAAdapter(DefaultMFAAdapter):
    """Our rules for second factors and passkeys: their secrets are sealed with the person's key."""

    def encrypt(self, text: str) -> str:
        """Seal a secret of the person who is signed in: it dies with the person's key like everything private."""
        person: uuid.UUID = context.request.user.pk
        return f"{person}:{base64.b64encode(seal(person, SECRETS, text)).decode()}"

    def decrypt(self, encrypted_text: str) -> str:
        """Open what `encrypt` sealed. Damaged if it was changed; KeyMissing if the person's key is gone."""
        person, _, sealed = encrypted_text.partition(":")
        try:
            return unseal(uuid.UUID(person), SECRETS, base64.b64decode(sealed, validate=True))
        except (ValueError, binascii.Error) as error:
            raise Damaged from error

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys belong to the host that people see, under the product's name."""
        return {"id": context.request.get_host().partition(":")[0], "name": settings.MFA_TOTP_ISSUER}

    def get_public_key_credential_user_entity(self, user: AbstractBaseUser) -> dict[str, Any]:
        """How the device lists the passkey: by handle and name."""
        assert isinstance(user, Person)
        return {"id": user.pk.hex.encode(), "name": user.handle, "display_name": user.name}
