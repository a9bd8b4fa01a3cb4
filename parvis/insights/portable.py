"""The data map of this package: figures are their creator's; who saw what is the viewer's, and is not told."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from parvis.cells.datamap import Kind, Table, declare
from parvis.cells.records import Owner, hook
from parvis.feed.models import Watch
from parvis.insights.actions import take_out

# Also to their creator the rows tell of few people what the pages keep back.
TOLD = "The pages show what of it may be told: of fewer than ten viewers hardly anything."

declare(
    Table(
        "insights_day",
        Kind.PRIVATE,
        private="id home creator_id clip_id day views watched_ms first_ms again loops",
        person="creator_id",
        stays=TOLD,
    ),
    Table(
        "insights_group",
        Kind.PRIVATE,
        private="id home creator_id clip_id kind value views is_open",
        person="creator_id",
        stays=TOLD,
    ),
    Table(
        "insights_seen",
        Kind.PRIVATE,
        private="id home pseudonym clip source",
        person="pseudonym",
        pseudonymous=True,
        elsewhere="clip",
        lost="Who were the first is counted where it was.",
    ),
    Table("insights_progress", Kind.OPERATIONAL, operational="id xid"),
)


def _take_out(_owner: Owner, rows: Sequence[Watch]) -> None:
    take_out(rows)


hook("feed_watch", before_erase=_take_out)
hook("insights_seen", title=_("Clips that count you among their first viewers"))
