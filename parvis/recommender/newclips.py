"""New clips on trial: each is owed some showings in a certain time, then graduates or rests by what was seen.

What a new clip is worth before anyone saw it is told by its content: its creator, sound, tags, language and length, as
far as other clips with them were liked (means shrunken towards those of all, one kind of feature after another on what
the others leave: a ridge regression solved by blocks). With each watch that prior gives way to what was seen (normal
prior, normal evidence), and a draw from this belief decides who is tried next (Thompson 1933; Chapelle and Li 2011).
"""

from dataclasses import dataclass
from enum import IntEnum
from math import sqrt
from typing import Any

import numpy as np
import numpy.typing as npt

from parvis.recommender.catalogue import BUCKETS, COLUMNS, Catalogue
from parvis.recommender.signals import Floats, Ints
from parvis.recommender.urgency import Pool

Doubles = npt.NDArray[np.float64]
EDGES = np.linspace(-4.0, 4.0, 801)
DRAWS = 4  # so many times what is wanted of few: some are drawn again
STEP = 0.1  # by how much the quantile of costs is moved at each place
BEHIND = 3.0
BELOW = np.cumsum(np.exp(-0.5 * EDGES**2)) * (EDGES[1] - EDGES[0]) / sqrt(2 * np.pi)


class State(IntEnum):
    """Where a clip stands. The moves: `MOVES`."""

    OLD = 0  # was there before trials began, or came when it was no longer new
    ON_TRIAL = 1
    GRADUATED = 2
    RESTED = 3  # tried, and not above the median: owed nothing further, though whoever looks for it finds it


MOVES = {
    State.ON_TRIAL: (State.GRADUATED, State.RESTED),
    State.RESTED: (State.GRADUATED,),  # liked by those who came to it by themselves
}


ON_TRIAL = np.int8(State.ON_TRIAL)  # compared with arrays in a tenth of the time


@dataclass(frozen=True)
class TrialRules:
    """What a new clip is owed, and when its trial ends."""

    shows: int = 20  # showings owed ...
    within_s: float = 86_400.0  # ... in this time
    admitted_s: float = 86_400.0  # a clip that is older when it is first seen is not new
    at_most: float = 0.25  # part of the places asked for that are given, however much is owed: what trials may cost
    pace: float = 0.9  # the part of the time in which they are aimed to be given
    later: float = 0.02  # pace after that, of the pace that gives in the whole time what is owed
    most_shows: int = 80  # then a trial ends, whatever is known
    surely: float = 0.8  # graduates (rests) when it is so sure to be above (below) the median of its market
    noise: float = 0.85  # standard deviation of one watch's satisfaction around the clip's mean
    spread: float = 0.35  # and of clips' means around what their content promises
    shrink: float = 6.0  # clips with a feature that count as much as knowing nothing of the feature
    refit_s: float = 3600.0
    few: int = 30  # clips of a market from which on it has a median of its own


class NewClips:
    """The trials of one catalogue. `refresh` in one background thread; requests only read."""

    NAMES = ("state", "since", "shows", "good", "seen", "prior")

    def __init__(self, catalogue: Catalogue, rules: TrialRules | None = None) -> None:
        self.catalogue, self.rules = catalogue, rules or TrialRules()
        self.size = 0  # clips that were looked at
        self.state: npt.NDArray[np.int8] = np.empty(0, np.int8)
        self.since: Doubles = np.empty(0)  # when the trial began
        self.shows: Ints = np.empty(0, np.int32)
        self.good: Doubles = np.empty(0)  # sum of satisfaction above the usual, and how many watches
        self.seen: Doubles = np.empty(0)
        self.prior: Doubles = np.empty(0)
        self.feature: Doubles = np.zeros(BUCKETS)
        self.pool = _pool(self.state)  # replaced as a whole, since requests read it in other threads
        self.chance = 0.0  # the part of the places asked for that is given to clips on trial
        self.dear = 0.0  # what such a place may cost: as much as leaves that part of them
        self._fitted, self._counted, self._places = -np.inf, -np.inf, 0
        self._behind = 0.0  # places that were needed and not given
        self.per_s = 0.0  # places asked for per second, lately

    def begin(self, shows: Ints, good: Floats, seen: Floats, now: float) -> None:
        """Begin with what is known of clips already [clips at least, or fewer: nothing of the rest]: showings, the sum
        of satisfaction above the usual, and of how many watches."""
        self._admit(now)
        known = min(self.size, len(shows))
        self.shows[:known], self.good[:known], self.seen[:known] = shows[:known], good[:known], seen[:known]
        self.refresh(now)

    def exposed(self, clips: Ints) -> None:
        """Count a showing of each clip."""
        np.add.at(self.shows, clips[clips < self.size], 1)

    def learn(self, clips: Ints, surprise: Floats) -> None:
        """Count watches: what was liked above the usual for clips of that length, one value per watch; both [n]."""
        known = clips < self.size
        np.add.at(self.good, clips[known], surprise[known])
        np.add.at(self.seen, clips[known], 1.0)

    def belief(self, clips: Ints | slice) -> tuple[Doubles, Doubles]:
        """Return mean and standard deviation of what is believed of clips' mean satisfaction; both [clips]."""
        own = self.rules
        weight = 1.0 / own.spread**2 + self.seen[clips] / own.noise**2
        mean = (self.prior[clips] / own.spread**2 + self.good[clips] / own.noise**2) / weight
        return mean, 1.0 / np.sqrt(weight)

    def draw(self, clips: Ints, random: np.random.Generator) -> Floats:
        """Return one draw from the belief about each clip, shape [clips]; of those still owed showings, the mean.

        What is owed is given to all of them anyway: there luck would only blur to whom each is shown.
        """
        drawn, deviation = self.belief(clips)
        tried = self.shows[clips] >= self.rules.shows
        if tried.any():
            drawn += tried * deviation * random.standard_normal(len(clips))
        told: Floats = drawn.astype(np.float32)
        return told

    @property
    def on_trial(self) -> Ints:
        """The clips on trial."""
        return self.pool.clips

    def sample(self, most: int, random: np.random.Generator, language: int = -1) -> Ints:
        """Return up to `most` clips on trial, drawn by how urgently they are owed showings (Efraimidis and Spirakis
        2006); of the language (a number of the catalogue's) as far as there are any. Of few clips it may be a few less:
        a clip that is drawn again is passed over, which is the same as drawing without it. Of many they are drawn one
        from each of `most` equal shares of the urgency, so that the sums are searched in order, which is four times
        as fast; a clip so urgent that it fills a share may come twice.

        Either all of them are owed showings or none is, in turns by how urgent both are together: side by side the
        better clip would win each time, and the other one never be given what it is owed.
        """
        sides = self.pool.sides(self.catalogue, language)
        (clips, upto), (others, upto_others) = sides
        if random.random() * (upto[-1] + upto_others[-1]) >= upto[-1]:
            clips, upto = others, upto_others
        if len(clips) <= most:
            return clips
        if len(clips) >= 16 * most:
            shares = (np.arange(most) + random.random(most)) * (upto[-1] / most)
            drawn = np.searchsorted(upto[1:-1], shares, side="right")
            some: Ints = clips[drawn]
            return some
        drawn = np.searchsorted(upto[1:-1], random.random(DRAWS * most) * upto[-1], side="right")
        chosen: Ints = clips[list(dict.fromkeys(drawn.tolist()))[:most]]
        return chosen

    def wants(self, cost: float) -> bool:
        """Say whether a place is given to a clip on trial, and count the place.

        `cost` is how much more the others of its slate are worth. The part of the places that is needed is taken from
        those where it costs least: `dear` follows that quantile of the costs (Robbins and Monro 1951). Until it is
        found, what is given never falls further behind what is needed than BEHIND places.
        """
        self._places += 1
        wanted = cost < self.dear or self._behind >= BEHIND
        self._behind = max(self._behind + self.chance - wanted, -BEHIND)
        self.dear += STEP * (self.chance - wanted)
        return wanted

    def refresh(self, now: float) -> None:
        """Admit new clips, end trials that are decided, and set the pace. Call it every second or minute."""
        self._admit(now)
        if now - self._fitted >= self.rules.refit_s:
            self._fit()
            self._fitted = now
        self._decide()
        self._set_pace(now)

    def counters(self) -> dict[str, int]:
        """Return how many clips stand where, and how many showings are still owed."""
        counts = {state.name.lower(): int((self.state == state).sum()) for state in State}
        owed = np.maximum(self.rules.shows - self.shows[self.on_trial], 0).sum()
        return {**counts, "owed": int(owed)}

    def snapshot(self) -> dict[str, npt.NDArray[Any]]:
        """Return everything known as named arrays (copies)."""
        return {**{name: getattr(self, name).copy() for name in self.NAMES}, "feature": self.feature.copy()}

    def restore(self, arrays: dict[str, npt.NDArray[Any]]) -> None:
        """Take up a snapshot of the same catalogue. ValueError if it does not fit; then nothing has changed."""
        sizes = {len(arrays[name]) for name in self.NAMES if name in arrays}
        fits = set(arrays) == {*self.NAMES, "feature"} and len(sizes) == 1 and max(sizes) <= self.catalogue.size
        if not fits or arrays["feature"].shape != self.feature.shape:
            raise ValueError("the snapshot is of another catalogue or another version")
        for name, array in arrays.items():
            setattr(self, name, array.copy())
        self.size = sizes.pop()
        self.pool = _pool(self.state)

    def _admit(self, now: float) -> None:
        size = self.catalogue.size
        if size == self.size:
            return
        fresh = np.arange(self.size, size)
        more = len(fresh)
        is_new = now - self.catalogue.created[fresh] < self.rules.admitted_s
        self.state = np.concatenate([self.state, np.where(is_new, State.ON_TRIAL, State.OLD).astype(np.int8)])
        self.since = np.concatenate([self.since, np.full(more, now)])
        self.shows = np.concatenate([self.shows, np.zeros(more, np.int32)])
        self.good, self.seen = (np.concatenate([one, np.zeros(more)]) for one in (self.good, self.seen))
        self.prior = np.concatenate([self.prior, self._promise(fresh)])
        self.size = size

    def _promise(self, clips: npt.NDArray[np.intp] | slice) -> Doubles:
        promise: Doubles = self.feature[self.catalogue.features[clips]].sum(axis=1)
        return promise

    def _fit(self, sweeps: int = 3) -> None:
        """Fit what each feature promises to the clips seen, a kind at a time on what the others leave."""
        own, size = self.rules, self.size
        features = self.catalogue.features[:size]
        mean = np.divide(self.good, self.seen, out=np.zeros(size), where=self.seen > 0)
        # A clip's mean counts by how much of its scatter is the clip itself.
        weight = self.seen / (self.seen + (own.noise / own.spread) ** 2)
        fitted = self.feature
        for _ in range(sweeps):
            for column in reversed(range(len(COLUMNS))):  # tags first, what is told by few clips (the creator) last
                bucket = features[:, column]
                rest = mean - fitted[features].sum(axis=1) + fitted[bucket]
                above = np.bincount(bucket, weight * rest, BUCKETS)
                moved = above / (np.bincount(bucket, weight, BUCKETS) + own.shrink)
                # The five tags share one set of buckets: each column moves it by a part only.
                share = 1.0 if column < len(COLUMNS) - COLUMNS.count("tag") else 0.3
                present = np.unique(bucket)
                fitted[present] += share * (moved[present] - fitted[present])
                fitted[0] = 0.0
        self.prior = self._promise(slice(0, size))

    def medians(self) -> Doubles:
        """Return for each clip the median of what is believed of the clips of its market, shape [clips]."""
        mean, _ = self.belief(slice(0, self.size))
        market = self.catalogue.market[: self.size]
        medians = np.full(self.size, np.median(mean) if self.size else 0.0)
        for one in np.unique(market):
            here = market == one
            if here.sum() >= self.rules.few:
                medians[here] = np.median(mean[here])
        return medians

    def above(self, clips: Ints) -> Doubles:
        """Return how sure it is that each clip is above the median of its market, 0 to 1; shape [clips]."""
        mean, deviation = self.belief(clips)
        sure: Doubles = np.interp((mean - self.medians()[clips]) / deviation, EDGES, BELOW)
        return sure

    def _decide(self) -> None:
        own = self.rules
        tried = np.flatnonzero((self.state == State.ON_TRIAL) & (self.shows >= own.shows)).astype(np.int32)
        rested = np.flatnonzero(self.state == State.RESTED).astype(np.int32)
        if len(tried) or len(rested):
            sure = self.above(tried)
            over = self.shows[tried] >= own.most_shows
            self.state[tried[(sure >= own.surely) | (over & (sure >= 0.5))]] = State.GRADUATED
            self.state[tried[(sure <= 1 - own.surely) | (over & (sure < 0.5))]] = State.RESTED
            self.state[rested[self.above(rested) >= own.surely]] = State.GRADUATED

    def _set_pace(self, now: float) -> None:
        """Give as many places as it takes to give what is owed in time; at most every one that is asked for."""
        own = self.rules
        on_trial = _pool(self.state).clips
        # What is hidden, or for followers only, cannot be given its showings, and takes no place from the others.
        on_trial = on_trial[self.catalogue.shown[on_trial] & self.catalogue.everyone[on_trial]]
        owed = np.maximum(own.shows - self.shows[on_trial], 0)
        left = np.maximum(self.since[on_trial] + own.pace * own.within_s - now, 300.0)
        # Those who have had what they are owed and are not decided yet are tried on, without hurry.
        rate = np.where(owed > 0, owed / left, own.later * own.shows / own.within_s)
        self.pool = Pool(on_trial, rate, owed > 0)
        passed = now - self._counted
        if passed >= 60.0:
            lately = self._places / passed if np.isfinite(passed) else 0.0
            self.per_s += (lately - self.per_s) * (min(passed / 1800.0, 1.0) if self.per_s else 1.0)
            self._counted, self._places = now, 0
        self.chance = min(float(rate.sum()) / self.per_s if self.per_s > 0 else float(len(rate) > 0), own.at_most)


def _pool(state: npt.NDArray[np.int8]) -> Pool:
    """Return the pool of clips on trial as long as nothing is known of how urgent they are."""
    on_trial = np.flatnonzero(state == State.ON_TRIAL).astype(np.int32)
    return Pool(on_trial, np.ones(len(on_trial)), np.ones(len(on_trial), np.bool_))
