"""The data map of the inbox."""

from parvis.cells.datamap import Kind, Table, declare

declare(
    Table(
        "inbox_notice",
        Kind.PRIVATE,
        private="id home person_id kind about detail count at read_at is_listed",
        person="person_id",
    ),
    Table(
        "inbox_noticeactor", Kind.PRIVATE, private="id home person_id notice_id actor_id detail at", person="person_id"
    ),
    Table("inbox_noticechoice", Kind.PRIVATE, private="id home person_id kind in_app push digest", person="person_id"),
    Table(
        "inbox_preferences",
        Kind.PRIVATE,
        private="id home person_id zone quiet_from quiet_until messages_from digest digest_at changed_at",
        person="person_id",
    ),
)
