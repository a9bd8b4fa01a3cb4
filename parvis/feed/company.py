"""The viewers whom this process knows: loaded from their rows when they come, forgotten when they stay away."""

import logging
import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import numpy as np

from parvis.accounts.viewer import Viewer as Visitor
from parvis.feed import queries
from parvis.feed.ahead import Ahead
from parvis.feed.models import PERSONAL, TAKEN_BACK
from parvis.feed.queries import Row
from parvis.recommender import viewers
from parvis.recommender.affinities import Affinities
from parvis.recommender.catalogue import Catalogue
from parvis.recommender.interface import Events, events_of
from parvis.recommender.signals import CODES, Ints
from parvis.recommender.viewers import NO_CLIPS
from parvis.social import queries as social

log = logging.getLogger(__name__)

KEPT = 4096
LIKES_LEARNED = 200
# Likes, follows and comments are learned from what other packages report, which holds whether or not a page does.
FROM_WATCHES = frozenset({"watch", "skip", "share", "not-interested"})


@dataclass
class Known:
    """One viewer as this process knows them. `lock` is held while a slate is made, so that two at once differ."""

    pseudonym: UUID
    person: UUID | None
    state: viewers.Viewer = field(default_factory=viewers.Viewer)
    mode: str = PERSONAL
    liked: set[UUID] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)
    loaded: bool = False
    ahead: Ahead | None = None  # what was ranked for this viewer and not shown yet
    _follows: tuple[Ints, frozenset[int]] | None = None

    def __post_init__(self) -> None:
        self.text = str(self.pseudonym)
        self.state.key = self.key

    def followed(self) -> frozenset[int]:
        """Return the catalogue's numbers of the creators whom the viewer follows."""
        follows, made = self.state.follows, self._follows
        if made is None or made[0] is not follows:
            made = self._follows = follows, frozenset(follows.tolist())
        return made[1]

    @property
    def key(self) -> int:
        """The viewer's 64-bit key for the learner."""
        return key_of(self.pseudonym)


def key_of(pseudonym: UUID) -> int:
    """Return the 64-bit key of a pseudonym: half of its bits, and nothing else about anybody."""
    return pseudonym.int & (2**64 - 1)


class Company:
    """Viewers by pseudonym, the one who came last at the end. Any number of threads."""

    def __init__(self, catalogue: Catalogue, learner: Affinities, kept: int = KEPT) -> None:
        self.catalogue, self.learner, self._kept = catalogue, learner, kept
        self._known: OrderedDict[UUID, Known] = OrderedDict()
        self._pseudonyms: dict[UUID, UUID] = {}
        self._lock = threading.Lock()

    def get(self, visitor: Visitor, now: float) -> Known:
        """Return a viewer, loaded from the database if need be. News that come meanwhile are not lost: they are
        applied to the new state, and what the database holds already is learned once more at worst."""
        with self._lock:
            known = self._known.get(visitor.pseudonym)
            if known is None:
                known = self._known[visitor.pseudonym] = Known(visitor.pseudonym, visitor.person_id)
                if visitor.person_id is not None:
                    self._pseudonyms[visitor.person_id] = visitor.pseudonym
                self._forget_beyond(self._kept)
            else:
                self._known.move_to_end(visitor.pseudonym)
        if not known.loaded:
            with known.lock:
                if not known.loaded:
                    self._load(known, visitor.home, now)
        return known

    def loaded(self, pseudonym: UUID) -> Known | None:
        """Return a viewer who comes, if nothing is to be read first."""
        with self._lock:
            known = self._known.get(pseudonym)
            if known is None or not known.loaded:
                return None
            self._known.move_to_end(pseudonym)
            return known

    def at_hand(self, pseudonym: UUID) -> Known | None:
        """Return a viewer if this process knows them."""
        return self._known.get(pseudonym)

    def person_at_hand(self, person: UUID | None) -> Known | None:
        """Return a person as a viewer if this process knows them."""
        pseudonym = self._pseudonyms.get(person) if person else None
        return self._known.get(pseudonym) if pseudonym else None

    def forget(self, pseudonym: UUID) -> Known | None:
        """Load the viewer anew the next time. Returns the viewer as known so far, to one caller only."""
        if pseudonym not in self._known:
            return None
        with self._lock:
            known = self._known.pop(pseudonym, None)
            if known and known.person:
                self._pseudonyms.pop(known.person, None)
        return known

    def forget_person(self, person: UUID) -> None:
        """Load the person anew the next time."""
        pseudonym = self._pseudonyms.get(person)
        if pseudonym:
            self.forget(pseudonym)

    def numbers(self, creators: Iterable[UUID]) -> Ints:
        """Return the catalogue's numbers of creators. One without clips gets a number, for the clip to come."""
        return np.array([self.catalogue.creator_number(creator) for creator in creators], np.int32)

    def indices(self, clips: Sequence[UUID]) -> Ints:
        """Return the catalogue indices of those clips that it has, in order."""
        index = self.catalogue.index
        return np.array([index[clip] for clip in clips if clip in index], np.int32)

    def events(self, rows: Sequence[Row]) -> Events:
        """Return watches (queries.WATCH_COLUMNS) as arrays: those of clips in the catalogue that teach something."""
        index = self.catalogue.index
        rows = [row for row in rows if row[1] in index and row[2] in FROM_WATCHES]
        if not rows:
            return events_of(0, NO_CLIPS)
        viewer, clip, kind, watched, loops, at = zip(*rows, strict=True)
        return Events(
            np.array([key_of(one) for one in viewer], np.uint64),
            np.array([index[one] for one in clip], np.int32),
            np.array([CODES[one] for one in kind], np.uint8),
            np.array(watched, np.float32),
            np.array(loops, np.float32),
            np.array(at, np.float64),
        )

    def observe(self, known: Known, events: Events, now: float) -> None:
        """Learn what a viewer did: taste at once, and what they do not want to see again."""
        self.learner.observe(known.state.taste, events, now=now)
        refused = events.clip[events.kind == CODES["not-interested"]]
        if len(refused):
            known.state.refused = np.concatenate([known.state.refused, refused])

    def take_back(self, rows: Iterable[Row]) -> None:
        """Count refusals no more that were taken back: their viewers are loaded anew, their clips judged without them
        (of viewers whom this process does not know, what it learned about the clip fades by itself)."""
        for pseudonym, clip, kind, *_ in rows:
            if kind == TAKEN_BACK:
                known, index = self.forget(pseudonym), self.catalogue.index.get(clip, -1)
                if known is not None and index in known.state.refused:
                    self.learner.take_back(index, CODES["not-interested"])

    def _load(self, known: Known, home: str, now: float) -> None:
        wish = queries.preference(known.pseudonym)
        known.mode = wish.mode
        likes: list[UUID] = []
        if known.person is not None:
            likes = social.liked_by(known.person, home=home)
            known.liked |= set(likes)
            known.state.follows = self.numbers(social.followed_by(known.person, home=home))
        if known.mode == PERSONAL:
            self._recall(known, queries.history(known.pseudonym, wish.reset_at), [] if wish.reset_at else likes, now)
        known.loaded = True

    def _recall(self, known: Known, kept: queries.History, likes: list[UUID], now: float) -> None:
        """Learn what is kept of a viewer: first the likes, which are the oldest, then the watches."""
        state = known.state
        clips = self.indices(likes[:LIKES_LEARNED][::-1])
        self.learner.observe(state.taste, events_of(known.key, clips, CODES["like"]), now=now)
        self.observe(known, self.events(kept.watches), now)
        state.seen.add(self.indices(kept.shown))
        state.refused = np.union1d(state.refused, self.indices(kept.refused)).astype(np.int32)

    def _forget_beyond(self, most: int) -> None:
        while len(self._known) > most:
            _, known = self._known.popitem(last=False)
            if known.person is not None:
                self._pseudonyms.pop(known.person, None)
