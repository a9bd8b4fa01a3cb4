"""A small world with a known answer: clips about one subject each, and viewers who like one of them."""

from uuid import UUID

import numpy as np

from parvis.recommender.affinities import Affinities
from parvis.recommender.catalogue import Catalogue, Clip
from parvis.recommender.interface import Events, events_of
from parvis.recommender.pipeline import Pipeline
from parvis.recommender.pools import Pools
from parvis.recommender.ranking import Place, Predicted, Spread
from parvis.recommender.rules import AgeRules, NotBlocked, Open, Unseen
from parvis.recommender.signals import CODES
from parvis.recommender.sources import Again, Anything, Favourites, Following, Similar, Trending, Trials
from parvis.recommender.viewers import Request, Viewer, enough

NOW = 1_800_000_000.0
SUBJECTS = ("jazz", "cats", "chess", "bread", "rain", "trains", "chalk", "kites")


def clips(n: int, *, creators: int = 40, first: int = 0) -> list[Clip]:
    """Clip i is about subject i % 8, by creator i % creators, in French or English by turns."""
    return [
        Clip(
            id=UUID(int=1000 + i), creator=UUID(int=1 + i % creators), market="FR" if i % 2 else "US",
            language="fr" if i % 2 else "en", tags=(SUBJECTS[i % 8],), duration_ms=8_000 + 1_000 * (i % 30),
            created=NOW - 3600.0 * (n + first - i),
        )
        for i in range(first, first + n)
    ]  # fmt: skip


def feed(catalogue: Catalogue, learner: Affinities, pools: Pools) -> Pipeline[Request]:
    sources = [Following(catalogue), Similar(learner), Favourites(catalogue, learner), Trending(pools), Trials(pools)]
    return Pipeline(
        name="test", catalogue=catalogue, sources=sources,
        filters=[Open(catalogue), NotBlocked(catalogue), Unseen(catalogue), AgeRules(catalogue)],
        scorers=[Predicted(learner), Place(catalogue, learner)],
        selector=Spread(catalogue, trial_bit=4), enough=enough, rescue=[Anything(catalogue), Again(catalogue)],
    )  # fmt: skip


class World:
    """A catalogue with its learner, pools and feed, and viewers who swipe."""

    def __init__(self, n: int = 800, creators: int = 40) -> None:
        self.catalogue = Catalogue()
        self.catalogue.add(clips(n, creators=creators))
        self.learner = Affinities(self.catalogue)
        self.pools = Pools(self.catalogue)
        self.feed = feed(self.catalogue, self.learner, self.pools)
        self.now = NOW
        self.random = np.random.default_rng(7)
        self.refresh()

    def refresh(self) -> None:
        self.pools.refresh(self.learner.merit(self.now), self.learner.shows, self.now)

    def request(self, viewer: Viewer, n: int = 8, **more: object) -> Request:
        return Request(viewer=viewer, n=n, now=self.now, random=self.random, age=18, **more)  # type: ignore[arg-type]

    def about(self, clip: int) -> str:
        return self.catalogue.tag_names.value[self.catalogue.tags[clip, 0]]

    def swipe(self, viewer: Viewer, likes: str, n: int = 8, key: int = 1) -> list[str]:
        """Show a slate; the viewer watches what is about `likes` to the end and leaves the rest at once."""
        chosen = self.feed.run(self.request(viewer, n)).clips
        viewer.seen.add(chosen)
        self.learner.exposed(chosen)
        events = self.watches(chosen, likes, key)
        self.learner.learn(events, now=self.now)
        self.learner.observe(viewer.taste, events, now=self.now)
        self.now += 10.0 * len(chosen)
        return [self.about(clip) for clip in chosen]

    def watches(self, chosen: np.ndarray, likes: str, key: int = 1) -> Events:
        wanted = np.array([self.about(clip) == likes for clip in chosen])
        return events_of(
            key, chosen, np.where(wanted, CODES["watch"], CODES["skip"]),
            np.where(wanted, self.catalogue.duration_ms[chosen], 700.0), 0.0, self.now + np.arange(len(chosen)),
        )  # fmt: skip
