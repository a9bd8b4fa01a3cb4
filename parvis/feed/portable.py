"""The data map of feeds; what a person may take along, and how it is erased."""

import uuid
from collections.abc import Iterator
from typing import Any

from django.db import transaction

from parvis.cells.datamap import Kind, Table, declare
from parvis.cells.models import PrivateModel
from parvis.events.actions import record
from parvis.feed.kinds import VIEWER_ERASED
from parvis.feed.models import Choice, Preference, Slate, Watch

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
    ),
    Table(
        "feed_preference",
        Kind.PRIVATE,
        private="id home mode reset_at minutes changed_at",
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

# `xid` is a number of the database that wrote the row: it stays behind, and the next database gives its own. `is_open`
# means something to the process that ranked the row only.
SLATE = ("id", "home", "pseudonym", "feed", "clips", "recipe", "trace")
WATCH = ("id", "home", "pseudonym", "slate", "position", "clip", "kind", "watched_ms", "loops", "at")
PREFERENCE = ("id", "home", "mode", "reset_at", "minutes", "changed_at")
CHOICE = ("id", "home", "pseudonym", "topic", "value", "says", "most", "changed_at")
COLUMNS = {"feed_preference": PREFERENCE, "feed_choice": CHOICE, "feed_slate": SLATE, "feed_watch": WATCH}
MODELS: dict[str, type[PrivateModel]] = {
    "feed_preference": Preference,
    "feed_choice": Choice,
    "feed_slate": Slate,
    "feed_watch": Watch,
}


def export(pseudonym: uuid.UUID) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (table, row) of everything kept about a viewer, streamed."""
    for row in Preference.objects.filter(id=pseudonym).values(*PREFERENCE):
        yield "feed_preference", row
    for row in Choice.objects.filter(pseudonym=pseudonym).order_by("id").values(*CHOICE):
        yield "feed_choice", row
    for row in Slate.objects.filter(pseudonym=pseudonym).values(*SLATE).iterator():
        yield "feed_slate", {**row, "trace": bytes(row["trace"])}
    for row in Watch.objects.filter(pseudonym=pseudonym).values(*WATCH).iterator():
        yield "feed_watch", row


def check(table: str, row: dict[str, Any]) -> None:
    """ValueError if an exported row is not of this package, or lacks a column or has one too many."""
    if table not in COLUMNS or set(row) != set(COLUMNS[table]):
        raise ValueError(f"not a row of {table}")


def import_row(table: str, row: dict[str, Any]) -> None:
    """Take up an exported row; one that is there already stays as it is."""
    check(table, row)
    model = MODELS[table]
    model._default_manager.bulk_create([model(**row)], ignore_conflicts=True)


@transaction.atomic
def erase(pseudonym: uuid.UUID) -> None:
    """Delete everything kept about a viewer, and have what was learned of them forgotten."""
    homes = [
        model.objects.filter(**{column: pseudonym}).values_list("home", flat=True).first()
        for model, column in ((Slate, "pseudonym"), (Watch, "pseudonym"), (Preference, "id"), (Choice, "pseudonym"))
    ]
    Slate.objects.filter(pseudonym=pseudonym).delete()
    Watch.objects.filter(pseudonym=pseudonym).delete()
    Preference.objects.filter(id=pseudonym).delete()
    Choice.objects.filter(pseudonym=pseudonym).delete()
    # Also where there was no row: a learner may know the viewer from rows that were too old to be kept.
    record(VIEWER_ERASED, home=next(filter(None, homes), ""), object=pseudonym)
