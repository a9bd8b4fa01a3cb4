"""The data map of people, and of the sign-in library's and Django's tables about them."""

from parvis.cells.datamap import Kind, Table, declare

declare(
    Table(
        "accounts_person",
        Kind.PRIVATE,
        public="id home handle display_name bio avatar_key created_at",
        private="password last_login language is_private is_active is_staff is_superuser",
        person="id",
    ),
    Table(
        "accounts_person_groups",
        Kind.PRIVATE,
        private="id person_id group_id",
        person="person_id",
        home_through="person_id",
    ),
    Table(
        "accounts_person_user_permissions",
        Kind.PRIVATE,
        private="id person_id permission_id",
        person="person_id",
        home_through="person_id",
    ),
    Table(
        "accounts_privatedetails",
        Kind.PRIVATE,
        private="id home person_id email_verified_at",
        sealed="birth_date email email_index",
        person="person_id",
    ),
    Table(
        "accounts_emailcode",
        Kind.PRIVATE,
        private="id home person_id purpose language attempts created_at expires_at send_at failures",
        sealed="email email_index code_hash",
        person="person_id",
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
    ),
    # `ip` holds one constant, `user_agent` the short name of a browser and a system (see adapters.AccountAdapter).
    Table(
        "usersessions_usersession",
        Kind.PRIVATE,
        private="id user_id created_at last_seen_at session_key user_agent ip data",
        person="user_id",
        home_through="user_id",
    ),
    # Stay empty for ever: the library would keep addresses in the clear. A test holds them so.
    Table(
        "account_emailaddress",
        Kind.PRIVATE,
        private="id user_id email verified primary",
        person="user_id",
        home_through="user_id",
    ),
    Table(
        "account_emailconfirmation",
        Kind.PRIVATE,
        private="id email_address_id created sent key",
        person="email_address_id",
        home_through="email_address_id",
    ),
    # Django's. A session's person is found through usersessions_usersession; a visitor's session belongs to nobody.
    Table(
        "django_session",
        Kind.PRIVATE,
        private="session_key session_data expire_date",
        person="session_key",
        home_through="session_key",
    ),
    Table(
        "django_admin_log",
        Kind.PRIVATE,
        private="id user_id action_time content_type_id object_id object_repr action_flag change_message",
        person="user_id",
        home_through="user_id",
    ),
)
