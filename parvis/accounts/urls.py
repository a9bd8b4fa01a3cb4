"""Addresses of this package.

The names account_login, mfa_authenticate and account_reauthenticate are the ones that the sign-in library looks up.
"""

from django.urls import path
from django.views.generic import RedirectView

from parvis.accounts.views import elsewhere, email, security, settings, sign_in, sign_up, tokens

urlpatterns = [
    path("welcome", sign_up.welcome, name="welcome"),
    path("sign-up", sign_up.sign_up, name="sign-up"),
    path("sign-up/passkey", sign_up.begin_passkey, name="sign-up-passkey"),
    path("sign-in", sign_in.sign_in, name="account_login"),
    path("sign-in/passkey", sign_in.passkey, name="sign-in-passkey"),
    path("sign-in/passkey/options", sign_in.begin_passkey, name="sign-in-passkey-options"),
    path("sign-in/elsewhere", elsewhere.begin, name="elsewhere-begin"),
    path("sign-in/elsewhere/back", elsewhere.back, name="elsewhere-back"),
    path("sign-in/elsewhere/new", elsewhere.new, name="elsewhere-new"),
    path("settings/elsewhere", elsewhere.linked, name="elsewhere"),
    path("settings/elsewhere/end", elsewhere.end, name="elsewhere-end"),
    path("sign-in/second-step", sign_in.second_step, name="mfa_authenticate"),
    path("sign-in/keep", sign_in.keep, name="keep-account"),
    path("sign-out", sign_in.leave, name="sign-out"),
    path("reset", email.reset, name="reset"),
    path("reset/code", email.reset_code, name="reset-code"),
    path("language", settings.language, name="language"),
    path("viewer", settings.viewer, name="viewer"),
    path("avatars/<slug:key>", settings.avatar_file, name="avatar"),
    path("settings", RedirectView.as_view(url="/settings/")),
    path("settings/", settings.hub, name="settings"),
    path("settings/profile", settings.profile, name="profile-settings"),
    path("settings/avatar", settings.avatar, name="avatar-settings"),
    path("settings/privacy", settings.privacy, name="privacy-settings"),
    path("settings/market", settings.market, name="market-settings"),
    path("settings/email", email.email, name="email-settings"),
    path("settings/email/code", email.verify, name="email-code"),
    path("settings/email/remove", email.remove, name="email-remove"),
    path("settings/confirm", sign_in.confirm, name="account_reauthenticate"),
    path("settings/confirm/options", sign_in.begin_confirm, name="confirm-options"),
    path("settings/security", security.security, name="security"),
    path("settings/password", security.password, name="password"),
    path("settings/password/remove", security.remove_password, name="password-remove"),
    path("settings/passkeys/add", security.add_passkey, name="passkey-add"),
    path("settings/passkeys/options", security.begin_passkey, name="passkey-options"),
    path("settings/passkeys/<int:number>", security.passkey, name="passkey"),
    path("settings/passkeys/<int:number>/remove", security.remove_passkey, name="passkey-remove"),
    path("settings/second-step", security.second_step, name="second-step"),
    path("settings/second-step/off", security.second_step_off, name="second-step-off"),
    path("settings/recovery-codes", security.recovery_codes, name="recovery-codes"),
    path("settings/tokens", tokens.tokens, name="tokens"),
    path("settings/tokens/new", tokens.create, name="token-new"),
    path("settings/tokens/<uuid:token_id>/end", tokens.end, name="token-end"),
    path("settings/sessions", security.sessions, name="sessions"),
    path("settings/sessions/end", security.end_session, name="sessions-end"),
]
