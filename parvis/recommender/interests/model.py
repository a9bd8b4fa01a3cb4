"""What clips hold of all that tastes differ by, and how much of it one viewer likes: learned at every event.

Regression-based latent factors (Agarwal and Chen 2009), over what a clip is about (`subjects`, found in what it is made
of), its length and language, and factors that are found out from watches. A clip's worth to all and its factors are the
sums of those of its creator, sound, tags, market ... and of its own; so a clip that nobody saw has a place, and what is
seen of it moves it from there. A viewer's vector is the exact posterior mean of a Bayesian linear regression on the
vectors of what they watched last. Clips learn by the gain of a Kalman filter with one variance for each vector (Kalman
1960, made isotropic), so no rate is to be chosen. What is foretold is the logarithm of the seconds that a clip holds a
viewer: who sees it to the end would have stayed longer, and counts as the mean of what is beyond (Tobin 1958); what
viewers tire of (`tired`) is taken out first.
"""

from dataclasses import fields
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from parvis.recommender.catalogue import Catalogue
from parvis.recommender.interests.clips import Vectors
from parvis.recommender.interests.shape import DIFFER, LANGUAGES, RECALLED, WIDTH, WORTH
from parvis.recommender.interests.tired import CREATOR_S, LOOK_BACK, SUBJECT_S, Tired, aged, before, fading
from parvis.recommender.interests.told import told_by
from parvis.recommender.interests.viewers import AGES, PRIORS, Recollection, mean, means
from parvis.recommender.interface import Events, events_of
from parvis.recommender.signals import WATCHED, Floats, Ints

FEW, MANY = 1 << 8, 1 << 14  # viewers of whom the last watches are kept, to learn from what they watch next
TOGETHER = 16  # events are learned at once: each alone would cost eight times as much
AGAIN = 4  # vectors are made anew for each event, by turns: those of clips that nobody sees follow their creators
PATIENCE = 8  # a viewer's vector is made anew after so many further watches; the first ones count sooner
USUAL = (np.log(5.0), 2.25)  # mean and variance of the logarithm of seconds, at first
FAR = 4.0  # a surprise counts as no larger
OF_VIEWERS = ("viewer", "count", "made", "clips", "told", "at", "theirs", "doubt")
KEPT = ("usual", *OF_VIEWERS)
NOBODY: Floats = np.zeros(WIDTH, np.float32)


class Interests:
    """One thread learns (the caller sees to it); any number read. Events are clean and in order of time."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.vectors = Vectors(catalogue)
        self.tired = Tired()
        self.usual = np.array([*USUAL, 0.0])  # of the logarithm of seconds: mean, variance that is left, watches
        # A viewer has one place, by key; there are more places, up to MANY, when half of them are taken.
        self.viewer: npt.NDArray[np.uint64] = np.zeros(FEW, np.uint64)
        self.count: Ints = np.zeros(FEW, np.int32)
        self.made: Ints = np.zeros(FEW, np.int32)  # the count with which `theirs` was made
        self.clips: Ints = np.zeros((FEW, RECALLED), np.int32)  # 1 + the clip; 0 for none
        self.told: Floats = np.zeros((FEW, RECALLED), np.float32)
        self.at: npt.NDArray[np.uint32] = np.zeros((FEW, RECALLED), np.uint32)  # seconds since 1970
        self.theirs: Floats = np.zeros((FEW, WIDTH), np.float32)
        self.doubt: Floats = np.zeros((FEW, WIDTH), np.float32)
        nothing = events_of(0, np.zeros(TOGETHER, np.int32))
        self.waiting = {one.name: getattr(nothing, one.name).copy() for one in fields(nothing)}
        self.waits = self.turn = 0

    def grow(self) -> None:
        """Make room for more clips, and vectors for those that came since."""
        self.vectors.grow()

    def learn(self, events: Events) -> None:
        """Learn about clips, TOGETHER events at a time however they come; the rest waits for the next ones."""
        if not self.vectors.fitted:
            self.vectors.settle()
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
        clips, n = events.clip, len(events)
        rows = self.vectors.rows(clips)
        last = slice(max(len(mine.clips) - LOOK_BACK, 0), None)
        past = np.broadcast_to(mine.clips[last], (n, len(mine.clips[last])))
        causes = self._causes(events, past, np.broadcast_to(mine.at[last], past.shape))
        without = rows @ self.of(mine)
        told, _ = told_by(
            events,
            self.catalogue.duration_ms[events.clip],
            (float(self.usual[0]), float(self.usual[1])),
            without - causes @ self.tired.weight,
        )
        mine.clips = np.concatenate([mine.clips, clips])[-RECALLED:]
        mine.told = np.concatenate([mine.told, told + causes @ self.tired.weight])[-RECALLED:]
        mine.at = np.concatenate([mine.at, np.where(WATCHED[events.kind], events.at, 0.0)])[-RECALLED:]
        mine.vector = None

    def of(self, mine: Recollection, language: int = -1) -> Floats:
        """Return a viewer's vector, shape [WIDTH]: its product with a clip's says how far it is beyond the usual.
        `language` is the catalogue's number of their own, -1 if it is not known."""
        made_for = language, self.vectors.fitted
        if mine.vector is None or mine.made_for != made_for:
            prior = PRIORS[(language - 1) % LANGUAGES] if language > 0 else NOBODY
            mine.vector = mean(self.vectors.rows(mine.clips), mine.told, float(self.usual[1]), prior)
            mine.made_for = made_for
        return mine.vector

    def takes(self, mine: Recollection, clips: Ints, now: float) -> Floats:
        """Return what having seen of their kind takes from clips now, and what age takes, in log seconds below 0;
        [2, clips]."""
        catalogue, weight = self.catalogue, self.tired.weight
        takes: Floats = np.zeros((2, len(clips)), np.float32)
        np.multiply(aged(now - catalogue.created[clips]), -weight[2], out=takes[1])
        past, at = mine.clips[-LOOK_BACK:], mine.at[-LOOK_BACK:]
        if len(past):
            passed = np.where(at > 0, now - at, -1.0)
            subject = fading(passed, SUBJECT_S) @ self.vectors.about(past)
            takes[0] = self.vectors.about(clips) @ (subject * -weight[0])
            of_creator, creator = catalogue.scratch().weight, catalogue.creator[past]
            np.add.at(of_creator, creator, fading(passed, CREATOR_S) * -weight[1])
            takes[0] += of_creator[catalogue.creator[clips]]
            of_creator[creator] = 0.0
        return takes

    def seconds(self, beyond: Floats, clips: Ints) -> tuple[Floats, Floats]:
        """Return the seconds to expect of clips that are so far beyond the usual, and how likely each is left before a
        third of it, both [clips]: the clip's end cuts a log-normal time."""
        spread = float(np.sqrt(self.usual[1]))
        expected = beyond + np.float32(self.usual[0])
        end = np.log(self.catalogue.duration_ms[clips] / np.float32(1000.0))
        far = (end - expected) / spread
        held = np.exp(np.minimum(expected + spread * spread / 2, 10.0)) * ndtr(far - spread)
        skipped = ndtr((np.maximum(np.log(2.0), end - np.log(3.0)) - expected) / spread)
        return (held + np.exp(end) * ndtr(-far)).astype(np.float32), skipped.astype(np.float32)

    def arrays(self, size: int) -> dict[str, npt.NDArray[Any]]:
        """Return the state of the first `size` clips and of all viewers, by name (not copied)."""
        waiting = {f"waiting.{name}": column for name, column in self.waiting.items()}
        tired = {"tired.square": self.tired.square, "tired.product": self.tired.product}
        rest = {name: getattr(self, name) for name in KEPT}
        return {**self.vectors.arrays(size), **rest, **waiting, **tired, "turn": np.array([self.turn, self.waits])}

    def restore(self, arrays: dict[str, npt.NDArray[Any]]) -> None:
        """Take up what `arrays` returned (copied)."""
        self.vectors.restore(arrays)
        for name in KEPT:
            setattr(self, name, np.array(arrays[name]))
        self.waiting = {name: np.array(arrays[f"waiting.{name}"]) for name in self.waiting}
        self.tired.square, self.tired.product = np.array(arrays["tired.square"]), np.array(arrays["tired.product"])
        self.tired.restored()
        self.turn, self.waits = arrays["turn"].tolist()

    def forget(self, viewers: npt.NDArray[np.uint64]) -> None:
        """Keep nothing of these viewers: neither their keys nor what they watched last."""
        slots = self._places(viewers)
        self._empty(slots[self.viewer[slots] == viewers])
        self._keep(~np.isin(self.waiting["viewer"][: self.waits], viewers))

    def erase(self, clips: Ints) -> None:
        """Keep nothing of these clips."""
        gone = np.zeros(len(self.vectors.own), np.bool_)
        gone[clips] = True
        self.clips[(self.clips > 0) & gone[self.clips - 1]] = 0
        self._keep(~gone[self.waiting["clip"][: self.waits]])
        self.vectors.erase(clips)

    def _keep(self, which: npt.NDArray[np.bool_]) -> None:
        """Let only these of the events that wait go on waiting, and keep nothing of the others."""
        for column in self.waiting.values():
            kept = column[: self.waits][which]
            column[:] = 0
            column[: len(kept)] = kept
        self.waits = int(np.count_nonzero(which))

    def _settle(self) -> None:
        """Learn what waits."""
        if len(self.viewer) < MANY and 2 * np.count_nonzero(self.viewer) > len(self.viewer):
            self._double()
        if self.vectors.settle():
            self.made[:] = -PATIENCE  # vectors of viewers stand on subjects that were
        self._learn(Events(**{name: column.copy() for name, column in self.waiting.items()}))
        self._keep(np.zeros(self.waits, np.bool_))
        size = self.catalogue.size
        last = min(self.turn + AGAIN * TOGETHER, size)
        self.vectors.renew(slice(self.turn, last))
        self.turn = last if last < size else 0

    def _places(self, viewers: npt.NDArray[np.uint64]) -> npt.NDArray[np.intp]:
        return (viewers % np.uint64(len(self.viewer))).astype(np.intp)

    def _double(self) -> None:
        """Make twice as many places. Whoever had one has one still: two that differ in few bits differ in more."""
        taken = np.flatnonzero(self.viewer)
        before = {name: getattr(self, name) for name in OF_VIEWERS}
        for name, column in before.items():
            setattr(self, name, np.zeros((2 * len(column), *column.shape[1:]), column.dtype))
        places = self._places(before["viewer"][taken])
        for name, column in before.items():
            getattr(self, name)[places] = column[taken]

    def _empty(self, slots: npt.NDArray[np.intp]) -> None:
        for column in (self.viewer, self.count, self.made, self.clips, self.told, self.at, self.theirs):
            column[slots] = 0
        self.theirs[slots, WORTH] = 1.0
        self.doubt[slots] = DIFFER**2

    def _causes(self, events: Events, past: Ints, past_at: npt.NDArray[Any]) -> Floats:
        """Return what events may have been made tired of by (columns as `tired` has them), [events, CAUSES]: by what
        their viewers watched before, `past` [events, h] and when, and by the events before them. 0 for acts."""
        n, catalogue = len(events), self.catalogue
        watched = WATCHED[events.kind]
        earlier = (events.viewer[:, None] == events.viewer) & watched & (np.arange(n)[:, None] > np.arange(n))
        clips = np.concatenate([past, np.broadcast_to(events.clip, (n, n))], axis=1)
        passed = np.concatenate([
            np.where(past_at > 0, np.maximum(events.at[:, None] - past_at, 0.0), -1.0),
            np.where(earlier, np.maximum(events.at[:, None] - events.at, 0.0), -1.0),
        ], axis=1)  # fmt: skip
        passed[clips < 0] = -1.0
        about = self.vectors.about(events.clip), self.vectors.about(clips)
        creator = catalogue.creator[events.clip], catalogue.creator[clips]
        age = aged(events.at - catalogue.created[events.clip])
        causes = np.stack([*before(about, creator, passed), age], axis=1)
        causes[~watched] = 0.0
        return causes

    def _learn(self, events: Events) -> None:
        viewers, which = np.unique(events.viewer, return_inverse=True)
        slots = self._places(viewers)
        self._empty(slots[self.viewer[slots] != viewers])
        self.viewer[slots] = viewers
        self.vectors.renew(np.unique(events.clip))
        self._refresh(slots)
        mine, rows = slots[which], self.vectors.rows(events.clip)
        past = (self.count[mine, None] - 1 - np.arange(LOOK_BACK)) % RECALLED
        causes = self._causes(
            events, self.clips[mine[:, None], past] - 1, self.at[mine[:, None], past].astype(np.float64)
        )
        theirs = self.theirs[mine]
        without = np.einsum("ij,ij->i", rows, theirs)
        takes = causes @ self.tired.weight
        told, square = told_by(
            events,
            self.catalogue.duration_ms[events.clip],
            (float(self.usual[0]), float(self.usual[1])),
            without - takes,
        )
        surprise = np.clip(told - without + takes, -FAR, FAR)
        watched = WATCHED[events.kind]
        self._level(square[watched], surprise[watched])
        self.tired.learn(causes[watched], (without - told)[watched])
        rows[:, WORTH] = 0.0
        noise = self.usual[1] + (rows * rows * self.doubt[mine]).sum(axis=1)
        self.vectors.move(events.clip, surprise, theirs, noise.astype(np.float32))
        self.vectors.renew(np.unique(events.clip))
        self._remember(mine, events, told + takes)

    def _refresh(self, slots: npt.NDArray[np.intp]) -> None:
        """Make the vectors anew of viewers who have watched enough since they were made."""
        made, count = self.made[slots], self.count[slots]
        slots = slots[count - made >= np.minimum(1 + np.maximum(made, 0) // 4, PATIENCE)]
        if len(slots):
            clips, count = self.clips[slots] - 1, self.count[slots]
            weight = AGES[(count[:, None] - 1 - np.arange(RECALLED)) % RECALLED] * (clips >= 0)
            rows = self.vectors.rows(clips)
            self.theirs[slots], self.doubt[slots] = means(rows, self.told[slots], weight, float(self.usual[1]))
            self.made[slots] = count

    def _level(self, square: Floats, surprise: Floats) -> None:
        seen = self.usual[2]
        n = len(square)
        if n:
            self.usual[1] += (square.mean() - self.usual[1]) * min(n / min(seen + 200.0, 20_000.0), 1.0)
            self.usual[1] = min(max(self.usual[1], 0.1), 10.0)
            self.usual[0] += 0.001 * float(surprise.sum())
            self.usual[2] += n

    def _remember(self, slots: npt.NDArray[np.intp], events: Events, told: Floats) -> None:
        order = np.argsort(slots, kind="stable")
        sorted_ = slots[order]
        rank = np.empty(len(slots), np.int32)
        rank[order] = np.arange(len(slots)) - np.searchsorted(sorted_, sorted_)
        place = (self.count[slots] + rank) % RECALLED
        self.clips[slots, place], self.told[slots, place] = events.clip + 1, told
        self.at[slots, place] = np.where(WATCHED[events.kind], np.clip(events.at, 0.0, 4e9), 0.0).astype(np.uint32)
        np.add.at(self.count, slots, 1)
