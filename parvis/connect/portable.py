"""This package's part of the data map."""

from django.utils.translation import gettext_lazy as _

from parvis.cells.datamap import Kind, Table, declare
from parvis.cells.records import hook

STAYS = "What an app holds opens the account here; elsewhere it would open nothing."

declare(
    Table(
        "connect_app",
        Kind.PRIVATE,
        public="id name website",
        private="home person_id redirect_uris is_stopped created_at",
        sealed="secret_hash",
        person="person_id",
        kept_back="secret_hash is_stopped",
        why="The hash of a secret helps only who wants to guess it; whether an app may work here, operators say.",
        lost="An app is registered anew where it is to work.",
    ),
    Table(
        "connect_consent",
        Kind.PRIVATE,
        private="id home person_id app_id scopes created_at used_at",
        person="person_id",
        elsewhere="app_id",
        lost="An app is let in anew where it is to work.",
    ),
    Table(
        "connect_code",
        Kind.PRIVATE,
        private="id home person_id consent_id redirect_uri scopes challenge nonce signed_in_at expires_at used_at",
        sealed="code_hash",
        person="person_id",
        stays=STAYS,
    ),
    Table(
        "connect_apptoken",
        Kind.PRIVATE,
        private="id home person_id consent_id code_id scopes created_at expires_at refresh_until replaced_at",
        sealed="access_hash refresh_hash",
        person="person_id",
        stays=STAYS,
    ),
)

hook("connect_app", title=_("Apps you registered"))
hook("connect_consent", title=_("Apps you let in"))
