"""Whom to tell of what happened, and in which words.

The package that knows a kind of news declares it when it is ready; the inbox, which stands above, keeps and shows what
was told. Nothing here keeps anything.
"""

import uuid
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from parvis.accounts.viewer import Viewer
from parvis.events.models import Event


@dataclass(frozen=True)
class Telling:
    """One person is to be told of something.

    `about` is what it is about (a clip): news of one kind about the same thing stand together; without it, all news of
    the kind do. `by` is who did it, None where it was nobody. `detail` is what exactly was done (a comment).
    `withdrawn` says that what was told of `by`, or of `detail`, no longer holds.
    """

    person: uuid.UUID
    about: uuid.UUID | None = None
    by: uuid.UUID | None = None
    detail: uuid.UUID | None = None
    withdrawn: bool = False


@dataclass(frozen=True)
class Told:
    """News of one kind about one thing, as its words and its address are made. `names`: of the newest two who did it,
    `count`: how many did; `handle` is the newest one's."""

    about: uuid.UUID
    detail: uuid.UUID | None
    names: tuple[str, ...]
    count: int
    handle: str


def _no_quotes(_viewer: Viewer, _details: Collection[uuid.UUID]) -> Mapping[uuid.UUID, str]:
    return {}


@dataclass(frozen=True)
class NoticeKind:
    """A kind of news. `events` are the kinds of event that it comes from, `tell` says whom an event tells.

    `say` gives the sentence and `link` the address, in the language of the moment; `quotes` gives the words of those
    `details` that a viewer may read. `shows_clip`: `about` is a clip. `needs_detail`: a detail that a viewer may not
    read takes the news with it. `is_binding`: cannot be switched off.
    `pushes` and `digests` are what holds until a person chooses otherwise.
    """

    name: str
    label: Any
    icon: str
    events: frozenset[str]
    tell: Callable[[Event], Iterable[Telling]]
    say: Callable[[Told], str]
    link: Callable[[Told], str]
    quotes: Callable[[Viewer, Collection[uuid.UUID]], Mapping[uuid.UUID, str]] = _no_quotes
    shows_clip: bool = False
    needs_detail: bool = False
    is_binding: bool = False
    pushes: bool = True
    digests: bool = True


_kinds: dict[str, NoticeKind] = {}


def declare(*kinds: NoticeKind) -> None:
    """Register kinds. ValueError if a name is taken by another declaration."""
    for kind in kinds:
        if _kinds.setdefault(kind.name, kind) != kind:
            raise ValueError(f"notice kind {kind.name!r} is declared twice")


def declared() -> dict[str, NoticeKind]:
    """Return every declared kind by name, in the order of declaration."""
    return dict(_kinds)


def isolated(name: str) -> str:
    """Return a name that keeps its own direction of writing inside a sentence (Unicode's FSI and PDI)."""
    return f"\u2068{name}\u2069"
