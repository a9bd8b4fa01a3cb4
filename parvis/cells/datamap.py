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

    The rest says what differs for a person's own data; what is not said is exported, taken up again and erased:
    `blind`: pairs "index:source" or "index:source:table.column": an index of another sealed column, made anew.
    `kept_back`: columns that never leave the cell; `why` is the reason. `stays`: why no row leaves. `lost`: why an
    exported row is not taken up from an archive. `elsewhere`: columns that may lead to what is another person's.
    `forgets`: columns that hold a person's id without a foreign key, and are emptied when that person is erased.
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
    blind: str = ""
    kept_back: str = ""
    why: str = ""
    stays: str = ""
    lost: str = ""
    elsewhere: str = ""
    forgets: str = ""

    @property
    def indexes(self) -> dict[str, tuple[str, str]]:
        """Blind index -> (the sealed column that it is made of, the name that its key is bound to)."""
        found = {}
        for pair in self.blind.split():
            index, source, *bound = pair.split(":")
            found[index] = (source, bound[0] if bound else f"{self.name}.{source}")
        return found

    @property
    def exported(self) -> tuple[str, ...]:
        """The columns of a row in its person's archive, in the order of the declaration. A pseudonym stays behind."""
        if self.kind != Kind.PRIVATE or self.stays:
            return ()
        left = {*self.kept_back.split(), *self.indexes, *([self.person] if self.pseudonymous else [])}
        named = f"{self.public} {self.private} {self.sealed}".split()
        return tuple(name for name in named if name not in left)

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
        extra = f"{self.kept_back} {self.elsewhere} {self.forgets} {' '.join(self.indexes)}".split()
        if unknown := set(extra) - set(named):
            raise DataMapError(f"{self.name}: not a column: {sorted(unknown)}")
        if self.kept_back and not self.why:
            raise DataMapError(f"{self.name}: what is kept back has a reason")


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
