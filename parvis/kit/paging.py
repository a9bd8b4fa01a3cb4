"""Pages of a list in order of time, the newest first: a cursor names the row after which to go on, not a number, so
that nothing is shown twice or passed over when rows come and go meanwhile."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self
from uuid import UUID

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Place:
    """A row's place in a list: its moment, exact to the microsecond, and its id."""

    at: datetime
    id: UUID

    def __str__(self) -> str:
        """Return the cursor. It holds no secret, so it is not signed."""
        return f"{(self.at - EPOCH) // timedelta(microseconds=1)}-{self.id.hex}"

    @classmethod
    def of(cls, cursor: str) -> Self | None:
        """Return the place that a cursor names; None for anything that is no cursor: begin with the newest."""
        micros, _, id_ = cursor.partition("-")
        try:
            return cls(EPOCH + timedelta(microseconds=int(micros)), UUID(hex=id_))
        except (ValueError, OverflowError):
            return None
