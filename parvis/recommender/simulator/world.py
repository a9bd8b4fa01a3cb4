"""The simulated world: its clips and viewers as time goes by, and what a viewer does with a slate."""

import math
from dataclasses import dataclass

import numpy as np

from parvis.recommender.catalogue import Catalogue
from parvis.recommender.interface import Events
from parvis.recommender.signals import CODES, Floats, Ints
from parvis.recommender.simulator.people import People
from parvis.recommender.simulator.settings import DAY_S, START, Settings
from parvis.recommender.simulator.stock import Stock
from parvis.recommender.simulator.watching import SKIP_S, SKIP_SHARE, Holding, rounds_of

DRIFT_S = 3600.0
LIKE, SHARE, COMMENT, FOLLOW, REFUSE = range(1, 6)  # columns of the chances drawn per clip; 0: another round


@dataclass
class Sitting:
    """One session of one viewer: when the time is up, and its own luck, so that arms meet the same viewers."""

    viewer: int
    ends: float
    random: np.random.Generator


@dataclass(frozen=True)
class Seen:
    """What happened to a slate: one watch or skip for each clip shown, then the acts, in `events` by order of time."""

    events: Events
    clips: Ints
    watched_s: Floats
    now: float  # when the last clip was left
    left: bool


class World:
    """One world of a seed. `advance` the clock before anything is asked of it; time never goes back."""

    def __init__(self, seed: int, settings: Settings | None = None) -> None:
        self.settings = own = settings or Settings()
        self.seed = seed
        self.stock = Stock(own, np.random.default_rng([seed, 1]))
        self.people = People(own, np.random.default_rng([seed, 2]))
        self.plans = self.people.sessions(np.random.default_rng([seed, 3]))
        self.holding = Holding(own)
        self.catalogue = Catalogue()
        self._drifting = np.random.default_rng([seed, 4])
        self._drifted = START
        self.bored = np.zeros((own.viewers, own.topics))
        self.sick = np.zeros((own.viewers, own.creators))
        self.at = np.full(own.viewers, START)  # when boredom was last brought up to date
        self.seen = np.zeros((own.viewers, len(self.stock)), bool)
        self.advance(START)

    def advance(self, now: float) -> None:
        """Publish the clips that have arrived by `now` and let tastes drift, hour by hour."""
        size = int(np.searchsorted(self.stock.arrives, now, side="right"))
        if size > self.catalogue.size:
            self.catalogue.add(self.stock.clips(self.catalogue.size, size))
        while now >= self._drifted + DRIFT_S:
            self._drifted += DRIFT_S
            self.people.drift(DRIFT_S / 3600, self._drifting)

    def sit(self, viewer: int, number: int) -> Sitting:
        """Begin the session `number` of a viewer."""
        start, length = self.plans[viewer][number]
        return Sitting(viewer, start + length, np.random.default_rng([self.seed, 5, viewer, number]))

    def appeal(self, viewer: int, clips: Ints | slice, now: float) -> Floats:
        """Return what draws a viewer to clips, in log seconds, but for boredom and luck; shape [clips]."""
        own, stock, people = self.settings, self.stock, self.people
        market = stock.market[clips]
        age = np.maximum(now - stock.arrives[clips], 0.0) / (own.stale_days * DAY_S)
        appeal = own.base + stock.topics[clips] @ people.taste[viewer] + stock.style[clips] @ people.mood[viewer]
        appeal += stock.quality[clips] + people.patience[viewer] * (stock.log_seconds[clips] - math.log(25.0))
        appeal -= own.stale * (1.0 - np.exp2(-age))
        appeal -= own.abroad * (market != people.market[viewer])
        appeal -= own.foreign * ~(people.understands[viewer][market] | stock.wordless[clips])
        values: Floats = appeal.astype(np.float32)
        return values

    def boredom(self, viewer: int, clips: Ints | slice, now: float) -> Floats:
        """Return what boredom takes from the appeal of clips now, shape [clips]."""
        own, stock = self.settings, self.stock
        self._forget(viewer, now)
        bored = own.bored_topic * self.bored[viewer][stock.topic[clips]]
        bored += own.bored_creator * self.sick[viewer][stock.creator[clips]] + own.repeat * self.seen[viewer][clips]
        values: Floats = bored.astype(np.float32)
        return values

    def expected(self, viewer: int, clips: Ints, now: float) -> Floats:
        """Return the watch time in seconds to be expected of each clip if it were shown now, shape [clips]."""
        appeal = self.appeal(viewer, clips, now) - self.boredom(viewer, clips, now)
        return self.holding.seconds(appeal, self.stock.log_seconds[clips]).astype(np.float32)

    def watch(self, sitting: Sitting, clips: Ints, now: float) -> Seen:
        """Let a viewer watch a slate, until its end or the end of the session."""
        own, stock, viewer = self.settings, self.stock, sitting.viewer
        appeals = self.appeal(viewer, clips, now).tolist()
        noise = sitting.random.standard_normal(len(clips)) * own.noise
        luck = sitting.random.random((len(clips), 7)).tolist()
        self._forget(viewer, now)
        rows: list[tuple[int, int, float, int, float]] = []
        watched: list[float] = []
        left = False
        for place, clip in enumerate(clips.tolist()):
            hold = self._hold(viewer, clip, appeals[place] + noise[place])
            seconds = float(stock.seconds[clip])
            loops = rounds_of(hold, seconds, luck[place][0], own.again) if hold >= seconds else 0
            stay = min(hold, seconds) + loops * seconds
            skipped = loops == 0 and stay < max(SKIP_S, SKIP_SHARE * seconds)
            now += stay + own.swipe_s
            rows.append((clip, CODES["skip" if skipped else "watch"], 1000 * stay, loops, now))
            rows += [(clip, act, 0.0, 0, now) for act in self._acts(viewer, hold, stay, luck[place])]
            watched.append(stay)
            left = now > sitting.ends or luck[place][6] < own.leave + own.leave_skipped * skipped
            if left:
                break
        shown = clips[: len(watched)]
        return Seen(_events(viewer, rows), shown, np.array(watched, np.float32), now, left)

    def _hold(self, viewer: int, clip: int, appeal: float) -> float:
        """Return for how many seconds the clip would hold the viewer, and remember that it was shown."""
        own, topic, creator = self.settings, self.stock.topic[clip], self.stock.creator[clip]
        bored, sick = self.bored[viewer], self.sick[viewer]
        appeal -= own.bored_topic * bored[topic] + own.bored_creator * sick[creator]
        appeal -= own.repeat * bool(self.seen[viewer, clip])
        bored[topic] += 1.0
        sick[creator] += 1.0
        self.seen[viewer, clip] = True
        return own.hold_s * math.exp(min(appeal, 12.0))

    def _acts(self, viewer: int, hold: float, stay: float, luck: list[float]) -> list[int]:
        own = self.settings
        if stay < SKIP_S:
            return [CODES["not-interested"]] if luck[REFUSE] < own.refuse else []
        if hold < own.hold_s * math.exp(own.held):
            return []
        ready = self.people.generosity[viewer]
        chances = ((LIKE, "like", own.like), (SHARE, "share", own.share), (COMMENT, "comment", own.comment),
                   (FOLLOW, "follow", own.follow))  # fmt: skip
        return [CODES[kind] for column, kind, chance in chances if luck[column] < chance * ready]

    def _forget(self, viewer: int, now: float) -> None:
        passed = now - self.at[viewer]
        if passed > 0:
            self.bored[viewer] *= 2.0 ** (-passed / self.settings.bored_topic_s)
            self.sick[viewer] *= 2.0 ** (-passed / self.settings.bored_creator_s)
            self.at[viewer] = now


def key_of(viewer: int) -> int:
    """Return the 64-bit key by which events name a viewer."""
    return viewer + 1


def _events(viewer: int, rows: list[tuple[int, int, float, int, float]]) -> Events:
    clip, kind, watched_ms, loops, at = zip(*rows, strict=True)
    return Events(
        np.full(len(rows), key_of(viewer), np.uint64),
        np.array(clip, np.int32),
        np.array(kind, np.uint8),
        np.array(watched_ms, np.float32),
        np.array(loops, np.float32),
        np.array(at, np.float64),
    )
