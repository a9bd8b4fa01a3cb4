"""Kinds of event: declared by the package that records them, so that no two packages mean different things."""

from dataclasses import dataclass


@dataclass(frozen=True)
class EventKind:
    """A kind (`package.verb`), what it means, and which keys its data carries.

    `data` must never hold a private value: an event is read by every package and copied into each subscriber.
    """

    name: str
    meaning: str
    data: tuple[str, ...] = ()


_kinds: dict[str, EventKind] = {}


def declare(*kinds: EventKind) -> None:
    """Register kinds. ValueError if a name is taken by another declaration."""
    for kind in kinds:
        if _kinds.setdefault(kind.name, kind) != kind:
            raise ValueError(f"event kind {kind.name!r} is declared twice")


def declared() -> dict[str, EventKind]:
    """Return every declared kind by name."""
    return dict(_kinds)


def check(name: str, data: dict[str, object]) -> None:
    """Raise ValueError for an undeclared kind, or for data that its declaration does not name."""
    kind = _kinds.get(name)
    if kind is None:
        raise ValueError(f"event kind {name!r} is not declared")
    if unknown := set(data) - set(kind.data):
        raise ValueError(f"event {name!r} carries undeclared data: {sorted(unknown)}")
