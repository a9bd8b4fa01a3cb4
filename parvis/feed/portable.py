"""The data map of feeds. `xid` is a number of the database that wrote the row: it stays behind, and the next database
gives its own. `is_open` means something to the process that ranked the row only."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from parvis.accounts.models import Person
from parvis.cells.datamap import Kind, Table, declare
from parvis.cells.records import Owner, hook
from parvis.feed.models import CREATOR, Choice

declare(
    Table(
        "feed_slate",
        Kind.PRIVATE,
        private="id home pseudonym feed clips recipe trace",
        operational="is_open xid",
        person="pseudonym",
        pseudonymous=True,
    ),
    Table(
        "feed_watch",
        Kind.PRIVATE,
        private="id home pseudonym slate position clip kind watched_ms loops at",
        operational="xid",
        person="pseudonym",
        pseudonymous=True,
        elsewhere="slate clip",
    ),
    Table(
        "feed_preference",
        Kind.PRIVATE,
        private="id home mode reset_at minutes break_after changed_at",
        operational="xid",
        person="id",
        pseudonymous=True,
    ),
    Table(
        "feed_choice",
        Kind.PRIVATE,
        private="id home pseudonym topic value says most changed_at",
        person="pseudonym",
        pseudonymous=True,
    ),
    Table("feed_recipe", Kind.OPERATIONAL, operational="id feed body created_at"),
    Table(
        "feed_experiment",
        Kind.OPERATIONAL,
        operational="id name state way_a way_b share audience measure effect starts_at stops_at started_at stopped_at",
    ),
)


def _forget_choices_about(_owner: Owner, rows: Sequence[Person]) -> None:
    """What others said about a creator names the creator by id."""
    Choice.objects.filter(topic=CREATOR, value__in=[str(row.id) for row in rows]).delete()


hook("accounts_person", before_erase=_forget_choices_about)
hook("feed_slate", title=_("What you were shown"))
hook("feed_watch", title=_("What you watched"))
hook("feed_preference", title=_("How you want your feed"))
hook("feed_choice", title=_("What you want more and less of"))
