"""What people mute."""

import re
import uuid
from dataclasses import dataclass

from parvis.accounts.bounds import bounds_of
from parvis.accounts.models import Person
from parvis.accounts.queries import apart_from
from parvis.accounts.viewer import Viewer
from parvis.cells.keys import unseal
from parvis.clips.words import tags_of
from parvis.kit.wordlist import finder, folded
from parvis.social.models import MUTED_TEXT, TAG, WORD, Mute


@dataclass(frozen=True)
class Muted:
    """What one person wants to see nothing of: people, tags as `clips.words.normal_tag` writes them, and a pattern over
    a text that was `folded`."""

    people: frozenset[uuid.UUID] = frozenset()
    tags: frozenset[str] = frozenset()
    words: re.Pattern[str] | None = None

    def __bool__(self) -> bool:
        return bool(self.people or self.tags or self.words)

    def hides(self, text: str) -> bool:
        """Whether a text says something that is muted."""
        if self.tags and not self.tags.isdisjoint(tags_of(text)):
            return True
        return self.words is not None and self.words.search(folded(text)) is not None


@dataclass(frozen=True)
class OwnMute:
    """A mute as its person's list shows it: a person, or the text with its # if it is a tag."""

    id: uuid.UUID
    person: Person | None
    text: str


def own_mutes(viewer: Viewer) -> list[OwnMute]:
    """Return what the viewer mutes, the latest first."""
    if viewer.person_id is None:
        return []
    rows = Mute.objects.filter(person_id=viewer.person_id).select_related("muted").order_by("-id")
    apart = apart_from(viewer.person_id)
    return [
        OwnMute(row.id, row.muted, "" if row.muted else _text_of(row))
        for row in rows
        if row.muted is None or (row.muted.is_active and row.muted_id not in apart)
    ]


def muted_by(person: uuid.UUID | None) -> Muted:
    """Return what a person mutes, and the tags that a guardian keeps away. Two queries."""
    if person is None:
        return Muted()
    rows = list(Mute.objects.filter(person_id=person))
    return Muted(
        frozenset(row.muted_id for row in rows if row.muted_id),
        frozenset(_text_of(row)[1:] for row in rows if row.kind == TAG) | bounds_of(person).tags,
        finder(_text_of(row) for row in rows if row.kind == WORD),
    )


def _text_of(row: Mute) -> str:
    text = unseal(row.person_id, MUTED_TEXT, bytes(row.text or b""))
    return f"#{text}" if row.kind == TAG else text
