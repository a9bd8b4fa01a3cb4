"""Pages of an archive that open offline: one for each kind of row, in words where its package says how.

A package says it by a template `archive/<table>.html`, which shows one row: `row` as it is exported, `moment` (when, as
a time), `files` (addresses inside the archive), `clips` (cards of the clips that the row may name, by id). Without one
a row is shown as its columns.
"""

import uuid
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final

from django.template.loader import render_to_string, select_template
from django.utils.dateparse import parse_datetime

from parvis import owndata, ui
from parvis.cells.datamap import Table
from parvis.cells.records import Row, hooks_of
from parvis.clips.cards import cards
from parvis.clips.states import EVERYONE
from parvis.kit.ids import uuid7_time

AT_ONCE: Final = 200
TIMES: Final = ("at", "created_at", "changed_at")
SHEETS: Final = (
    Path(ui.__file__).parent / "static" / "ui" / "css" / "tokens.css",
    Path(owndata.__file__).parent / "static" / "owndata" / "archive.css",
)
Rows = Iterable[tuple[Row, list[str]]]


def title_of(table: Table) -> str:
    """Return what to call a table's rows."""
    title = hooks_of(table.name).title
    return str(title) if title else table.name.replace("_", " ").capitalize()


def page(table: Table, rows: Rows, frame: dict[str, Any]) -> Iterator[bytes]:
    """Yield the page of a table, piece by piece: it may have a hundred thousand rows."""
    context = {**frame, "title": title_of(table)}
    head, foot = render_to_string("owndata/archive/page.html", context).split("<!-- rows -->")
    template = select_template([f"archive/{table.name}.html", "owndata/archive/row.html"])
    yield head.encode()
    for some in _portions(rows):
        clips = _clips(row for row, _ in some)
        for row, files in some:
            shown = {"row": row, "moment": _moment(row), "clips": clips, "clip": clips.get(str(row.get("clip_id")))}
            if "clip" in row:
                shown["clip"] = clips.get(str(row["clip"]))
            shown["files"] = [f"../files/{name}" for name in files]
            yield template.render(shown).encode()
    yield foot.encode()


def index(frame: dict[str, Any], tables: list[dict[str, Any]]) -> bytes:
    """Return the first page."""
    return render_to_string("owndata/archive/index.html", {**frame, "tables": tables}).encode()


def style() -> bytes:
    """Return the sheet that all pages of an archive share, with the colours of the square: they open offline."""
    return b"\n".join(path.read_bytes() for path in SHEETS)


def _portions(rows: Rows) -> Iterator[list[tuple[Row, list[str]]]]:
    rest = iter(rows)
    while some := list(islice(rest, AT_ONCE)):
        yield some


def _clips(rows: Iterable[Row]) -> dict[str, Any]:
    """Return title and creator of the clips that rows name, as far as everybody may see them."""
    named = {str(row.get("clip") or row.get("clip_id") or "") for row in rows} - {""}
    found = cards([uuid.UUID(one) for one in named])
    return {str(id_): card for id_, card in found.items() if card.audience == EVERYONE}


def _moment(row: Row) -> datetime | None:
    """Return when a row was made: by one of its columns, else by its id."""
    for column in TIMES:
        if row.get(column):
            return parse_datetime(row[column])
    try:
        return uuid7_time(uuid.UUID(str(row.get("id"))))
    except ValueError:
        return None
