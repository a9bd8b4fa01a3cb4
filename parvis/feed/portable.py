"""The data map of feeds; what a person may take along, and how it is erased."""

import uuid
from collections.abc import Iterator
from typing import Any

from django.db import transaction

from parvis.cells.datamap import Kind, Table, declare
from parvis.events.actions import record
from parvis.feed.kinds import VIEWER_ERASED
from parvis.feed.models import Preference, Slate, Watch

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
        private="id home mode reset_at changed_at",
        operational="xid",
        person="id",
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
PREFERENCE = ("id", "home", "mode", "reset_at", "changed_at")


def export(pseudonym: uuid.UUID) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (table, row) of everything kept about a viewer, streamed."""
    for row in Preference.objects.filter(id=pseudonym).values(*PREFERENCE):
        yield "feed_preference", row
    for row in Slate.objects.filter(pseudonym=pseudonym).values(*SLATE).iterator():
        yield "feed_slate", {**row, "trace": bytes(row["trace"])}
    for row in Watch.objects.filter(pseudonym=pseudonym).values(*WATCH).iterator():
        yield "feed_watch", row


def check(table: str, row: dict[str, Any]) -> None:
    """ValueError if an exported row is not of this package, or lacks a column or has one too many."""
    columns = {"feed_preference": PREFERENCE, "feed_slate": SLATE, "feed_watch": WATCH}.get(table)
    if columns is None or set(row) != set(columns):
        raise ValueError(f"not a row of {table}")


def import_row(table: str, row: dict[str, Any]) -> None:
    """Take up an exported row; one that is there already stays as it is."""
    check(table, row)
    if table == "feed_preference":
        Preference.objects.bulk_create([Preference(**row)], ignore_conflicts=True)
    elif table == "feed_slate":
        Slate.objects.bulk_create([Slate(**row)], ignore_conflicts=True)
    else:
        Watch.objects.bulk_create([Watch(**row)], ignore_conflicts=True)


@transaction.atomic
def erase(pseudonym: uuid.UUID) -> None:
    """Delete everything kept about a viewer, and have what was learned of them forgotten."""
    homes = [
        model.objects.filter(**{column: pseudonym}).values_list("home", flat=True).first()
        for model, column in ((Slate, "pseudonym"), (Watch, "pseudonym"), (Preference, "id"))
    ]
    Slate.objects.filter(pseudonym=pseudonym).delete()
    Watch.objects.filter(pseudonym=pseudonym).delete()
    Preference.objects.filter(id=pseudonym).delete()
    # Also where there was no row: a learner may know the viewer from rows that were too old to be kept.
    record(VIEWER_ERASED, home=next(filter(None, homes), ""), object=pseudonym)
