"""The data map of people, and of the sign-in library's and Django's tables about them."""

from collections.abc import Sequence

from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from parvis.accounts.actions.profile import avatar_path
from parvis.accounts.models import Person
from parvis.cells.datamap import Kind, Table, declare
from parvis.cells.records import Owner, hook

declare(
    Table(
        "accounts_person",
        Kind.PRIVATE,
        public="id home handle display_name bio avatar_key created_at",
        private="password last_login language is_private is_active is_staff is_superuser leaves_at is_barred",
        person="id",
        kept_back="password is_active is_staff is_superuser is_barred",
        why="The hash of a password helps only who wants to guess it; what an account may do, operators say.",
        lost="The account is opened anew, with its name, words, picture and settings.",
    ),
    Table(
        "accounts_person_groups",
        Kind.PRIVATE,
        private="id person_id group_id",
        person="person_id",
        home_through="person_id",
        lost="What somebody may do here, operators say.",
    ),
    Table(
        "accounts_person_user_permissions",
        Kind.PRIVATE,
        private="id person_id permission_id",
        person="person_id",
        home_through="person_id",
        lost="What somebody may do here, operators say.",
    ),
    Table(
        "accounts_privatedetails",
        Kind.PRIVATE,
        private="id home person_id email_verified_at",
        sealed="birth_date email email_index",
        person="person_id",
        blind="email_index:email",
        lost="The account is opened with the birth date; an address is verified anew.",
    ),
    Table(
        "accounts_block",
        Kind.PRIVATE,
        private="id home person_id blocked_id created_at",
        person="person_id",
        lost="Who is blocked is blocked where it was said; elsewhere it is said anew.",
    ),
    Table(
        "accounts_blockedby",
        Kind.PRIVATE,
        private="id home person_id blocker_id created_at",
        person="person_id",
        stays="Who was blocked is not told so: these rows are for the home to obey, and tell of somebody else.",
    ),
    Table(
        "accounts_emailcode",
        Kind.PRIVATE,
        private="id home person_id purpose language attempts created_at expires_at send_at failures",
        sealed="email email_index code_hash",
        person="person_id",
        blind="email_index:email:accounts_privatedetails.email",
        stays="A code on its way for half an hour: who has it could take the account.",
    ),
    Table(
        "accounts_token",
        Kind.PRIVATE,
        private="id home person_id name hint scopes created_at expires_at used_at",
        sealed="token_hash",
        person="person_id",
        stays="A token opens the account here, for a program that knows this place; elsewhere it would open nothing.",
    ),
    Table(
        "accounts_identity",
        Kind.PRIVATE,
        private="id home person_id created_at",
        sealed="subject_index",
        person="person_id",
        stays="It signs in here whoever has the account elsewhere; another place asks for that anew.",
    ),
    Table("accounts_bucket", Kind.OPERATIONAL, operational="key tokens at"),
    Table("accounts_cache", Kind.OPERATIONAL, operational="cache_key value expires"),
    # The sign-in library's. Its secrets are sealed inside `data` (see adapters.MFAAdapter); passkeys are public keys.
    Table(
        "mfa_authenticator",
        Kind.PRIVATE,
        private="id user_id type data created_at last_used_at",
        person="user_id",
        home_through="user_id",
        kept_back="data",
        why="The secret of an authenticator opens the account.",
        lost="Passkeys and authenticators belong to the address where they were made.",
    ),
    # `ip` holds one constant, `user_agent` the short name of a browser and a system (see adapters.AccountAdapter).
    Table(
        "usersessions_usersession",
        Kind.PRIVATE,
        private="id user_id created_at last_seen_at session_key user_agent ip data",
        person="user_id",
        home_through="user_id",
        kept_back="session_key",
        why="The key of a session opens the account.",
        lost="One signs in anew.",
    ),
    # Stay empty for ever: the library would keep addresses in the clear. A test holds them so.
    Table(
        "account_emailaddress",
        Kind.PRIVATE,
        private="id user_id email verified primary",
        person="user_id",
        home_through="user_id",
        stays="Always empty.",
    ),
    Table(
        "account_emailconfirmation",
        Kind.PRIVATE,
        private="id email_address_id created sent key",
        person="email_address_id",
        home_through="email_address_id",
        stays="Always empty.",
    ),
    # Django's. A session's person is found through usersessions_usersession; a visitor's session belongs to nobody.
    Table(
        "django_session",
        Kind.PRIVATE,
        private="session_key session_data expire_date",
        person="session_key",
        home_through="session_key",
        stays="Whoever holds a session is signed in; where one is signed in stands in usersessions_usersession.",
    ),
    Table(
        "django_admin_log",
        Kind.PRIVATE,
        private="id user_id action_time content_type_id object_id object_repr action_flag change_message",
        person="user_id",
        home_through="user_id",
        stays="What an operator did to others tells of the others.",
    ),
)


def _sessions(owner: Owner) -> Q:
    keys = UserSession.objects.filter(user_id=owner.person).values("session_key")
    return Q(session_key__in=keys)


def _end_sessions(_owner: Owner, rows: Sequence[UserSession]) -> None:
    Session.objects.filter(session_key__in=[row.session_key for row in rows]).delete()


def _forget_in_admin(_owner: Owner, rows: Sequence[Person]) -> None:
    """The operators' log names people by text: no foreign key takes those lines along."""
    LogEntry.objects.filter(object_id__in=[str(row.id) for row in rows]).delete()


def _picture(row: Person) -> list[str]:
    return [avatar_path(row.avatar_key)] if row.avatar_key else []


hook("accounts_person", title=_("Your account"), files=_picture, before_erase=_forget_in_admin)
hook("usersessions_usersession", title=_("Where you are signed in"), before_erase=_end_sessions)
hook("django_session", find=_sessions)
hook("account_emailconfirmation", find=lambda owner: Q(email_address__user_id=owner.person))
hook("accounts_privatedetails", title=_("Birth date and e-mail"))
hook("mfa_authenticator", title=_("Passkeys and second steps"))
hook("accounts_person_groups", title=_("Your roles"))
hook("accounts_person_user_permissions", title=_("Your permissions"))
hook("accounts_block", title=_("Whom you block"))
