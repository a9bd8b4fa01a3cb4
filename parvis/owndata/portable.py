"""The data map of this package."""

from collections.abc import Sequence

from django.core.files.storage import default_storage
from django.utils.translation import gettext_lazy as _

from parvis.cells.datamap import Kind, Table, declare
from parvis.cells.records import Owner, hook
from parvis.owndata.actions.downloads import stored_as
from parvis.owndata.models import Arrival, Download

declare(
    Table(
        "owndata_download",
        Kind.PRIVATE,
        private="id home person_id state asked_at ready_at expires_at rows files bytes",
        operational="claimed_by lease_until failures retry_at",
        sealed="key",
        person="person_id",
        kept_back="key",
        why="It opens an archive that whoever reads this has open.",
        lost="An archive of an archive tells nothing new.",
    ),
    Table(
        "owndata_leaving",
        Kind.PRIVATE,
        private="id home state asked_at due_at counts files",
        operational="claimed_by lease_until failures retry_at",
        person="id",
        lost="Who brings an archive wants to stay.",
    ),
    Table(
        "owndata_arrival",
        Kind.PRIVATE,
        private="id home person_id state kind asked_at done_at publishes is_found",
        operational="claimed_by lease_until failures retry_at",
        sealed="key report offer",
        person="person_id",
        kept_back="key",
        why="It opens an archive that is being taken up.",
        lost="What came here came from elsewhere already.",
    ),
    Table(
        "owndata_alias",
        Kind.PRIVATE,
        private="id home person_id created_at",
        sealed="address address_index",
        blind="address_index:address",
        person="person_id",
        lost="Who somebody was elsewhere is shown anew, by bringing the archive from there.",
    ),
    Table("owndata_erasure", Kind.OPERATIONAL, operational="id home erased_at counts files"),
)


def _remove(_owner: Owner, rows: Sequence[Download | Arrival]) -> None:
    """The stored archive goes with its row. It is no file of the row: an archive would hold the one before it."""
    for row in rows:
        default_storage.delete(stored_as(row.id))


hook("owndata_download", title=_("Archives that you asked for"), before_erase=_remove)
hook("owndata_arrival", title=_("Archives that you brought"), before_erase=_remove)
hook("owndata_alias", title=_("Names by which you are found"))
hook("owndata_leaving", title=_("When your account is deleted"))
