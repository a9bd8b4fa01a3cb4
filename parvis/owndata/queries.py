"""Everything that reads archives and their people."""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import orjson
from django.core.files.storage import default_storage
from django.utils.translation import gettext

from parvis.accounts.models import Person
from parvis.accounts.queries import for_viewer as people_for
from parvis.accounts.viewer import Viewer
from parvis.cells.datamap import declared
from parvis.cells.keys import blind_index, unseal
from parvis.cells.returning import ELSEWHERE, THERE
from parvis.kit.clock import now
from parvis.owndata import states
from parvis.owndata.archive.pages import title_of
from parvis.owndata.elsewhere import reports
from parvis.owndata.errors import NoSuchDownload
from parvis.owndata.models import ADDRESS, KEY, OFFER, PARVIS, REPORT, Alias, Arrival, Download
from parvis.owndata.vault import opened_pieces

COPY: Final = 1024 * 1024
SHOWN: Final = 5


def downloads_of(person: Person) -> list[Download]:
    """Return the latest archives of a person, the newest first; those that are over are not shown."""
    return list(Download.objects.filter(person=person).exclude(state=states.OVER).order_by("-id")[:SHOWN])


def download_of(person: Person, download_id: uuid.UUID) -> Download:
    """Return a person's own archive that can be fetched. NoSuchDownload."""
    found = Download.objects.filter(id=download_id, person=person, state=states.READY, expires_at__gt=now()).first()
    if found is None:
        raise NoSuchDownload
    return found


def arrivals_of(person: Person) -> list[Arrival]:
    """Return the latest archives that a person brought, the newest first."""
    return list(Arrival.objects.filter(person=person).order_by("-id")[:SHOWN])


def arrival_of(person: Person, arrival_id: uuid.UUID) -> Arrival:
    """Return an archive that a person brought. NoSuchDownload for another's."""
    found = Arrival.objects.filter(id=arrival_id, person=person).first()
    if found is None:
        raise NoSuchDownload
    return found


def report_of(arrival: Arrival) -> dict[str, dict[str, int]]:
    """Return how many rows of each table came (""), and how many did not, by code; nothing until it is done."""
    if arrival.report is None:
        return {}
    report: dict[str, dict[str, int]] = orjson.loads(unseal(arrival.person_id, REPORT, arrival.report))
    return report


@dataclass(frozen=True)
class Line:
    """What became of one kind of row: `came`, `there` (it was here already), `left` (it did not come)."""

    title: str
    came: int
    there: int
    left: int
    why: str


def lines_of(arrival: Arrival) -> list[Line]:
    """Return a report in words."""
    found = []
    for name, counts in report_of(arrival).items():
        left = {code: count for code, count in counts.items() if code not in {"", THERE, reports.FOUND}}
        if arrival.kind == PARVIS:
            table = declared().get(name)
            title, why = title_of(table) if table else "", _why(left)
        else:
            title, why = reports.title(name), reports.why(name, counts)
        found.append(Line(title, counts.get("", 0), counts.get(THERE, 0), sum(left.values()), why))
    return found


def _why(left: dict[str, int]) -> str:
    if "lost" in left:
        return gettext("This is made anew here, or cannot be taken along.")
    if ELSEWHERE in left:
        return gettext("What it belongs to is not here.")
    return gettext("It is not possible here.") if left else ""


def offer_of(arrival: Arrival) -> dict[str, Any]:
    """Return what the person may still take of an archive from elsewhere: `display_name`, `bio`, `links` of videos that
    were not in it, `people` (ids) who are here; nothing until it is done."""
    if arrival.offer is None:
        return {}
    offer: dict[str, Any] = orjson.loads(unseal(arrival.person_id, OFFER, arrival.offer))
    return offer


def people_offered(arrival: Arrival, viewer: Viewer) -> list[Person]:
    """Return those whom the person followed elsewhere, who are here and whom the viewer may see."""
    return list(people_for(viewer).some(offer_of(arrival).get("people", [])).order_by("handle"))


def named_elsewhere(viewer: Viewer, addresses: Iterable[str], *, seen: bool = False) -> dict[str, Person]:
    """Return the people here who let themselves be found under some addresses, but the viewer, by address; with `seen`
    only those whom the viewer may see."""
    homes = Alias.objects.values_list("home", flat=True).distinct()
    by_index = {blind_index(home, ADDRESS, one): one for one in set(addresses) for home in homes}
    rows = Alias.objects.filter(address_index__in=list(by_index)).select_related("person").order_by("id")
    apart = people_for(viewer).apart() if seen else frozenset()
    return {
        by_index[bytes(row.address_index)]: row.person
        for row in rows
        if row.person.is_active and row.person_id != viewer.person_id and row.person_id not in apart
    }


@dataclass(frozen=True)
class KnownAs:
    """A name by which a person is found, as the person reads it."""

    id: uuid.UUID
    name: str


def aliases_of(person: Person) -> list[KnownAs]:
    """Return the names under which a person lets themselves be found."""
    rows = Alias.objects.filter(person=person).order_by("id")
    return [KnownAs(row.id, "@" + unseal(person.id, ADDRESS, row.address).split(":", 1)[1]) for row in rows]


def opened(download: Download, name: str) -> Iterator[bytes]:
    """Return the bytes of an archive that is stored under a name, opened, as a stream. NoSuchDownload if it is gone."""
    key = bytes.fromhex(unseal(download.person_id, KEY, download.key or b""))
    if not default_storage.exists(name):
        raise NoSuchDownload
    return _opened(name, key)


def _opened(name: str, key: bytes) -> Iterator[bytes]:
    with default_storage.open(name, "rb") as file:
        yield from opened_pieces(iter(lambda: file.read(COPY), b""), key)
