"""Bringing an archive: opening its account here, or taking it up in the own one.

All of it is checked before anything changes. Then the account is opened, and the worker takes up the rest: clips first,
posted anew from their best file, then all other rows. Every step may be done twice, so a crash anywhere is gone over
again; what cannot come is counted by its reason, for the report.
"""

import logging
import uuid
from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice
from typing import IO, Any, Final

import orjson
from django.db import transaction
from django.db.models import Q

from parvis.accounts.actions import open_account
from parvis.accounts.actions.credentials import check_new_password
from parvis.accounts.actions.profile import AVATAR_BYTES, change, set_avatar
from parvis.accounts.models import Person
from parvis.cells.datamap import Table, declared
from parvis.cells.errors import BadRow
from parvis.cells.records import AT_ONCE, Owner, Row, tables_in_order
from parvis.cells.returning import THERE, take_up
from parvis.clips.actions import Brought, bring_clip
from parvis.clips.words import Words
from parvis.kit.clock import now
from parvis.kit.errors import ParvisError
from parvis.owndata import states
from parvis.owndata.actions.keeping import close, give_up, keep, opened, stored, undone
from parvis.owndata.archive.reading import Archive, open_archive
from parvis.owndata.errors import AnotherPerson, IsHere, NotAnArchive
from parvis.owndata.leases import Held, take, work
from parvis.owndata.models import PARVIS, Arrival

log = logging.getLogger(__name__)

CLIPS: Final = "clips_clip"


def open_brought(file: IO[bytes], *, password: str, handle: str, language: str) -> Person:
    """Open the account of an archive here, under its id, and have the rest taken up. Returns the person.

    `handle`: another than the archive's, or "". Raises what `open_archive` and `open_account` do, WeakPassword and
    IsHere; nothing has changed then.
    """
    archive = open_archive(file)
    check_new_password(password, None)
    if Person.objects.filter(id=archive.person).exists():
        raise IsHere
    profile, born = _profile(archive)
    arrival, sealed = stored(file)
    with undone(arrival), transaction.atomic():
        person = open_account(
            handle=handle or archive.handle,
            birth_date=born,
            home=archive.home,
            language=language,
            password=password,
            display_name=profile["display_name"],
            bio=profile["bio"],
            person_id=archive.person,
        )
        change(person, is_private=person.is_private or profile["is_private"])
        keep(person, arrival, sealed)
    return person


def bring(person: Person, file: IO[bytes]) -> Arrival:
    """Take up an archive in the own account. AnotherPerson for somebody else's; as `open_archive`."""
    archive = open_archive(file)
    if archive.person != person.id or archive.home != person.home:
        raise AnotherPerson
    arrival, sealed = stored(file)
    with undone(arrival), transaction.atomic():
        return keep(person, arrival, sealed)


def _profile(archive: Archive) -> tuple[Row, date]:
    rows, details = list(archive.rows("accounts_person")), list(archive.rows("accounts_privatedetails"))
    if len(rows) != 1 or len(details) != 1 or rows[0]["id"] != str(archive.person):
        raise NotAnArchive
    try:
        return rows[0], date.fromisoformat(details[0]["birth_date"])
    except ValueError as error:
        raise NotAnArchive from error


def arrive_one() -> bool:
    """Take up one archive that was brought; return whether there was one."""
    held = take(Arrival, Q(state=states.ASKED, kind=PARVIS))
    if held is None:
        return False
    work(held, _arrive, give_up)
    return True


def _arrive(held: Held[Arrival]) -> None:
    with opened(held) as file:
        try:
            report = _take_up_all(held, held.row.person, open_archive(file))
        except (BadRow, NotAnArchive) as error:  # an id became another's since it was checked
            report = {"": {error.code: 1}}
    close(held, states.READY, report)


def _take_up_all(held: Held[Arrival], person: Person, archive: Archive) -> dict[str, dict[str, int]]:
    owner, report = Owner.of(person.id, person.home), {CLIPS: _clips(held, person, archive)}
    _picture(person, archive)
    for table in reversed(tables_in_order()):
        if table.exported and not table.lost:
            report[table.name] = _rows(held, owner, archive, table)
    for name, table in declared().items():
        if table.lost and name != CLIPS and (count := sum(1 for _ in archive.rows(name))):
            report[name] = {"lost": count}
    return {name: counts for name, counts in report.items() if counts}


def _rows(held: Held[Arrival], owner: Owner, archive: Archive, table: Table) -> dict[str, int]:
    counts: dict[str, int] = {}
    rows = archive.rows(table.name)
    while some := list(islice(rows, AT_ONCE)):
        for code, count in take_up(table, owner, some).items():
            counts[code] = counts.get(code, 0) + count
        held.renew()
    return counts


def _clips(held: Held[Arrival], person: Person, archive: Archive) -> dict[str, int]:
    best, captions = _best_files(archive), _by_clip(archive.rows("clips_caption"))
    counts: dict[str, int] = {}
    for row in archive.rows(CLIPS):
        if row["publication"] != "deleted":
            code = _clip(person, archive, row, best.get(row["id"], ""), captions.get(row["id"], []))
            counts[code] = counts.get(code, 0) + 1
        held.renew()
    return counts


def _best_files(archive: Archive) -> dict[str, str]:
    """Return the name of the largest rendition of each clip, of those that are in the archive."""
    best: dict[str, tuple[int, str]] = {}
    for row in archive.rows("clips_rendition"):
        name = f"clips/{row['clip_id']}/{row['file']}"
        if f"files/{name}" in archive.entries:
            best[row["clip_id"]] = max(best.get(row["clip_id"], (0, "")), (row["height"], name))
    return {clip: name for clip, (_, name) in best.items()}


def _by_clip(rows: Iterator[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["clip_id"], []).append(row)
    return found


def _clip(person: Person, archive: Archive, row: Row, name: str, captions: list[Row]) -> str:
    files = ((one["language"], archive.file(f"clips/{row['id']}/{one['file']}")) for one in captions)
    try:
        file = archive.file(name) if name else None
        is_new = bring_clip(
            creator=person,
            brought=_brought(row),
            file=file,
            size=archive.size(name) if file is not None else 0,
            captions=((language, text.read()) for language, text in files if text is not None),
        )
    except ParvisError as error:
        return error.code
    return "" if is_new else THERE


def _brought(row: Row) -> Brought:
    words: dict[str, Any] = {name: row[name] for name in ("title", "caption", "alt")}
    if row["sealed_words"]:
        words = orjson.loads(row["sealed_words"])
    return Brought(
        id=uuid.UUID(row["id"]),
        words=Words(**{name: str(words.get(name, "")) for name in ("title", "caption", "alt")}),
        created_at=min(datetime.fromisoformat(row["created_at"]), now()),
        **{name: row[name] for name in ("publication", "audience", "hidden_by", "language")},
        **{name: row[name] for name in ("allow_comments", "allow_duet", "allow_download")},
        is_sensitive=bool(row.get("is_sensitive")),
    )


def _picture(person: Person, archive: Archive) -> None:
    """Take the picture along, made anew like any that is uploaded. One that is none is left."""
    if person.avatar_key:
        return
    for row in archive.rows("accounts_person"):
        file = archive.file(f"avatars/{row['avatar_key']}.webp") if row["avatar_key"] else None
        if file is not None:
            try:
                set_avatar(person, file.read(AVATAR_BYTES))
            except ParvisError as error:
                log.info("a picture did not come along: %s", error.code)
