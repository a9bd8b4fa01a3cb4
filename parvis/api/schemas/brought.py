"""Archives that the caller brought, as the API tells of them."""

import uuid
from datetime import datetime
from typing import Self

from ninja import Schema

from parvis.api.schemas.people import PersonRef
from parvis.owndata.models import Arrival
from parvis.owndata.queries import KnownAs, Line


class Section(Schema):
    """What became of one section: how many `came`, were `there` already, were `left`, and `why`."""

    title: str
    came: int
    there: int
    left: int
    why: str

    @classmethod
    def of(cls, line: Line) -> Self:
        """Return a line of a report."""
        return cls(title=line.title, came=line.came, there=line.there, left=line.left, why=line.why)


class ArrivalOut(Schema):
    """An archive; `kind` is where it is from, `state` one of asked, ready, failed."""

    id: uuid.UUID
    kind: str
    state: str
    asked_at: datetime
    done_at: datetime | None

    @classmethod
    def of(cls, arrival: Arrival) -> Self:
        """Return an archive of the caller's list."""
        return cls(
            id=arrival.id, kind=arrival.kind, state=arrival.state, asked_at=arrival.asked_at, done_at=arrival.done_at
        )


class Arrivals(Schema):
    """The latest archives, the newest first."""

    items: list[ArrivalOut]


class Report(ArrivalOut):
    """What came of an archive. `name`, `bio`: what it proposes for the profile; `links`: videos that were not in it;
    `people`: whom the caller followed there, and who are here."""

    sections: list[Section]
    name: str
    bio: str
    links: list[str]
    people: list[PersonRef]


class KnownName(Schema):
    """A name by which the caller is found."""

    id: uuid.UUID
    name: str

    @classmethod
    def of(cls, one: KnownAs) -> Self:
        """Return a name of the caller's list."""
        return cls(id=one.id, name=one.name)


class KnownNames(Schema):
    """All of them."""

    items: list[KnownName]
