"""Data with a known answer, and every model of the package fed with it the way it is fed elsewhere.

Clips are of one group each, viewers like one group each. What a model is to be asked is always the same: of the clips
that a viewer has not seen, which are the best ten?
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import numpy as np
from scipy import sparse

from parvis.recommender.affinities import Affinities
from parvis.recommender.catalogue import Catalogue, Clip
from parvis.recommender.covisits import LIKED
from parvis.recommender.embed import Embedding, mean_of_taste
from parvis.recommender.encoder.model import Encoder, Training, train
from parvis.recommender.encoder.rows import liked, rows
from parvis.recommender.encoder.space import Space
from parvis.recommender.interface import Events, events_of, joined
from parvis.recommender.near import Served
from parvis.recommender.nextitem.blend import Blend, signals
from parvis.recommender.nextitem.sequences import Floats, Model, Sequences
from parvis.recommender.pools import Pools
from parvis.recommender.secondlook import SecondLook
from parvis.recommender.sieve import Counts, sift
from parvis.recommender.signals import CODES, Ints, satisfaction
from parvis.recommender.snapshots import Array
from parvis.recommender.state import State
from parvis.recommender.steps import Added, Learned
from parvis.recommender.streaming import Interest, Settings, Stream
from parvis.recommender.viewers import Request, Viewer

CLIPS, NOW, TEN, TOGETHER = 384, 1_800_000_000.0, 10, 4
FIRST_ID = 0x5F1D7A20C3E94B68A1B2C3D4E5F60000  # that no run of numbers could be taken for


def clips_of(groups: int) -> list[Clip]:
    """Clip i is of group i % groups: its tag, and two creators a group, say so."""
    return [
        Clip(UUID(int=FIRST_ID + i), UUID(int=FIRST_ID + 0x1000 + i % (2 * groups)), "FR", "fr", (f"g{i % groups}",),
             duration_ms=20_000, created=NOW - 86_400.0 * 3 - i)
        for i in range(CLIPS)
    ]  # fmt: skip


def watches(viewer: int, clips: Ints, likes: int, groups: int, at: float) -> Events:
    """The viewer watches what is of the group `likes` to the end and leaves the rest at once, five seconds each."""
    wanted = np.asarray(clips) % groups == likes
    kind = np.where(wanted, CODES["watch"], CODES["skip"])
    return events_of(viewer, clips, kind, np.where(wanted, 20_000.0, 700.0), 0.0, at + 5.0 * np.arange(len(clips)))


class Fed:
    """A model over one catalogue. Events are taken in as they come; what a model does once a night is `nightly`."""

    def __init__(self, groups: int) -> None:
        self.groups = groups
        self.catalogue = Catalogue()
        self.catalogue.add(clips_of(groups))
        self.counted = Counts()
        self.seen: defaultdict[int, list[int]] = defaultdict(list)
        self.now = NOW

    def take(self, events: Events) -> None:
        """Learn from events of anybody, good and bad."""
        good, counts = sift(events, self.catalogue.size, self.now)
        self.counted.add(counts)
        for viewer in np.unique(good.viewer).tolist():
            self.seen[viewer] += good.clip[good.viewer == viewer].tolist()
        self.learn(good)

    def learn(self, events: Events) -> None:
        raise NotImplementedError

    def nightly(self) -> None:
        """Train, where the model learns so."""

    def forget(self, viewer: int) -> None:
        """Keep nothing of a viewer, where the model keeps anything."""

    def scores(self, viewer: int) -> Floats:
        """Return what the model makes of all clips for a viewer, [clips]."""
        raise NotImplementedError

    def best(self, viewer: int) -> Ints:
        """Return the best ten clips that the viewer has not seen; fewer where the model names no more."""
        return self.ten(self.scores(viewer), viewer)

    def ten(self, scores: Floats, viewer: int) -> Ints:
        """Return the best ten by their scores; one of minus infinity is not named."""
        score = scores[:CLIPS].astype(np.float64)
        assert not np.isnan(score).any()
        score[self.seen[viewer]] = -np.inf
        best = np.argsort(-score, kind="stable")[:TEN]
        return best[np.isfinite(score[best])]

    def arrays(self) -> Mapping[str, Array]:
        """Return what the model knows, as a snapshot has it."""
        raise NotImplementedError


class OfLearner(Fed):
    """The learner of the feed, behind the door through which everything comes to it; and the nightly encoder."""

    def __init__(self, groups: int) -> None:
        super().__init__(groups)
        self.catalogue = Catalogue()
        self.learner = Affinities(self.catalogue)
        self.state = State(self.catalogue, self.learner)
        self.state.apply(Added(tuple(clips_of(groups))))
        self.counted = self.state.counts
        self.viewers: defaultdict[int, Viewer] = defaultdict(Viewer)
        self.pools, self.served = Pools(self.catalogue), Served()
        self.weights: Mapping[str, Array] = {}
        self.all = [events_of(0, np.zeros(0, np.int32))]

    def take(self, events: Events) -> None:
        self.state.apply(Learned(events, self.now))
        good, _ = sift(events, self.catalogue.size, self.now)
        self.all.append(good)
        for key in np.unique(good.viewer).tolist():
            mine = good.take(good.viewer == key)
            self.seen[key] += mine.clip.tolist()
            self.viewers[key].seen.add(mine.clip)
            self.learner.observe(self.viewers[key].taste, mine, now=self.now)

    def forget(self, viewer: int) -> None:
        self.state.forget([viewer])

    def nightly(self) -> None:
        self.pools.refresh(self.learner.merit(self.now), self.learner.shows, self.now, self.learner.interests.vectors)
        how = Training(epochs=60, rate=0.005, events=100, dropout=0.3)
        self.weights = train(rows(self.catalogue, joined(self.all)), 1, how)
        self.served.now = Space.build(self.catalogue, Encoder(self.weights))

    def scores(self, viewer: int) -> Floats:
        every = np.arange(CLIPS)
        judged: Floats = self.learner.score(self.viewers[viewer].taste, every, now=self.now).values.sum(axis=0)
        return judged

    def arrays(self) -> Mapping[str, Array]:
        return {**self.state.arrays(), **self.weights}


def by_covisits(fed: OfLearner, viewer: int) -> Ints:
    """What follows what the viewer liked last."""
    followers, strength = fed.learner.covisits.after(fed.viewers[viewer].taste.liked)
    named = followers >= 0
    score = np.bincount(followers[named], strength[named], CLIPS)
    return fed.ten(np.where(score > 0, score, -np.inf), viewer)


def by_interests(fed: OfLearner, viewer: int) -> Ints:
    """What would hold the viewer longest."""
    vectors, theirs = fed.learner.interests.vectors, fed.viewers[viewer].taste.recollection
    return fed.ten(vectors.vector[:CLIPS] @ fed.learner.interests.of(theirs), viewer)


def by_source(make: Callable[[OfLearner], Any], most: int = TEN) -> Callable[[OfLearner, int], Ints]:
    """What a source finds by the taste that the learner keeps."""

    def ask(fed: OfLearner, viewer: int) -> Ints:
        known = fed.viewers[viewer]
        found: Ints = make(fed).find(Request(known, 8, fed.now, np.random.default_rng(2), "FR", "fr", 18))[:most]
        assert not np.isin(found, fed.seen[viewer]).any()
        return found

    return ask


class OfStream(Fed):
    """The stream, which learns each showing by itself."""

    def __init__(self, groups: int) -> None:
        super().__init__(groups)
        self.stream = Stream(self.catalogue, Settings(sets=8, dimensions=8, doubt=(5.0, 5.0), weights=WEIGHTS))
        self.interests: defaultdict[int, Interest] = defaultdict(Interest)

    def learn(self, events: Events) -> None:
        enjoyed = satisfaction(events.kind, events.watched_ms, events.loops, self.catalogue.duration_ms[events.clip])
        columns = (events.viewer, events.clip, enjoyed >= LIKED, events.at)
        for viewer, clip, likes, at in zip(*(column.tolist() for column in columns), strict=True):
            self.stream.learn(self.interests[viewer], clip, likes, at, self.now)

    def nightly(self) -> None:
        self.stream.refresh()

    def scores(self, viewer: int) -> Floats:
        return self.stream.score(self.interests[viewer])

    def arrays(self) -> Mapping[str, Array]:
        return {name: array for name, array in self.stream.snapshot().items() if name != "counts"}


# What is shown is drawn by lot here and says nothing; what is liked says all.
WEIGHTS = (0.3, 0.3, 0.1, 0.2, 1.0, 0.2, 1.0, 0.5, 0.1, 0.1)


class OfRanker(Fed):
    """The ranker as the second look feeds it, without the learner's numbers."""

    def __init__(self, groups: int) -> None:
        super().__init__(groups)
        self.second = SecondLook(self.catalogue, 0)
        self.viewers: defaultdict[int, Viewer] = defaultdict(Viewer)

    def learn(self, events: Events) -> None:
        for place in range(0, len(events), TOGETHER):  # about as many are told between two settlements
            some = events.take(np.arange(place, min(place + TOGETHER, len(events))))
            for key in np.unique(some.viewer).tolist():
                self.viewers[key].key = key
                self.second.learn(self.viewers[key], some.take(some.viewer == key))
            for _ in range(2):
                self.second.settle(self.now)

    def scores(self, viewer: int) -> Floats:
        self.viewers[viewer].key = viewer
        request = Request(self.viewers[viewer], 8, self.now, np.random.default_rng(2))
        every = np.arange(self.catalogue.size)
        parts: Floats = self.second.refine(request, every, np.zeros((0, len(every)), np.float32)).sum(axis=0)
        return parts

    def arrays(self) -> Mapping[str, Array]:
        return self.second.ranker.snapshot()


class OfSequences(Fed):
    """A next-item model, fitted on who liked what after what; asked with what a viewer liked so far."""

    def __init__(self, groups: int, model: Model) -> None:
        super().__init__(groups)
        self.model, self.histories = model, defaultdict[int, list[int]](list)

    def learn(self, events: Events) -> None:
        likings = liked(events, self.catalogue)
        for viewer, clip in zip(likings.viewer.tolist(), likings.clip.tolist(), strict=True):
            self.histories[viewer].append(clip)

    def nightly(self) -> None:
        self.model.fit(self.sequences())

    def sequences(self) -> Sequences:
        return Sequences.of([self.histories[viewer] for viewer in sorted(self.histories)], CLIPS)

    def scores(self, viewer: int) -> Floats:
        found: Floats = self.model.score([np.array(self.histories[viewer], np.intp)])[0]
        return found

    def arrays(self) -> Mapping[str, Array]:
        return {"scores": self.model.score([np.array([one]) for one in range(0, CLIPS, 16)])}


class OfBlend(OfSequences):
    """The blend of two models, its weights fitted on the last liking of each viewer."""

    def __init__(self, groups: int, model: Model, other: Model) -> None:
        super().__init__(groups, model)
        self.other, self.blend = other, Blend.of(2)

    def nightly(self) -> None:
        every = self.sequences()
        for model in (self.model, self.other):
            model.fit(every.without_last(1))
        asked = [row for row in every.histories() if len(row) > 1]
        histories, targets = [row[:-1] for row in asked], np.array([row[-1] for row in asked])
        self.blend.fit(self.stacked(histories), histories, targets)

    def stacked(self, histories: list[Any]) -> Floats:
        return signals([self.model.score(histories), self.other.score(histories)], histories)

    def scores(self, viewer: int) -> Floats:
        history = np.array(self.histories[viewer], np.intp)
        blended: Floats = self.blend.score(self.stacked([history]))[0]
        return blended


class OfEmbedding(OfSequences):
    """Clip vectors of what is liked together, asked with the mean of what the viewer liked last."""

    def __init__(self, groups: int) -> None:
        super().__init__(groups, None)  # type: ignore[arg-type]
        self.embedding = Embedding(self.catalogue)

    def nightly(self) -> None:
        earlier, later = self.sequences().lagged(1)
        items = self.sequences().items
        counts = sparse.coo_array((np.ones(len(later)), (items[earlier], items[later])), shape=(CLIPS, CLIPS))
        self.embedding.fit(counts.tocsr())

    def scores(self, viewer: int) -> Floats:
        history = np.array(self.histories[viewer][-20:], np.int32)
        mean = mean_of_taste(self.embedding.vectors(history), np.ones(len(history), np.float32), memory=0.8)
        every = self.embedding.vectors(np.arange(CLIPS, dtype=np.int32))
        return np.zeros(CLIPS, np.float32) if mean is None else every @ mean

    def arrays(self) -> Mapping[str, Array]:
        return {"vectors": self.embedding.vectors(np.arange(CLIPS, dtype=np.int32))}
