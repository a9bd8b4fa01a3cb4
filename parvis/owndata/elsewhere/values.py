"""Values of a file that somebody else wrote: what is not there is nothing, what is of another kind is refused."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from parvis.kit.clock import now
from parvis.owndata.errors import OddArchive

NOTHING: Final = (None, "", "N/A", "None")
EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)? ?(?:Z|UTC|[+-]\d\d:?\d\d)?")
TEXT_LONGEST: Final = 20_000


@dataclass(frozen=True)
class Value:
    """A value and where it stands, for the person who has to find it."""

    value: Any
    where: str

    def at(self, *names: str) -> "Value":
        """Return the first of these members that is there; nothing where none is."""
        found = self._as(dict) or {}
        for name in names:
            if found.get(name) is not None:
                return Value(found[name], f"{self.where} > {name}")
        return Value(None, f"{self.where} > {names[0]}")

    def first(self, *paths: tuple[str, ...]) -> "Value":
        """Return the first of these ways down that leads to something."""
        for path in paths:
            found = self
            for name in path:
                found = found.at(name)
            if found.value not in NOTHING:
                return found
        return found

    def items(self) -> Iterator["Value"]:
        """Yield the items of a list."""
        for number, one in enumerate(self._as(list) or []):
            yield Value(one, f"{self.where} > {number + 1}")

    def members(self) -> dict[str, "Value"]:
        """Return the members of an object by name."""
        return {name: Value(one, f"{self.where} > {name}") for name, one in (self._as(dict) or {}).items()}

    def count(self) -> int:
        """Return how many items a list, or members an object, has."""
        if self.value in NOTHING:
            return 0
        if not isinstance(self.value, list | dict):
            raise OddArchive(where=self.where)
        return len(self.value)

    def text(self) -> str:
        """Return a text. A number is a text, too: what is an id there is written either way."""
        if isinstance(self.value, int) and not isinstance(self.value, bool):
            return str(self.value)
        return str(self._as(str) or "")[:TEXT_LONGEST]

    def is_true(self, *, default: bool = False) -> bool:
        """Return a truth; "Yes" and "On" are some."""
        if self.value in NOTHING:
            return default
        if isinstance(self.value, str) and self.value.lower() in {"yes", "no", "on", "off", "true", "false"}:
            return self.value.lower() in {"yes", "on", "true"}
        if not isinstance(self.value, bool):
            raise OddArchive(where=self.where)
        return self.value

    def number(self) -> int:
        """Return a whole number; 0 for nothing."""
        if isinstance(self.value, bool) or not isinstance(self.value or 0, int):
            raise OddArchive(where=self.where)
        return self.value or 0

    def moment(self) -> datetime | None:
        """Return a moment, in UTC where it does not say otherwise. One before 2000, or after now, is refused."""
        text = (self._as(str) or "").strip()
        if not text:
            return None
        if not MOMENT.fullmatch(text):
            raise OddArchive(where=self.where)
        try:
            found = datetime.fromisoformat(text.replace(" UTC", "Z").replace(" ", "T"))
            found = found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
        except (ValueError, OverflowError) as error:
            raise OddArchive(where=self.where) from error
        if not EARLIEST <= found <= now():
            raise OddArchive(where=self.where)
        return found

    def _as(self, kind: type) -> Any:
        if self.value in NOTHING:
            return None
        if not isinstance(self.value, kind):
            raise OddArchive(where=self.where)
        return self.value
