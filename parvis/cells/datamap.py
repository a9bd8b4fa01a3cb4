"""The data map: which class every table and every column belongs to. What is not declared does not build."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Class of a table."""

    PUBLIC = "public"  # anyone may read it
    OPERATIONAL = "operational"  # no person in it
    PRIVATE = "private"  # belongs to one person


class DataMapError(ValueError):
    """A declaration contradicts itself or another one."""


@dataclass(frozen=True)
class Table:
    """One table's declaration: every column named once, under the class that it has.

    `sealed` columns hold ciphertext or blind indexes only. `person` is the column that holds the owner's id, or the
    pseudonym where `pseudonymous`. A private table has a column `home`, or says in `home_through` which column leads
    to a row that has one (third-party tables only).
    """

    name: str
    kind: Kind
    public: str = ""
    operational: str = ""
    private: str = ""
    sealed: str = ""
    person: str | None = None
    pseudonymous: bool = False
    home_through: str | None = None

    @property
    def columns(self) -> frozenset[str]:
        """Every declared column."""
        return frozenset(f"{self.public} {self.operational} {self.private} {self.sealed}".split())

    def check(self) -> None:
        """Raise DataMapError where the declaration contradicts itself."""
        named = f"{self.public} {self.operational} {self.private} {self.sealed}".split()
        if len(named) != len(set(named)):
            raise DataMapError(f"{self.name}: a column is declared twice")
        if self.kind != Kind.PRIVATE and (self.private or self.sealed):
            raise DataMapError(f"{self.name}: only a private table has private columns")
        if self.kind == Kind.PRIVATE and not self.person:
            raise DataMapError(f"{self.name}: a private table names the column of its person")
        if self.kind == Kind.PRIVATE and "home" not in named and not self.home_through:
            raise DataMapError(f"{self.name}: a private table has a home")


_tables: dict[str, Table] = {}


def declare(*tables: Table) -> None:
    """Add tables to the map. DataMapError for a contradiction."""
    for table in tables:
        table.check()
        if _tables.setdefault(table.name, table) != table:
            raise DataMapError(f"{table.name} is declared twice")


def declared() -> dict[str, Table]:
    """Return the whole map by table name."""
    return dict(_tables)


def private_tables() -> Iterator[Table]:
    """Yield the declared private tables."""
    return (table for table in _tables.values() if table.kind == Kind.PRIVATE)
