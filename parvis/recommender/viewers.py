"""One viewer and one wish, as the stages of a feed understand them."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from parvis.recommender.catalogue import Value
from parvis.recommender.interface import Events
from parvis.recommender.signals import WATCHED, Floats, Ints
from parvis.recommender.taste import Taste

LISTS_JUDGED = 8
NO_CLIPS: Ints = np.empty(0, np.int32)
MORE, LESS, MOST, NEVER = "more", "less", "most", "never"
DAILY, MINUTES = "daily", "minutes"
COUNTED = (MOST, DAILY, MINUTES)  # what is said with a number
DAY_S = 86_400


class Seen:
    """The last clips that a viewer was shown, in order; at most `room` of them, so that no request grows with use."""

    __slots__ = ("_ring", "_size")

    def __init__(self, room: int = 2048) -> None:
        self._ring: Ints = np.zeros(room, np.intp)
        self._size = 0

    def add(self, clips: Ints) -> None:
        """Remember clips as shown now."""
        clips = clips[-len(self._ring) :]
        at = self._size % len(self._ring)
        if at + len(clips) <= len(self._ring):
            self._ring[at : at + len(clips)] = clips
        else:
            self._ring[(self._size + np.arange(len(clips))) % len(self._ring)] = clips
        self._size += len(clips)

    @property
    def count(self) -> int:
        """How many were ever added."""
        return self._size

    def all(self) -> Ints:
        """Return what is remembered, in no order; may hold repeats."""
        return self._ring[: min(self._size, len(self._ring))]

    def last(self, most: int) -> Ints:
        """Return the last `most` clips shown, the latest last."""
        most = min(most, self._size, len(self._ring))
        at = self._size % len(self._ring)
        if at >= most:
            return self._ring[at - most : at].copy()
        return self._ring[(self._size - most + np.arange(most)) % len(self._ring)]


@dataclass(frozen=True, slots=True)
class Choice:
    """What a viewer said of a `topic` ("creator", "sound", "tag"): MORE, LESS or NEVER of it; or at `most` so many
    clips of it in a slate (MOST) or on a day (DAILY), or so many MINUTES of it on a day."""

    topic: str
    value: Value
    says: str
    most: int = 0


@dataclass
class Day:
    """The clips that a viewer was shown on the day (of UTC) that began at `since`, with the seconds watched."""

    since: float = 0.0
    watched_s: dict[int, float] = field(default_factory=dict)

    def show(self, clips: Ints, now: float) -> None:
        """Count clips as shown now."""
        self._turn(now)
        for clip in clips.tolist():
            self.watched_s.setdefault(clip, 0.0)

    def watch(self, events: Events, now: float) -> None:
        """Count what was watched of clips today."""
        self._turn(now)
        today = events.take(WATCHED[events.kind] & (events.at >= self.since))
        for clip, watched_ms in zip(today.clip.tolist(), today.watched_ms.tolist(), strict=True):
            self.watched_s[clip] = self.watched_s.get(clip, 0.0) + watched_ms / 1000

    def shown(self, now: float) -> tuple[Ints, Floats]:
        """Return the clips of today, each once, and how many seconds each was watched; both [clips]."""
        self._turn(now)
        known = list(self.watched_s.items())
        return np.array([clip for clip, _ in known], np.int32), np.array([seconds for _, seconds in known], np.float32)

    def _turn(self, now: float) -> None:
        if now - self.since >= DAY_S:
            self.since, self.watched_s = now - now % DAY_S, {}


@dataclass
class Viewer:
    """What a feed knows of one viewer, beside the learner's taste. Numbers are the catalogue's."""

    key: int = 0  # by which events name the viewer; 0: not known
    taste: Taste = field(default_factory=Taste)
    seen: Seen = field(default_factory=Seen)
    refused: Ints = field(default_factory=NO_CLIPS.copy)  # "not interested"
    follows: Ints = field(default_factory=NO_CLIPS.copy)  # creators
    blocked: Ints = field(default_factory=NO_CLIPS.copy)  # creators, whichever of the two blocked the other
    muted: Ints = field(default_factory=NO_CLIPS.copy)  # creators
    mutes_text: Callable[[str], bool] | None = None  # whether words say what the viewer does not want to hear of
    judged: deque[tuple[Ints, Floats]] = field(default_factory=lambda: deque(maxlen=LISTS_JUDGED))  # see `secondlook`
    choices: tuple[Choice, ...] = ()
    day: Day = field(default_factory=Day)
    found: dict[str, tuple[Any, Ints]] = field(default_factory=dict)  # what sources found, with what it depends on

    @property
    def is_capped(self) -> bool:
        """Whether there may be only so much of some topic."""
        return any(choice.says in COUNTED for choice in self.choices)

    def was_shown(self, clips: Ints, now: float) -> None:
        """Remember clips as shown now."""
        self.seen.add(clips)
        self.day.show(clips, now)

    def once(self, name: str, key: Any, find: Callable[[], Ints]) -> Ints:
        """Return what a source found, found anew only when what it depends on (`key`) has changed."""
        known = self.found.get(name)
        if known is None or known[0] != key:
            known = self.found[name] = key, find()
        return known[1]


@dataclass
class Request:
    """One wish for a slate of `n` clips. `me`: the viewer's own number as a creator, -1 for none."""

    viewer: Viewer
    n: int
    now: float
    random: np.random.Generator
    market: str = ""
    language: str = ""
    age: int = 0
    me: int = -1
    slates: int = 1  # of `n` clips each, ranked at once
    shown: Ints = field(
        default_factory=NO_CLIPS.copy
    )  # shown on this page, whether or not the viewer's state knows yet

    def deep(self, most: int) -> int:
        """Return how many clips a source gives that gives `most` for a slate: more for many slates at once, or the last
        of them would be made of leavings."""
        return most * min(1 + self.slates // 8, 4)


def enough(request: Request) -> int:
    """Return how many clips a batch must hold for nothing further to be tried."""
    return request.n
