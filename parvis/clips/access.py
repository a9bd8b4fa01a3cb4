"""Which files of a clip may be read, and by whom: asked for every request for a file, answered from memory for up to
a second, so that a clip that turns private, hidden or deleted is closed a second later."""

import threading
import uuid
from collections import OrderedDict
from dataclasses import dataclass
from time import monotonic
from typing import Final

from django.db import connection

from parvis.accounts.apart import are_apart_lately
from parvis.accounts.viewer import Viewer
from parvis.clips import states
from parvis.clips.signatures import FOLLOWER, OWNER

KEPT_SECONDS: Final = 0.8
KEPT_MOST: Final = 20_000

QUERY: Final = """
select c.creator_id, c.publication, c.audience, c.published_at is not null, p.is_private, p.is_active, c.poster,
  array(select file from clips_rendition r where r.clip_id = c.id),
  array(select file from clips_caption t where t.clip_id = c.id)
from clips_clip c join accounts_person p on p.id = c.creator_id where c.id = %s
"""


@dataclass(frozen=True, slots=True)
class Access:
    """Who may read a clip's files at present, and which files there are."""

    files: frozenset[str]
    creator: uuid.UUID | None = None
    everyone: bool = False
    followers: bool = False
    owner: bool = False

    def allows(self, file: str, scope: str) -> bool:
        """Whether a file may be read by somebody with a signature of this scope, or with none (an empty text)."""
        if file not in self.files:
            return False
        return self.everyone or (scope == FOLLOWER and self.followers) or (scope == OWNER and self.owner)

    def is_kept_from(self, viewer: Viewer | None) -> bool:
        """Whether a viewer may read none of them, because one of viewer and creator has blocked the other."""
        person = viewer.person_id if viewer else None
        return person is not None and self.creator is not None and are_apart_lately(person, self.creator)


NOTHING: Final = Access(frozenset())
_lock = threading.Lock()
_kept: OrderedDict[uuid.UUID, tuple[float, Access]] = OrderedDict()


def access_to(clip: uuid.UUID) -> Access:
    """Return who may read a clip's files; nobody where there is no such clip."""
    kept = _kept.get(clip)
    if kept is not None and kept[0] > monotonic():
        return kept[1]
    asked = monotonic()
    access = _ask(clip)
    with _lock:
        _kept[clip] = (asked + KEPT_SECONDS, access)
        _kept.move_to_end(clip)
        while len(_kept) > KEPT_MOST:
            _kept.popitem(last=False)
    return access


def forget() -> None:
    """Drop what is kept in memory."""
    with _lock:
        _kept.clear()


def _ask(clip: uuid.UUID) -> Access:
    try:
        with connection.cursor() as cursor:
            cursor.execute(QUERY, [clip])
            row = cursor.fetchone()
    finally:
        if not connection.in_atomic_block:
            connection.close()  # no request of Django's will do it for us
    if row is None or row[1] == states.DELETED:
        return NOTHING
    creator, publication, audience, published, private, active, poster, renditions, captions = row
    open_ = publication == states.PUBLISHED and published and active and audience != states.ME
    return Access(
        creator=creator,
        files=frozenset([*renditions, *captions, *([poster] if poster else [])]),
        everyone=open_ and audience == states.EVERYONE and not private,
        followers=open_,
        owner=True,
    )
