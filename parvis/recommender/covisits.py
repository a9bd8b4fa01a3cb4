"""Which clips are liked one after another: directed, decayed co-visits in a bounded table."""

from typing import Any

import numpy as np
import numpy.typing as npt

from parvis.recommender.interface import Events
from parvis.recommender.signals import Floats, Ints

ROW = 16  # neighbours kept per clip
LAGS = 4  # a liked clip is tied to the last four that the same viewer liked ...
LAG_DECAY = 0.7  # ... each one further back by this much less
LIKED = 0.3  # a satisfaction from here on is a liking
VIEWERS = 1 << 16
FADE = 0.9  # what a rival takes from the holder of a slot
DOUBT = 2.0  # as if each clip had been left this often for somewhere unknown


class Covisits:
    """For each clip up to ROW followers with weights, and the last likings of recent viewers.

    A follower has one slot in its row, by hash; a rival wears the holder down and takes the slot when it is heavier
    (the idea of HeavyKeeper, Yang et al. 2018). So an update costs the same however large the catalogue is.
    """

    def __init__(self, room: int) -> None:
        self.follower: Ints = np.full((room, ROW), -1, np.int32)
        self.weight: Floats = np.zeros((room, ROW), np.float32)
        self.out: Floats = np.zeros(room, np.float32)  # total weight that left each clip
        self.into: Floats = np.zeros(room, np.float32)  # and that arrived: what is followed by all is worth less
        self.viewer: npt.NDArray[np.uint64] = np.zeros(VIEWERS, np.uint64)
        self.last: Ints = np.full((VIEWERS, LAGS), -1, np.int32)

    def grow(self, room: int) -> None:
        """Make room for more clips."""
        more = room - len(self.out)
        if more > 0:
            self.weight = np.concatenate([self.weight, np.zeros((more, ROW), np.float32)])
            self.out = np.concatenate([self.out, np.zeros(more, np.float32)])
            self.into = np.concatenate([self.into, np.zeros(more, np.float32)])
            self.follower = np.concatenate([self.follower, np.full((more, ROW), -1, np.int32)])

    def learn(self, events: Events, value: Floats) -> None:
        """Tie the clips that were liked to those liked before them by the same viewer. Events in order of time."""
        liked = value >= LIKED
        if not liked.any():
            return
        viewer, clip = events.viewer[liked], events.clip[liked]
        order = np.argsort(viewer, kind="stable")
        viewer, clip = viewer[order], clip[order]
        heads = np.flatnonzero(np.concatenate([[True], viewer[1:] != viewer[:-1]]))
        viewers, slots = viewer[heads], (viewer[heads] % np.uint64(VIEWERS)).astype(np.intp)
        before = np.where((self.viewer[slots] == viewers)[:, None], self.last[slots], -1)
        # Each viewer's row: the LAGS remembered clips, then the new ones. -1 stands for nothing.
        counts = np.diff(np.append(heads, len(viewer)))
        starts = heads + LAGS * np.arange(len(heads))
        line = np.full(len(clip) + LAGS * len(heads), -1, np.int32)
        where = np.arange(len(clip)) + LAGS * np.repeat(np.arange(1, len(heads) + 1), counts)
        line[where] = clip
        line[starts[:, None] + np.arange(LAGS)] = before
        for lag in range(1, LAGS + 1):
            source = line[where - lag]
            pairs = (source >= 0) & (source != clip)
            self._add(source[pairs], clip[pairs], LAG_DECAY ** (lag - 1))
        ends = starts + LAGS + counts
        self.viewer[slots] = viewers
        self.last[slots] = line[ends[:, None] - np.arange(LAGS, 0, -1)]

    def after(self, clips: Ints) -> tuple[Ints, Floats]:
        """Return the followers of each of `clips` and how strongly they follow, about 0..1; both [len(clips) * ROW].

        A follower stands there once for each clip that it follows; -1 and 0 where there is none.
        """
        follower, weight = self.follower[clips], self.weight[clips]
        strength = weight / (self.out[clips][:, None] + DOUBT) / np.power(self.into[follower] + 1.0, 0.3)
        return follower.ravel(), np.where(follower >= 0, strength, 0.0).astype(np.float32).ravel()

    def arrays(self, size: int) -> dict[str, npt.NDArray[Any]]:
        """Return the state of the first `size` clips and of all viewers, by name (not copied)."""
        own = {name: getattr(self, name)[:size] for name in ("follower", "weight", "out", "into")}
        return {**own, "viewer": self.viewer, "last": self.last}

    def restore(self, arrays: dict[str, npt.NDArray[Any]], room: int) -> None:
        """Take up what `arrays` returned (copied), with room for `room` clips."""
        for name, array in arrays.items():
            setattr(self, name, np.array(array))
        self.grow(room)

    def forget(self, viewers: npt.NDArray[np.uint64]) -> None:
        """Keep nothing of these viewers: neither their keys nor what they liked last."""
        slots = (viewers % np.uint64(VIEWERS)).astype(np.intp)
        slots = slots[self.viewer[slots] == viewers]
        self.viewer[slots] = 0
        self.last[slots] = -1

    def erase(self, clips: Ints) -> None:
        """Keep nothing of these clips: neither what followed them nor that they followed others."""
        gone = np.zeros(len(self.out), np.bool_)
        gone[clips] = True
        self.follower[clips] = -1
        for held, rest in ((self.follower, self.weight), (self.last, None)):
            erased = (held >= 0) & gone[held]
            held[erased] = -1
            if rest is not None:
                rest[erased] = 0.0
        for array in (self.weight, self.out, self.into):
            array[clips] = 0.0

    def _add(self, source: Ints, target: Ints, weight: float) -> None:
        np.add.at(self.out, source, weight)
        np.add.at(self.into, target, weight)
        slot = (target.astype(np.int64) * 2654435761 >> 16) % ROW
        held = self.follower[source, slot]
        same = held == target
        np.add.at(self.weight, (source[same], slot[same]), weight)
        source, slot, target = source[~same], slot[~same], target[~same]
        worn = self.weight[source, slot] * FADE
        wins = worn < weight
        self.weight[source, slot] = np.where(wins, weight, worn)
        self.follower[source[wins], slot[wins]] = target[wins]
