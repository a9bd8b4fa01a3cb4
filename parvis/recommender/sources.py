"""Where the clips of a feed come from: each source finds a few dozen that may be worth it.

Sources look deeper the more a viewer has seen: they draw from what of a pool is new to the viewer, so that who has seen
all that is popular is not left with the few clips that the filters let through.
"""

from dataclasses import dataclass

import numpy as np

from parvis.recommender.affinities import Affinities
from parvis.recommender.catalogue import Catalogue
from parvis.recommender.interests.shape import ABOUT
from parvis.recommender.newclips import NewClips
from parvis.recommender.pools import Pools, best, turns
from parvis.recommender.rules import seen_marks
from parvis.recommender.signals import Ints
from parvis.recommender.viewers import NO_CLIPS, Request, Viewer

FOLLOWING_EACH = 8
FAVOURITES, FAVOURITE_LAST = 6, 128


def sample(pool: Ints, most: int, random: np.random.Generator) -> Ints:
    """Return about `most` clips of a pool, at random, its head more often than its tail."""
    if len(pool) <= most:
        return pool
    draw = random.random(most, dtype=np.float32)
    draw *= draw
    draw *= len(pool)
    return pool[np.minimum(draw.astype(np.intp), len(pool) - 1)]  # the product may have been rounded up


def unseen(catalogue: Catalogue, request: Request, pool: Ints) -> Ints:
    """Return the clips of a pool that the viewer was not shown, in the order of the pool."""
    return pool[~seen_marks(catalogue, request)[pool]]


@dataclass
class Following:
    """The newest clips of the creators whom the viewer follows."""

    catalogue: Catalogue
    most: int = 40
    name: str = "following"

    def find(self, request: Request) -> Ints:
        viewer = request.viewer
        if not len(viewer.follows):
            return NO_CLIPS
        found = viewer.once(self.name, (id(viewer.follows), self.catalogue.changes), lambda: self._newest(viewer))
        return sample(unseen(self.catalogue, request, found), request.deep(self.most), request.random)

    def _newest(self, viewer: Viewer) -> Ints:
        follows = viewer.follows
        buckets = set(self.catalogue.creators.bucket[follows].tolist())
        clips = np.concatenate([self.catalogue.postings[bucket].view(FOLLOWING_EACH) for bucket in buckets])
        clips = clips[np.isin(self.catalogue.creator[clips], follows)]
        return clips[best(self.catalogue.created[clips], 4 * self.most)].astype(np.intp)


@dataclass
class Similar:
    """Clips that others liked right after what the viewer liked last."""

    learner: Affinities
    most: int = 60
    name: str = "similar"

    def find(self, request: Request) -> Ints:
        found = self.learner.candidates(request.viewer.taste, 8 * self.most)
        return unseen(self.learner.catalogue, request, found)[: request.deep(self.most)]


@dataclass
class Favourites:
    """Good recent clips of the creators, sounds and tags that the viewer likes most."""

    catalogue: Catalogue
    learner: Affinities
    most: int = 64
    name: str = "favourites"

    def find(self, request: Request) -> Ints:
        viewer = request.viewer
        if not viewer.taste.events:
            return NO_CLIPS
        found = viewer.once(self.name, (viewer.taste.events, self.catalogue.changes), lambda: self._recent(viewer))
        return sample(unseen(self.catalogue, request, found), request.deep(self.most), request.random)

    def _recent(self, viewer: Viewer) -> Ints:
        buckets = self.learner.favourites(viewer.taste, FAVOURITES).tolist()
        recent = [self.catalogue.postings[bucket].view(FAVOURITE_LAST) for bucket in buckets]
        return turns([clips[::-1] for clips in recent]).astype(np.intp) if recent else NO_CLIPS


@dataclass
class About:
    """What holds the viewer longest of the best clips of their subjects."""

    learner: Affinities
    pools: Pools
    most: int = 128
    subjects: int = 10
    name: str = "about"

    def find(self, request: Request) -> Ints:
        taste = request.viewer.taste
        if not taste.events:
            return NO_CLIPS
        theirs = self.learner.interests.of(taste.recollection, taste.language)
        catalogue, liked = self.learner.catalogue, np.argsort(-theirs[ABOUT], kind="stable")[: self.subjects]
        language = catalogue.languages.number.get(request.language, -1) if request.language else -1
        pools = [self.pools.about(1 + one, language) for one in liked.tolist()]
        clips = np.concatenate([clips for clips, _ in pools])
        worth = np.concatenate([rows @ theirs for _, rows in pools])
        fresh = ~seen_marks(catalogue, request)[clips]
        clips, worth = clips[fresh], worth[fresh]
        chosen: Ints = clips[best(worth, request.deep(self.most))]
        return chosen


@dataclass
class Trending:
    """What most people like now: by turns in the viewer's market, language, and everywhere."""

    pools: Pools
    most: int = 96
    name: str = "trending"

    def find(self, request: Request) -> Ints:
        pool = unseen(self.pools.catalogue, request, self.pools.trending(request.market, request.language))
        return sample(pool, request.deep(self.most), request.random)


@dataclass
class Trials:
    """New clips that are owed showings, the viewer's language first."""

    pools: Pools
    most: int = 32
    name: str = "new"

    def find(self, request: Request) -> Ints:
        for language in (request.language, ""):
            pool = unseen(self.pools.catalogue, request, self.pools.trials(language))
            if len(pool):
                break
        return sample(pool, request.deep(self.most), request.random)


@dataclass
class Auditions:
    """New clips on trial, by how urgently they are owed showings; in the viewer's language as far as there are any."""

    catalogue: Catalogue
    trials: NewClips
    most: int = 128
    name: str = "new"

    def find(self, request: Request) -> Ints:
        language = self.catalogue.languages.number.get(request.language, -1) if request.language else -1
        return self.trials.sample(self.most, request.random, language)


@dataclass
class Anything:
    """Clips at random, when all else has been seen."""

    catalogue: Catalogue
    most: int = 400
    name: str = "anything"

    def find(self, request: Request) -> Ints:
        size = self.catalogue.size
        if size <= self.most:
            return np.arange(size, dtype=np.int32)
        return request.random.integers(0, size, self.most, dtype=np.int32)


@dataclass
class Again:
    """What the viewer saw longest ago, when there is nothing else; never what was on just now."""

    catalogue: Catalogue
    most: int = 64
    name: str = "again"

    def find(self, request: Request) -> Ints:
        latest_first = np.concatenate([request.viewer.seen.last(2048), request.shown])[::-1]
        clips, first = np.unique(latest_first, return_index=True)
        clips = clips[np.argsort(-first, kind="stable")].astype(np.int32)
        return clips[: max(len(clips) // 2, len(clips) - 3 * request.n)][: self.most]
