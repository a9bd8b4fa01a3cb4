"""What rows teach a catalogue and a learner, as steps: the same in every process, so that all learn the same."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar
from uuid import UUID

import numpy as np

from parvis.cells.errors import KeyMissing
from parvis.cells.keys import pseudonym
from parvis.clips.cards import FeedRow
from parvis.clips.queries import feed_rows
from parvis.feed import queries
from parvis.feed.kinds import VIEWER_ERASED
from parvis.feed.queries import Row
from parvis.recommender.catalogue import Catalogue, Clip
from parvis.recommender.interface import Events, events_of
from parvis.recommender.signals import CODES, Ints
from parvis.recommender.state import State
from parvis.recommender.steps import Added, Hidden, Learned, Shown, Step

# Likes, follows and comments are learned from what other packages report, which holds whether or not a page does.
FROM_WATCHES = frozenset({"watch", "skip", "share", "not-interested"})
FROM_EVENTS = {"clip.liked": "like", "clip.unliked": "unlike", "clip.commented": "comment"}
CLIPS = frozenset({"clip.published", "clip.changed", "clip.hidden", "clip.deleted"})
PROFILE = frozenset({"person.changed", "person.erased"})
ERASURES = ("clip.deleted", "person.erased", VIEWER_ERASED)
LEARN_AT_START = 200_000
SHOWS_DAYS = 14.0
AT_ONCE = 5000
COMPARED = ("features", "duration_ms", "created", "everyone", "shown", "minimum_age")

T = TypeVar("T")
# Kind, actor, object and data of an event.
Happening = tuple[str, UUID | None, UUID | None, dict[str, object]]


def key_of(viewer: UUID) -> int:
    """Return the 64-bit key of a pseudonym: half of its bits, and nothing else about anybody."""
    return viewer.int & (2**64 - 1)


@dataclass
class Erasures:
    """Who and what is to be forgotten, gathered until it is carried out: a forgetting costs the same for one as for
    many. `viewers` are keys: who is erased, and who wants to be met as if for the first time."""

    viewers: set[int] = field(default_factory=set)
    clips: set[UUID] = field(default_factory=set)
    creators: set[UUID] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.viewers or self.clips or self.creators)

    def take(self, events: Iterable[Happening]) -> None:
        """Gather what events say is erased."""
        for kind, _, object_, _ in events:
            if object_ is None:
                continue
            if kind == VIEWER_ERASED:
                self.viewers.add(key_of(object_))
            elif kind == "person.erased":
                self.creators.add(object_)
            elif kind == "clip.deleted":
                self.clips.add(object_)

    def take_resets(self, viewers: Iterable[UUID]) -> None:
        """Gather viewers who reset their feed."""
        self.viewers.update(map(key_of, viewers))

    def everything(self) -> tuple[list[int], list[UUID], list[UUID]]:
        """Return viewers, clips and creators, as `forget` takes them."""
        return sorted(self.viewers), sorted(self.clips), sorted(self.creators)

    def clear(self) -> None:
        """They are forgotten."""
        self.viewers.clear()
        self.clips.clear()
        self.creators.clear()


def changed_clips(catalogue: Catalogue, events: Iterable[Happening]) -> list[UUID]:
    """Return the clips that are to be read again after these events, each once."""
    found: dict[UUID, None] = {}
    for kind, _, object_, _ in events:
        if object_ is not None and kind in CLIPS:
            found[object_] = None
        elif object_ is not None and kind in PROFILE:
            found |= dict.fromkeys(clips_by(catalogue, object_))
    return list(found)


def clips_by(catalogue: Catalogue, creator: UUID) -> list[UUID]:
    """Return the clips of a creator, also those that are shown to nobody: who comes back brings them back."""
    clips = catalogue.members("creator", creator)
    own = clips[catalogue.creator[clips] == catalogue.creators.number.get(creator, -1)]
    return [catalogue.ids[clip] for clip in own.tolist()]


def read_again(clips: Sequence[UUID]) -> list[Step]:
    """Return the steps that bring clips to their rows: those that may be shown no more come back with nothing."""
    steps: list[Step] = []
    for some in portions(clips):
        shown = tuple(clip_of(row) for row in feed_rows(some))
        there = {clip.id for clip in shown}
        steps += [Hidden(tuple(clip for clip in some if clip not in there)), Added(shown)]
    return steps


def acts(events: Iterable[Happening], now: float) -> list[Row]:
    """Return what people did to clips elsewhere than in the feed, as rows like those of watches. What somebody did
    who is erased meanwhile is left out: without the key there is no pseudonym."""
    rows: list[Row] = []
    for kind, actor, clip, _ in events:
        if kind in FROM_EVENTS and actor and clip:
            try:
                rows.append((pseudonym(actor), clip, FROM_EVENTS[kind], 0, 0, now))
            except KeyMissing:
                continue
    return rows


def events_of_watches(catalogue: Catalogue, rows: Iterable[Row]) -> Events:
    """Return watches (queries.WATCH_COLUMNS) as arrays: those of clips in the catalogue that teach something."""
    return arrays_of(catalogue, [row for row in rows if row[2] in FROM_WATCHES])


def arrays_of(catalogue: Catalogue, rows: Sequence[Row]) -> Events:
    """Return rows as arrays: those of clips in the catalogue."""
    found = [(row, clip) for row in rows if (clip := catalogue.index.get(row[1], -1)) >= 0]
    if not found:
        return events_of(0, np.empty(0, np.int32))
    viewer, _, kind, watched, loops, at = zip(*(row for row, _ in found), strict=True)
    return Events(
        np.array([key_of(one) for one in viewer], np.uint64),
        np.array([clip for _, clip in found], np.int32),
        np.array([CODES[one] for one in kind], np.uint8),
        np.array(watched, np.float32),
        np.array(loops, np.float32),
        np.array(at, np.float64),
    )


def indices_of(catalogue: Catalogue, text: str) -> Ints:
    """Return the indices of ids that stand in a text, one after another."""
    return catalogue.indices(bytes.fromhex(text.replace("-", "")))


def clip_of(row: FeedRow) -> Clip:
    """Return a clip's row as the catalogue takes it."""
    return Clip(
        id=row.id,
        creator=row.creator,
        market=row.home,
        language=row.language,
        tags=row.tags,
        sound=row.sound,
        duration_ms=row.duration_ms,
        created=row.published_at.timestamp(),
        everyone=row.audience == "everyone",
        minimum_age=row.minimum_age,
    )


def fill(state: State, now: float) -> None:
    """Teach an empty state what the rows say: every clip, the newest watches, and what was shown lately."""
    for some in portions(feed_rows()):
        state.apply(Added(tuple(clip_of(row) for row in some)))
    state.apply(Learned(events_of_watches(state.catalogue, queries.recent_watches(LEARN_AT_START)), now))
    state.forget(map(key_of, queries.reset_viewers()))  # of what they watched before, that it was they
    index = state.catalogue.index
    shows = [(index[clip], times) for clip, times in queries.recent_shows(SHOWS_DAYS) if clip in index]
    clips, times = np.array(shows, np.int32).reshape(-1, 2).T
    state.apply(Shown(np.repeat(clips, times)))


def differences(catalogue: Catalogue) -> Iterator[list[Step]]:
    """Yield what brings a catalogue to the rows: there should be nothing, but a state that outlives its process
    would keep for ever what no event told. Apply each before the next is asked for."""
    missing = catalogue.shown[: catalogue.size].copy()
    for some in portions(feed_rows()):
        clips = [clip_of(row) for row in some]
        rows = Catalogue(len(clips))
        rows.add(clips)
        where = np.array([catalogue.index.get(clip.id, -1) for clip in clips], np.int32)
        same = where >= 0
        missing[where[same]] = False
        for name in COMPARED:
            mine, theirs = getattr(catalogue, name)[where], getattr(rows, name)[: len(clips)]
            same &= (mine == theirs).reshape(len(clips), -1).all(axis=1)
        if not same.all():
            yield [Added(tuple(clip for clip, is_same in zip(clips, same.tolist(), strict=True) if not is_same))]
    if missing.any():
        yield [Hidden(tuple(catalogue.ids[clip] for clip in np.flatnonzero(missing).tolist()))]


def portions(items: Iterable[T]) -> Iterator[list[T]]:
    """Yield items in lists of a few thousand."""
    rest = iter(items)
    while some := list(islice(rest, AT_ONCE)):
        yield some
