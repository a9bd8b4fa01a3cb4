"""The viewers whom this process knows: loaded from their rows when they come, forgotten when they stay away."""

import logging
import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import numpy as np

from parvis.accounts.bounds import bounds_of
from parvis.accounts.queries import apart_from
from parvis.accounts.viewer import Viewer as Visitor
from parvis.feed import openness, queries
from parvis.feed.ahead import Ahead
from parvis.feed.lessons import events_of_watches, key_of
from parvis.feed.minutes import Today, day_start, most
from parvis.feed.models import PERSONAL, TAG, TAKEN_BACK, Choice
from parvis.feed.queries import Row
from parvis.recommender import viewers
from parvis.recommender.affinities import Affinities
from parvis.recommender.catalogue import Catalogue
from parvis.recommender.interface import Events, events_of
from parvis.recommender.signals import CODES, Ints
from parvis.social import queries as social

log = logging.getLogger(__name__)

KEPT = 4096
LIKES_LEARNED = 200


@dataclass
class Known:
    """One viewer as this process knows them. `lock` is held while a slate is made, so that two at once differ."""

    pseudonym: UUID
    person: UUID | None
    state: viewers.Viewer = field(default_factory=viewers.Viewer)
    mode: str = PERSONAL
    liked: set[bytes] = field(default_factory=set)  # ids of clips
    lock: threading.Lock = field(default_factory=threading.Lock)
    today: Today = field(default_factory=Today)
    loaded: bool = False
    acquainted: bool = False  # whether likes and follows are here
    is_counted: bool = True  # whether what was watched elsewhere counts: in order of time for a guardian's limit alone
    ahead: Ahead | None = None  # what was ranked for this viewer and not shown yet
    arm: tuple[object, str | None] = (None, None)  # of which experiment (see experiments/arms.py), and which arm
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

    def watched(self, events: Events, now: float) -> None:
        """Count what the viewer watched towards the caps of the day."""
        self.today.add(events, now)
        self.state.day.watch(events, now)

    @property
    def key(self) -> int:
        """The viewer's 64-bit key for the learner."""
        return key_of(self.pseudonym)


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
                    self._load(known, visitor, now)
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
        found = [self.catalogue.index.get(clip, -1) for clip in clips]  # a thread may be erasing some
        return np.array([clip for clip in found if clip >= 0], np.int32)

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

    def acquaint(self, known: Known, home: str) -> list[UUID]:
        """Have likes and follows at hand; returns the likes, the newest first, where they had to be read. Of who chose
        the order of time they are read for what was asked by name only."""
        if known.acquainted or known.person is None:
            return []
        likes = social.liked_by(known.person, home=home)
        known.liked.update(clip.bytes for clip in likes)
        known.state.follows = self.numbers(social.followed_by(known.person, home=home))
        known.acquainted = True
        return likes

    def _keep_away(self, known: Known) -> None:
        """Have at hand whom the viewer is kept apart from, and what the viewer mutes: every feed obeys that."""
        if known.person is None:
            return
        muted = social.muted_by(known.person)
        known.state.blocked = self.numbers(apart_from(known.person))
        known.state.muted = self.numbers(muted.people)
        known.state.mutes_text = muted.hides if muted.tags or muted.words else None

    def _load(self, known: Known, visitor: Visitor, now: float) -> None:
        """First how the viewer chose to be served; nothing further where that is in order of time, but what was watched
        today where a guardian set a limit."""
        known.mode, chosen = openness.mode_of(known.pseudonym)
        bounds = bounds_of(known.person, visitor.age_band)
        known.today.minutes = most(chosen, bounds)
        known.is_counted = known.mode == PERSONAL or bounds.minutes is not None
        self._keep_away(known)
        if known.mode == PERSONAL:
            self._recall(known, self.acquaint(known, visitor.home), now)
        if known.today.minutes is not None and known.is_counted:
            known.today.begin(now, queries.watched_since(known.pseudonym, day_start(now)))
        known.loaded = True

    def _recall(self, known: Known, likes: list[UUID], now: float) -> None:
        """Learn what is kept of a viewer: first the likes, which are the oldest, then the watches."""
        state, pseudonym = known.state, known.pseudonym
        reset_at = queries.preference(pseudonym).reset_at
        kept = queries.history(pseudonym, reset_at)
        clips = self.indices([] if reset_at else likes[:LIKES_LEARNED][::-1])
        self.learner.observe(state.taste, events_of(known.key, clips, CODES["like"]), now=now)
        self.observe(known, events_of_watches(self.catalogue, kept.watches), now)
        state.seen.add(self.indices(kept.shown))
        state.refused = np.union1d(state.refused, self.indices(kept.refused)).astype(np.int32)
        state.choices = tuple(_choice(row) for row in queries.choices(pseudonym))
        if any(choice.says in {viewers.DAILY, viewers.MINUTES} for choice in state.choices):
            rows = queries.watches_since(pseudonym, day_start(now))
            state.day.watch(events_of_watches(self.catalogue, rows), now)

    def _forget_beyond(self, most: int) -> None:
        while len(self._known) > most:
            _, known = self._known.popitem(last=False)
            if known.person is not None:
                self._pseudonyms.pop(known.person, None)


def _choice(row: Choice) -> viewers.Choice:
    """Return what a viewer said as the stages take it: creators and sounds by their ids."""
    return viewers.Choice(row.topic, row.value if row.topic == TAG else UUID(row.value), row.says, row.most or 0)
