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
    Table("accounts_bucket", Kind.OPERATIONAL, operational="key tokens at"),
    Table("accounts_cache", Kind.OPERATIONAL, operational="cache_key value expires"),
)
