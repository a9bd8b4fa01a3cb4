"""This package's part of the data map."""

from django.utils.translation import gettext_lazy as _

from parvis.cells.datamap import Kind, Table, declare
from parvis.cells.records import hook

ANEW = "A family link is between two people who both say yes where they are."

declare(
    Table(
        "guardians_link",
        Kind.PRIVATE,
        private="id home person_id other_id link role is_asker state created_at expires_at linked_at closed_at"
        " checked_at",
        person="person_id",
        elsewhere="other_id link",
        lost=ANEW,
    ),
    Table(
        "guardians_rules",
        Kind.PRIVATE,
        private="id home person_id link_id minutes break_after quiet_from quiet_until is_kept_private messages"
        " comments changed_at",
        sealed="tags",
        person="person_id",
        lost=ANEW,
    ),
    Table(
        "guardians_change",
        Kind.PRIVATE,
        private="id home person_id link_id by_id what said at",
        person="person_id",
        elsewhere="by_id",
        lost=ANEW,
    ),
    Table(
        "guardians_code",
        Kind.PRIVATE,
        private="id home person_id expires_at",
        sealed="code_hash",
        person="person_id",
        stays="A code is good for a quarter of an hour, and only its hash is there.",
    ),
)

hook("guardians_link", title=_("Your family links"))
hook("guardians_rules", title=_("What guardians set for you"))
hook("guardians_change", title=_("What happened to your family links"))
