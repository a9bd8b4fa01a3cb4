"""What clips hold of all that tastes differ by, and how much of it one viewer likes: factors learned at every event.

Regression-based latent factors (Agarwal and Chen 2009). A clip's vector is the sum of those of its creator, sound,
language, market, length and tags, and of one of its own; so a clip that nobody saw has a place, and what is seen of it
moves it from there. A viewer's vector is the exact posterior mean of a Bayesian linear regression on the vectors of what
they watched last. Clips learn by the gain of a Kalman filter with one variance for each vector (Kalman 1960, made
isotropic), so no rate is to be chosen. What is foretold is the logarithm of the seconds that a clip holds a viewer: who
sees it to the end would have stayed longer, and counts as the mean of what is beyond (Tobin 1958).
"""

from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from parvis.recommender.catalogue import BUCKETS, RANGES, Catalogue
from parvis.recommender.interface import Events, events_of
from parvis.recommender.signals import CODES, KINDS, WATCHED, Floats, Ints

WIDTH = 32
WORTH, OWN, LENGTH, FREE = 0, 1, 2, 3  # worth to all; a viewer's own level; length; from FREE on what is found out
VIEWERS, REMEMBERED = 1 << 14, 128  # viewers of whom the last watches are kept, to learn from what they watch next
RECALLED = 128  # watches of a viewer that count for them
KEEP = 0.995  # what is left of a watch after one further watch
TOGETHER = 16  # events are learned at once: each alone would cost eight times as much
AGAIN = 4  # vectors are made anew for each event, by turns: those of clips that nobody sees follow their creators
SHARE = {"creator": 0.15, "tag": 0.2, "sound": 0.05, "language": 0.2, "market": 0.05, "length": 0.05}
OWN_SHARE = 1.0  # of a clip itself, where all creators, tags ... have the above; variances of log seconds
LEVELS = 0.1  # the same of the worth to all
PLASTIC = 0.02  # of its first variance every creator, tag ... keeps so much: what they do changes
USUAL = (np.log(5.0), 2.25)  # mean and variance of the logarithm of seconds, at first
SHORTEST_S, WHOLE = 0.3, 0.97
THOUSAND = float(np.log(1000.0))
FAR = 4.0  # a surprise counts as no larger
# What an act says of the logarithm of seconds beyond the usual: at least, or (below 0) at most.
SAYS = np.zeros(len(KINDS), np.float32)
for kind, says in (("like", 2.0), ("share", 2.0), ("follow", 2.0), ("comment", 2.0), ("unlike", -1.0),
                   ("not-interested", -3.0)):  # fmt: skip
    SAYS[CODES[kind]] = says
PRIOR = np.ones(WIDTH, np.float32)  # precision of each part of a viewer's vector
PRIOR[OWN], PRIOR[LENGTH] = 2.0, 3.3
KEPT = ("feature", "feature_doubt", "usual", "viewer", "count", "clips", "told")
AGES = np.float32(KEEP) ** np.arange(max(RECALLED, REMEMBERED), dtype=np.float32)


@dataclass
class Recollection:
    """The clips that a viewer watched last, the latest at the end, and what each told; their vector, made when asked
    for."""

    clips: Ints = field(default_factory=lambda: np.empty(0, np.int32))
    told: Floats = field(default_factory=lambda: np.empty(0, np.float32))
    vector: Floats | None = None


class Interests:
    """One thread learns (the caller sees to it); any number read. Events are clean and in order of time."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.known = 0  # clips whose vectors are made as learning goes; those beyond are made when asked for
        self.turn = 0
        self.first = np.zeros(BUCKETS, np.float32)  # the variance of each feature before anything is seen
        for name, (low, high) in RANGES.items():
            self.first[low:high] = SHARE[name] / WIDTH
        # Chance breaks the symmetry: with vectors of 0 nothing could be learned.
        random = np.random.default_rng(7).standard_normal((BUCKETS, WIDTH), dtype=np.float32)
        self.feature: Floats = random * np.sqrt(self.first)[:, None]
        self.feature[:, :FREE] = 0.0
        self.feature_doubt: Floats = np.stack([self.first, LEVELS * (self.first > 0)], axis=1).astype(np.float32)
        self.own: Floats = np.zeros((0, WIDTH), np.float32)
        self.own_doubt: Floats = np.zeros((0, 2), np.float32)
        self.vector: Floats = np.zeros((0, WIDTH), np.float32)
        self.usual = np.array([*USUAL, 0.0])  # of the logarithm of seconds: mean, variance that is left, watches
        self.viewer: npt.NDArray[np.uint64] = np.zeros(VIEWERS, np.uint64)
        self.count: Ints = np.zeros(VIEWERS, np.int32)
        self.clips: Ints = np.full((VIEWERS, REMEMBERED), -1, np.int32)
        self.told: Floats = np.zeros((VIEWERS, REMEMBERED), np.float32)
        nothing = events_of(0, np.zeros(TOGETHER, np.int32))
        self.waiting = {one.name: getattr(nothing, one.name).copy() for one in fields(nothing)}
        self.waits = 0
        self.grow(len(catalogue.shown))

    def grow(self, room: int) -> None:
        """Make room for more clips, and vectors for those that came since."""
        more = room - len(self.own)
        if more > 0:
            self.own = np.concatenate([self.own, np.zeros((more, WIDTH), np.float32)])
            doubt = np.tile(np.array([OWN_SHARE / WIDTH, LEVELS], np.float32), (more, 1))
            self.own_doubt = np.concatenate([self.own_doubt, doubt])
            self.vector = np.concatenate([self.vector, np.zeros((more, WIDTH), np.float32)])
        # Not yet `known`: a clip may be rewritten before the next event, and a replay would see only what it became.
        if self.known < self.catalogue.size:
            self._renew(slice(self.known, self.catalogue.size))

    def learn(self, events: Events) -> None:
        """Learn about clips, TOGETHER events at a time however they come; the rest waits for the next ones."""
        start = 0
        while start < len(events):
            some = slice(start, start + TOGETHER - self.waits)
            ends = self.waits + len(events.clip[some])
            for name, column in self.waiting.items():
                column[self.waits : ends] = getattr(events, name)[some]
            start, self.waits = some.stop, ends
            if ends == TOGETHER:
                self._settle()

    def observe(self, mine: Recollection, events: Events) -> None:
        """Remember what one viewer did."""
        clips = events.clip
        told, _ = self._told(events, self.vector[clips] @ self.of(mine))
        mine.clips = np.concatenate([mine.clips, clips])[-RECALLED:]
        mine.told = np.concatenate([mine.told, told])[-RECALLED:]
        mine.vector = None

    def of(self, mine: Recollection) -> Floats:
        """Return a viewer's vector, shape [WIDTH]: its product with a clip's says how far it is beyond the usual."""
        vector = mine.vector
        if vector is None:
            n = len(mine.clips)
            rows, told = self.vector[mine.clips], mine.told
            told = told - rows[:, WORTH]
            rows[:, WORTH] = 0.0
            weighed = rows.T * (AGES[n - 1 :: -1] if n else AGES[:0])
            precision = weighed @ rows
            variance = np.float32(self.usual[1])
            precision.flat[:: WIDTH + 1] += PRIOR * variance
            vector = np.linalg.solve(precision, weighed @ told)
            vector[WORTH] = 1.0
            mine.vector = vector
        return vector

    def seconds(self, beyond: Floats, clips: Ints) -> tuple[Floats, Floats]:
        """Return the seconds to expect of clips that are so far beyond the usual, and how likely each is left before a
        third of it, both [clips]: the clip's end cuts a log-normal time."""
        spread = float(np.sqrt(self.usual[1]))
        mean = beyond + np.float32(self.usual[0])
        end = np.log(self.catalogue.duration_ms[clips] / np.float32(1000.0))
        far = (end - mean) / spread
        held = np.exp(np.minimum(mean + spread * spread / 2, 10.0)) * ndtr(far - spread)
        skipped = ndtr((np.maximum(np.log(2.0), end - np.log(3.0)) - mean) / spread)
        return (held + np.exp(end) * ndtr(-far)).astype(np.float32), skipped.astype(np.float32)

    def arrays(self, size: int) -> dict[str, npt.NDArray[Any]]:
        """Return the state of the first `size` clips and of all viewers, by name (not copied)."""
        self._renew(slice(self.known, size))
        own = {name: getattr(self, name)[:size] for name in ("own", "own_doubt", "vector")}
        rest = {name: getattr(self, name) for name in KEPT}
        waiting = {f"waiting.{name}": column for name, column in self.waiting.items()}
        return {**own, **rest, **waiting, "turn": np.array([self.known, self.turn, self.waits])}

    def restore(self, arrays: dict[str, npt.NDArray[Any]], room: int) -> None:
        """Take up what `arrays` returned (copied), with room for `room` clips."""
        for name in ("own", "own_doubt", "vector", *KEPT):
            setattr(self, name, np.array(arrays[name]))
        self.waiting = {name: np.array(arrays[f"waiting.{name}"]) for name in self.waiting}
        self.known, self.turn, self.waits = arrays["turn"].tolist()
        self.grow(room)

    def forget(self, viewers: npt.NDArray[np.uint64]) -> None:
        """Keep nothing of these viewers: neither their keys nor what they watched last."""
        slots = (viewers % np.uint64(VIEWERS)).astype(np.intp)
        self._empty(slots[self.viewer[slots] == viewers])
        self._keep(~np.isin(self.waiting["viewer"][: self.waits], viewers))

    def erase(self, clips: Ints) -> None:
        """Keep nothing of these clips."""
        gone = np.zeros(len(self.own), np.bool_)
        gone[clips] = True
        self.clips[(self.clips >= 0) & gone[self.clips]] = -1
        self._keep(~gone[self.waiting["clip"][: self.waits]])
        self.own[clips] = self.vector[clips] = 0.0
        self.own_doubt[clips] = OWN_SHARE / WIDTH, LEVELS

    def _keep(self, which: npt.NDArray[np.bool_]) -> None:
        """Let only these of the events that wait go on waiting, and keep nothing of the others."""
        for column in self.waiting.values():
            kept = column[: self.waits][which]
            column[:] = 0
            column[: len(kept)] = kept
        self.waits = int(np.count_nonzero(which))

    def _settle(self) -> None:
        """Learn what waits."""
        size = self.catalogue.size
        self._renew(slice(self.known, size))
        self.known = size
        self._learn(Events(**{name: column.copy() for name, column in self.waiting.items()}))
        self._keep(np.zeros(self.waits, np.bool_))
        last = min(self.turn + AGAIN * TOGETHER, size)
        self._renew(slice(self.turn, last))
        self.turn = last if last < size else 0

    def _empty(self, slots: npt.NDArray[np.intp]) -> None:
        self.viewer[slots] = 0
        self.count[slots] = 0
        self.clips[slots] = -1
        self.told[slots] = 0.0

    def _features(self, clips: Ints | slice) -> tuple[Ints, Floats]:
        """Return the features of clips and their weights, both [clips, features]: tags share, the others stand alone."""
        features = self.catalogue.features[clips]
        weight = (features > 0).astype(np.float32)
        weight[:, 5:] /= np.sqrt(np.maximum(weight[:, 5:].sum(axis=1, keepdims=True), 1.0))
        return features, weight

    def _renew(self, clips: Ints | slice) -> None:
        features, weight = self._features(clips)
        vector = np.matmul(weight[:, None, :], self.feature[features])[:, 0] + self.own[clips]
        vector[:, OWN] = 1.0
        vector[:, LENGTH] = np.log(self.catalogue.duration_ms[clips] / np.float32(25_000.0))
        self.vector[clips] = vector

    def _told(self, events: Events, expected: Floats) -> tuple[Floats, Floats]:
        """Return what events tell of the logarithm of seconds beyond the usual, and the squares of what was not
        expected, both [events]."""
        mean, variance, _ = self.usual.tolist()
        length = self.catalogue.duration_ms[events.clip]
        told = np.log(np.maximum(events.watched_ms, 1000 * SHORTEST_S))
        told -= mean + THOUSAND
        square = told - expected
        square *= square
        whole = (events.watched_ms >= WHOLE * length).nonzero()[0]
        if len(whole):
            spread, foretold = variance**0.5, expected[whole]
            end = np.log(length[whole]) - (mean + THOUSAND)
            far = np.clip((end - foretold) / spread, -4.0, 4.0)
            beyond = np.exp(-far * far / 2) / 2.5066283 / ndtr(-far)  # the mean of a normal's upper tail
            told[whole] = np.maximum(foretold + spread * beyond, end)
            square[whole] = variance * (1 + far * beyond)
        says = SAYS[events.kind]
        if says.any():
            acted = np.where(says > 0, np.maximum(says, expected), np.minimum(says, expected))
            told = np.where(says == 0, told, acted).astype(np.float32)
        return told, square

    def _learn(self, events: Events) -> None:
        viewers, which = np.unique(events.viewer, return_inverse=True)
        slots = (viewers % np.uint64(VIEWERS)).astype(np.intp)
        self._empty(slots[self.viewer[slots] != viewers])
        self.viewer[slots] = viewers
        clips, where = np.unique(events.clip, return_inverse=True)
        self._renew(clips)
        rows = self.vector[events.clip]
        theirs, doubt = self._vectors(slots)
        theirs, expected = theirs[which], np.einsum("ij,ij->i", rows, theirs[which])
        told, square = self._told(events, expected)
        self._level(square[WATCHED[events.kind]], (told - expected)[WATCHED[events.kind]])
        rows[:, WORTH] = 0.0
        noise = self.usual[1] + ((rows[:, None, :] @ doubt[which])[:, 0] * rows).sum(axis=1)
        self._move(events.clip, (clips, where), np.clip(told - expected, -FAR, FAR), (theirs, noise.astype(np.float32)))
        self._renew(clips)
        self._remember(slots[which], events.clip, told)

    def _vectors(self, slots: npt.NDArray[np.intp]) -> tuple[Floats, Floats]:
        """Return vectors of viewers [n, WIDTH] and their covariances [n, WIDTH, WIDTH], by what is remembered."""
        clips, count = self.clips[slots], self.count[slots]
        weight = AGES[(count[:, None] - 1 - np.arange(REMEMBERED)) % REMEMBERED] * (clips >= 0)
        rows = self.vector[clips]
        told = self.told[slots] - rows[:, :, WORTH]
        rows[:, :, WORTH] = 0.0
        variance = np.float32(self.usual[1])
        weighed = rows.transpose(0, 2, 1) * weight[:, None, :]
        precision = weighed @ rows
        precision += np.diag(PRIOR * variance)
        covariance = np.linalg.inv(precision)
        vectors = (covariance @ (weighed @ told[:, :, None]))[:, :, 0]
        vectors[:, WORTH] = 1.0
        return vectors, covariance * variance

    def _level(self, square: Floats, surprise: Floats) -> None:
        seen = self.usual[2]
        n = len(square)
        if n:
            self.usual[1] += (square.mean() - self.usual[1]) * min(n / min(seen + 200.0, 20_000.0), 1.0)
            self.usual[1] = min(max(self.usual[1], 0.1), 10.0)
            self.usual[0] += 0.001 * float(np.clip(surprise, -FAR, FAR).sum())
            self.usual[2] += n

    def _move(
        self, clip: Ints, unique: tuple[Ints, npt.NDArray[np.intp]], surprise: Floats, by: tuple[Floats, Floats]
    ) -> None:
        """Move clips and their features towards what was told: each by how much of the doubt is its own."""
        theirs, noise = by
        features, weight = self._features(clip)
        which, place = np.unique(features, return_inverse=True)
        n = len(clip)
        shares = np.zeros((len(which), n), np.float32)
        np.add.at(shares, (place.reshape(-1), np.repeat(np.arange(n), features.shape[1])), weight.reshape(-1))
        clips, where = unique
        mine = np.zeros((len(clips), n), np.float32)
        mine[where, np.arange(n)] = 1.0
        size = np.einsum("ij,ij->i", theirs[:, FREE:], theirs[:, FREE:])
        sizes = np.stack([size, np.ones_like(size)], axis=1)  # of what is found out, and of the worth to all
        doubt = (shares * shares).T @ self.feature_doubt[which] + self.own_doubt[clip]
        total = noise + (doubt * sizes).sum(axis=1)
        gain = surprise / total
        for table, uncertain, these, part in (
            (self.feature, self.feature_doubt, which, shares), (self.own, self.own_doubt, clips, mine),
        ):  # fmt: skip
            before = uncertain[these]
            seen = (part * part) @ (sizes / total[:, None])
            step = before / (1.0 + before * seen)
            table[these, FREE:] += step[:, :1] * (part @ (gain[:, None] * theirs[:, FREE:]))
            table[these, WORTH] += step[:, 1] * (part @ gain)
            seen[:, 0] /= WIDTH - FREE
            uncertain[these] = before / (1.0 + before * seen)
        least = np.stack([self.first[which], LEVELS * (self.first[which] > 0)], axis=1) * PLASTIC
        self.feature_doubt[which] = np.maximum(self.feature_doubt[which], least)

    def _remember(self, slots: npt.NDArray[np.intp], clips: Ints, told: Floats) -> None:
        order = np.argsort(slots, kind="stable")
        sorted_ = slots[order]
        first = np.searchsorted(sorted_, sorted_)
        rank = np.empty(len(slots), np.int32)
        rank[order] = np.arange(len(slots)) - first
        place = (self.count[slots] + rank) % REMEMBERED
        self.clips[slots, place], self.told[slots, place] = clips, told
        np.add.at(self.count, slots, 1)
