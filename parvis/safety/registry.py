"""The nine kinds of thing that can be reported. Each package above registers its own when it is ready."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from parvis.accounts.models import Person
from parvis.accounts.viewer import Viewer

# Every kind has its words here, so that a queue or a statement can name it; only a registered one can be reported.
NAMES: Final = {
    "clip": _("Clip"),
    "comment": _("Comment"),
    "profile": _("Name and words of a profile"),
    "picture": _("Picture of a profile"),
    "message": _("Message"),
    "sound": _("Sound"),
    "product": _("Product"),
    "ad": _("Advertisement"),
    "live": _("Live broadcast"),
}


@dataclass(frozen=True)
class Thing:
    """Something that was or can be reported, as moderators see it, whatever its state. `person` is whose it is.

    `title` and `text` are plain text; `url` is its page; `place` says what it belongs to; `picture` and `film` are
    addresses of files that whoever got this may read.
    """

    kind: str
    id: uuid.UUID
    person: Person
    title: str = ""
    text: str = ""
    url: str = ""
    place: str = ""
    picture: str = ""
    film: str = ""
    reach: int = 0


Apply = Callable[[uuid.UUID, frozenset[str], dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True)
class ThingKind:
    """How one kind is found and what decisions do to it.

    `find(id)` returns the thing whatever its state, or None; `is_seen_by(viewer, id)` says whether somebody sees it
    and may so report it. `measures` are those of `states.ON_THING` that it can have. `apply(id, measures, before)`
    makes the thing as the measures in force want it; it returns what is needed to undo them, which comes back as
    `before` when they are lifted. `content` is what the Commission's database calls it.
    """

    name: str
    content: str
    measures: tuple[str, ...]
    find: Callable[[uuid.UUID], Thing | None]
    is_seen_by: Callable[[Viewer, uuid.UUID], bool]
    apply: Apply


_kinds: dict[str, ThingKind] = {}


def register(kind: ThingKind) -> None:
    """Let a kind be reported. ValueError for a name that is none of the nine, or is taken."""
    if kind.name not in NAMES or _kinds.setdefault(kind.name, kind) != kind:
        raise ValueError(f"{kind.name!r} cannot be registered")


def kind_of(name: str) -> ThingKind | None:
    """Return a registered kind, or None."""
    return _kinds.get(name)


def find(name: str, thing_id: uuid.UUID) -> Thing | None:
    """Return a thing of a registered kind, whatever its state, or None."""
    kind = _kinds.get(name)
    return kind.find(thing_id) if kind else None
