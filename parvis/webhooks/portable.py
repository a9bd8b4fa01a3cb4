"""This package's part of the data map."""

from django.utils.translation import gettext_lazy as _

from parvis.cells.datamap import Kind, Table, declare
from parvis.cells.records import hook

declare(
    Table(
        "webhooks_endpoint",
        Kind.PRIVATE,
        private="id home person_id app_id token_id topics created_at old_until failing_since paused_at paused_why",
        operational="due_at failures missed",
        sealed="address secret old_secret",
        person="person_id",
        elsewhere="app_id token_id",
        kept_back="secret old_secret",
        why="Whoever has the secret can pass for this installation.",
        lost="An address is registered anew where it is to be told of what happens there.",
    ),
    Table(
        "webhooks_delivery",
        Kind.PRIVATE,
        private="id home person_id endpoint_id topic event about by_id detail at created_at due_at tries tried_at"
        " answered arrived_at",
        person="person_id",
        elsewhere="endpoint_id event about detail",
        forgets="by_id",
        lost="What was told is over.",
    ),
)

hook("webhooks_endpoint", title=_("Addresses that are told of what happens to you"))
hook("webhooks_delivery", title=_("What they were told of you"))
