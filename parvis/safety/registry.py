"""The kinds of thing that can be reported. Each package above registers its own when it is ready."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from parvis.accounts.models import Person
from parvis.accounts.viewer import Viewer

# Every kind has its words here, so that a queue or a statement can name it.
NAMES: Final = {
    "clip": _("Clip"),
    "words": _("Title and words of a clip"),
    "captions": _("Captions of a clip"),
    "comment": _("Comment"),
    "profile": _("Name and words of a profile"),
    "picture": _("Picture of a profile"),
    "message": _("Message"),
    "group": _("Name of a group"),
    "tag": _("Tag"),
}
# What of a thing can be reported alone, under the same id.
PARTS: Final[dict[str, dict[str, Any]]] = {
    "clip": {
        "words": _("It is only about its title and words"),
        "captions": _("It is only about its captions"),
    },
    "profile": {"picture": _("It is only about the picture")},
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
Shown = Callable[[Viewer, uuid.UUID], Thing | None]


@dataclass(frozen=True)
class ThingKind:
    """How one kind is found and what decisions do to it.

    `find(id)` returns the thing whatever its state, or None; `is_seen_by(viewer, id)` says whether somebody sees it
    and may so report it. `measures` are those of `states.ON_THING` that it can have. `apply(id, measures, before)`
    makes the thing as the measures in force want it; it returns what is needed to undo them, which comes back as
    `before` when they are lifted. `content` is what the Commission's database calls it.

    What only some people have, such as a message, is `shown` by whoever reports it, who may know it by another id than
    `Thing.id`; `keep` then copies it for the moderators, and `find` finds the copy.
    """

    name: str
    content: str
    measures: tuple[str, ...]
    find: Callable[[uuid.UUID], Thing | None]
    is_seen_by: Callable[[Viewer, uuid.UUID], bool]
    apply: Apply
    shown: Shown | None = None
    keep: Callable[[Viewer, uuid.UUID], None] | None = None

    def as_seen(self, viewer: Viewer, thing_id: uuid.UUID) -> Thing | None:
        """Return the thing as somebody sees it who may report it, or None."""
        if not self.is_seen_by(viewer, thing_id):
            return None
        return self.shown(viewer, thing_id) if self.shown else self.find(thing_id)


_kinds: dict[str, ThingKind] = {}


def register(kind: ThingKind) -> None:
    """Let a kind be reported. ValueError for a name that has no words in NAMES, or is taken."""
    if kind.name not in NAMES or _kinds.setdefault(kind.name, kind) != kind:
        raise ValueError(f"{kind.name!r} cannot be registered")


def kind_of(name: str) -> ThingKind | None:
    """Return a registered kind, or None."""
    return _kinds.get(name)


def find(name: str, thing_id: uuid.UUID) -> Thing | None:
    """Return a thing of a registered kind, whatever its state, or None."""
    kind = _kinds.get(name)
    return kind.find(thing_id) if kind else None


def parts(viewer: Viewer, name: str, thing_id: uuid.UUID) -> dict[str, Any]:
    """Return the kinds under which a viewer may report a part of a thing alone, each with its words."""
    found = {part: (kind_of(part), words) for part, words in PARTS.get(name, {}).items()}
    return {part: words for part, (kind, words) in found.items() if kind and kind.is_seen_by(viewer, thing_id)}
