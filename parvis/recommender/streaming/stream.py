"""What a viewer may like next, of all clips, learned from every event at once.

The score is a log-linear sum: how popular a clip is now, over how often it follows what this viewer saw and liked
(as a smoothed logarithm of a lift, and in few dimensions), the viewer's creators and tags. Each part is a logarithm of
a ratio, so the weights are those of a conditional logit (McFadden 1974) over the catalogue.
"""

from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from parvis.recommender.interface import FUTURE_S, same_form
from parvis.recommender.signals import Floats, Ints
from parvis.recommender.streaming.pairs import Pairs
from parvis.recommender.streaming.popularity import Popularity

PARTS = ("liked lately", "shown now", "shown lately", "follows shown", "follows liked", "akin to shown",
         "akin to liked", "creator", "tags shown", "tags liked")  # fmt: skip
Chosen = Ints | slice


@dataclass(frozen=True)
class Settings:
    """Every number of the model. `weights` are those of PARTS."""

    weights: tuple[float, ...] = (0.12, 0.44, -0.04, 0.38, 0.07, 0.8, 0.4, 0.36, 0.21, 0.05)
    half_lives_h: tuple[float, float, float] = (24.0, 6.0, 24.0)  # of the first three parts
    sets: int = 64  # followers kept per clip are 16 times as many, of 8 bytes each, twice over
    dimensions: int = 48
    memory: int = 40  # sights and likings of a viewer that count
    nearest: int = 24  # as many of them are asked for followers
    window: tuple[int, int] = (10, 20)  # a clip is tied to as many that were shown and liked before it
    tie: tuple[float, float] = (0.85, 0.9)  # each one further back by this much
    recall: tuple[float, float] = (0.9, 0.93)  # and in the viewer's memory when asked
    doubt: tuple[float, float] = (100.0, 50.0)  # co-visits as if seen by chance beforehand
    tag_doubt: tuple[float, float] = (5.0, 3.0)
    tag_recall: tuple[float, float] = (0.95, 0.98)  # fast and slow: what was shown and what was liked
    pair_days: float = 60.0  # half-life of co-visits, taken at each `refresh`


class Described(Protocol):
    """What must be known of clips when they are added: a `Catalogue` is one. Tag 0 stands for none."""

    size: int
    creator: Ints
    tags: Ints


@dataclass
class Interest:
    """One viewer: the clips shown and liked last, oldest first."""

    shown: Ints = field(default_factory=lambda: np.empty(0, np.int32))
    liked: Ints = field(default_factory=lambda: np.empty(0, np.int32))
    at: float = 0.0


class Stream:
    """Learns from each event in tens of microseconds; scores a catalogue of thousands in under a millisecond.

    One thread learns. `counts` tells of events that were not taken as they came: unknown clips and times that are no
    numbers are dropped, times ahead of `now` are taken as `now`, late ones are learned as they stand.
    """

    parts = PARTS

    def __init__(self, clips: Described, settings: Settings | None = None, seed: int = 0) -> None:
        self.clips = clips
        self.settings = own = settings or Settings()
        room = max(clips.size, 1)
        self.popular = Popularity(room, tuple(3600 * hours for hours in own.half_lives_h))
        self.shown, self.liked = (Pairs(room, own.sets, own.dimensions, seed + which) for which in range(2))
        self.counts = {"learned": 0, "unknown": 0, "not a number": 0, "future": 0, "late": 0}
        self._weights = np.array(own.weights, np.float32)
        self._ties = [decay ** np.arange(own.memory, dtype=np.float32) for decay in own.tie]
        self._recalls = [decay ** np.arange(own.memory, dtype=np.float32) for decay in own.recall]
        self._tag_recalls = [decay ** np.arange(own.memory, dtype=np.float32) for decay in own.tag_recall]
        self._tags()

    def newcomer(self) -> Interest:
        """Return the state of a viewer of whom nothing is known."""
        return Interest()

    def learn(self, interest: Interest, clip: int, liked: bool, at: float, now: float | None = None) -> None:
        """Learn from one showing: which clip, whether it was liked, when (seconds). Brings `interest` up to date."""
        if self.clips.size > len(self.shown.out):
            self._grow()
        if not 0 <= clip < self.clips.size:
            self.counts["unknown"] += 1
            return
        if not np.isfinite(at):
            self.counts["not a number"] += 1
            return
        if now is not None and at > now + FUTURE_S:
            self.counts["future"] += 1
            at = now
        self.counts["late"] += at < interest.at
        self.counts["learned"] += 1
        interest.at = max(interest.at, at)
        self.popular.add(clip, at, slice(0 if liked else 1, 3))
        interest.shown = self._tie(self.shown, interest.shown, clip, 0)
        if liked:
            interest.liked = self._tie(self.liked, interest.liked, clip, 1)

    def load(
        self, viewer: Ints, clip: Ints, liked: npt.NDArray[np.bool_], at: npt.NDArray[np.float64]
    ) -> list[Interest]:
        """Learn a log at once into an empty stream; viewers are 0..n-1, and rows grouped by viewer in order of time.

        Returns the interest of each viewer. Differs from learning one by one where a set is full and where a viewer
        saw a clip again. Takes seconds a million rows.
        """
        interests = [Interest() for _ in range(int(viewer.max(initial=-1)) + 1)]
        for which, rows in enumerate((np.ones_like(liked), liked)):
            pairs, who, what = (self.shown, self.liked)[which], viewer[rows], clip[rows]
            found = []
            for lag in range(1, self.settings.window[which] + 1):
                same = (who[lag:] == who[:-lag]) & (what[lag:] != what[:-lag])
                weight = np.full(int(same.sum()), self._ties[which][lag - 1], np.float32)
                found.append((what[:-lag][same], what[lag:][same], weight))
            pairs.load(*(np.concatenate(column) for column in zip(*found, strict=True)))
            for one, start, end in _runs(who):
                setattr(interests[one], ("shown", "liked")[which], _latest(what[start:end], self.settings.memory))
        for one, _, end in _runs(viewer):
            interests[one].at = float(at[end - 1])
        self.popular.load(clip, liked, at)
        self.refresh(0.0)
        self.counts["learned"] += len(clip)
        return interests

    def score(self, interest: Interest, clips: Ints | None = None) -> Floats:
        """Return the score of some clips for a viewer, shape [clips]; of every clip where none are named."""
        score: Floats = self._weights @ self.explain(interest, clips)
        return score

    def explain(self, interest: Interest, clips: Ints | None = None) -> Floats:
        """Return the parts of clips before their weights, shape [len(PARTS), clips]."""
        if self.clips.size > len(self.shown.out):
            self._grow()
        chosen = slice(0, self.clips.size) if clips is None else clips
        creators = self.clips.creator[chosen]
        values = np.zeros((len(PARTS), len(creators)), np.float32)
        values[:3] = self.popular.log[:, chosen]
        for which, (pairs, memory) in enumerate(((self.shown, interest.shown), (self.liked, interest.liked))):
            if not len(memory):
                continue
            last = memory[::-1]
            weight = self._recalls[which][: len(last)]
            values[3 + which] = self._lift(pairs, last, weight, which, chosen)
            vector = weight @ pairs.source[last] / np.sqrt(weight.sum() + 1)
            values[5 + which] = pairs.target[chosen] @ vector
            values[8 + which] = self._tag_lift(last, which, chosen)
        if len(interest.liked):
            mine = np.zeros(int(self._creators), np.float32)
            mine[self.clips.creator[interest.liked]] = 1
            values[7] = mine[creators]
        return values

    def refresh(self, days: float = 1.0) -> None:
        """Fade co-visits by so many days and find their vectors anew: once a night, seconds."""
        fade = 2.0 ** (-days / self.settings.pair_days)
        self.shown.refresh(fade)
        self.liked.refresh(fade)
        self.popular.renew()

    def snapshot(self) -> dict[str, npt.NDArray[Any]]:
        """Return everything learned about clips as named arrays (copies)."""
        groups = {"popular": self.popular.arrays(), "shown": self.shown.arrays(), "liked": self.liked.arrays()}
        arrays = {f"{group}.{name}": array for group, own in groups.items() for name, array in own.items()}
        arrays["counts"] = np.array(list(self.counts.values()))
        return {name: array.copy() for name, array in arrays.items()}

    def restore(self, arrays: dict[str, npt.NDArray[Any]]) -> None:
        """Take up a snapshot of the same catalogue. ValueError if it does not fit; then nothing has changed."""
        mine = self.snapshot()
        if not same_form(mine, arrays):
            raise ValueError("This snapshot is of another catalogue.")
        for group, part in (("popular", self.popular), ("shown", self.shown), ("liked", self.liked)):
            part.take_up({name[len(group) + 1 :]: array for name, array in arrays.items() if name.startswith(group)})
        self.counts = dict(zip(self.counts, arrays["counts"].tolist(), strict=True))

    def _tie(self, pairs: Pairs, memory: Ints, clip: int, which: int) -> Ints:
        """Tie a clip to those before it; return the memory with it, where each clip stands once."""
        if len(memory):
            if (memory == clip).any():
                memory = memory[memory != clip]
            last = memory[: -self.settings.window[which] - 1 : -1]
            if len(last):
                pairs.add(last, clip, self._ties[which][: len(last)])
        return np.append(memory[-self.settings.memory + 1 :], np.int32(clip))

    def _lift(self, pairs: Pairs, last: Ints, weight: Floats, which: int, chosen: Chosen) -> Floats:
        """Return the logarithm of how much more often each clip follows than by chance, towards 0 by `doubt`."""
        doubt, size = self.settings.doubt[which], self.clips.size
        nearest = self.settings.nearest
        found = pairs.after(last[:nearest], weight[:nearest], size)
        total = float(found.sum())
        lift: Floats = found[chosen] / (pairs.into[chosen] + 1)
        lift *= np.float32(pairs.total + size)
        lift += np.float32(doubt)
        lift *= np.float32(1 / (total + doubt))
        np.log(lift, out=lift)
        return lift

    def _tag_lift(self, last: Ints, which: int, chosen: Chosen) -> Floats:
        """Return per clip the logarithm of how much more than usual of its tags this viewer meets."""
        doubt = self.settings.tag_doubt[which]
        weight = self._tag_recalls[which][: len(last)]
        mine = np.bincount(self._tag[last].ravel(), (weight[:, None] * self._portion[last]).ravel(), len(self._usual))
        mine = (mine + doubt * self._usual) / (mine.sum() + doubt)
        lift = np.log(mine / self._usual).astype(np.float32)
        lift[0] = 0
        meets: Floats = np.einsum("ij,ij->i", lift[self._tag[chosen]], self._portion[chosen])
        return meets

    def _grow(self) -> None:
        room = max(self.clips.size, 2 * len(self.shown.out))
        for part in (self.popular, self.shown, self.liked):
            part.grow(room)
        self._tags()

    def _tags(self) -> None:
        """Take up the creators and tags of the catalogue; the tags of a clip share it evenly."""
        size = self.clips.size
        used = np.flatnonzero((self.clips.tags[:size] > 0).any(axis=0))
        self._tag: Ints = np.ascontiguousarray(self.clips.tags[:size, : used.max() + 1 if len(used) else 1])
        present = (self._tag > 0).astype(np.float32)
        self._portion: Floats = present / np.maximum(present.sum(axis=1, keepdims=True), 1)
        usual = np.bincount(self._tag.ravel(), self._portion.ravel(), int(self._tag.max(initial=0)) + 1)
        self._usual = usual / max(usual.sum(), 1) + 1e-3
        self._creators = self.clips.creator[:size].max(initial=0) + 1
        self._described = size


def _runs(viewer: Ints) -> list[tuple[int, int, int]]:
    """Return (viewer, first row, row after the last) of each group."""
    starts = np.flatnonzero(np.diff(viewer, prepend=-1))
    return list(zip(viewer[starts].tolist(), starts.tolist(), [*starts[1:].tolist(), len(viewer)], strict=True))


def _latest(clips: Ints, most: int) -> Ints:
    """Return the last `most` different clips, each where it was last."""
    _, first = np.unique(clips[::-1], return_index=True)
    return clips[np.sort(len(clips) - 1 - first)[-most:]].astype(np.int32)
