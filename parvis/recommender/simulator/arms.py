"""Recommenders to put in the loop: the product's own feed, and what it is measured against."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from parvis.recommender.affinities import Affinities
from parvis.recommender.encoder.model import Encoder, Training, train
from parvis.recommender.encoder.rows import rows
from parvis.recommender.encoder.space import Space
from parvis.recommender.foryou import for_you
from parvis.recommender.interface import Events, joined
from parvis.recommender.near import Served
from parvis.recommender.newclips import NewClips
from parvis.recommender.pipeline import Pipeline
from parvis.recommender.pools import Pools, best
from parvis.recommender.secondlook import SecondLook
from parvis.recommender.signals import CODES, WATCHED, Ints, satisfaction
from parvis.recommender.simulator.settings import DAY_S, START
from parvis.recommender.simulator.world import World, key_of
from parvis.recommender.viewers import Request, Viewer

JUDGE_S = 60.0  # the product judges all clips every second; here the clock jumps further
RECALL = 96  # clips among which the oracle looks for the best order


class Memory:
    """What every feed needs: which clips each viewer was shown."""

    def __init__(self, world: World) -> None:
        self.catalogue = world.catalogue
        self.shown = np.zeros((world.settings.viewers, len(world.stock)), bool)

    def learn(self, events: Events) -> None:
        """Remember what was shown."""
        self.shown[int(events.viewer[0]) - 1, events.clip] = True

    def unseen(self, viewer: int) -> npt.NDArray[np.bool_]:
        """Which of the clips that are there the viewer was not shown."""
        return ~self.shown[viewer, : self.catalogue.size]


class Oracle:
    """Knows what every viewer likes, and how boredom works: takes again and again the clip that is worth most now.

    Worth is the expected watch time, less what a skip costs: the chance that the viewer leaves because of it, times
    `session_s`, the watch time that is then lost. Greedy, so not quite the best that can be done.
    """

    def __init__(self, world: World, session_s: float = 400.0) -> None:
        self.world, self.skip_s = world, session_s * world.settings.leave_skipped

    def slate(self, viewer: int, n: int, now: float) -> Ints:
        world, stock = self.world, self.world.stock
        every = slice(0, world.catalogue.size)
        appeal = world.appeal(viewer, every, now) - world.boredom(viewer, every, now)
        top = np.argpartition(-self._worth(appeal, every), RECALL)[:RECALL].astype(np.int32)
        appeal, topics, creators = appeal[top], stock.topic[top], stock.creator[top]
        chosen: list[int] = []
        for _ in range(n):
            place = int(self._worth(appeal, top).argmax())
            chosen.append(place)
            appeal = appeal - np.float32(world.settings.bored_topic) * (topics == topics[place])
            appeal -= np.float32(world.settings.bored_creator) * (creators == creators[place])
            appeal[chosen] = -20.0
        return top[chosen]

    def _worth(self, appeal: npt.NDArray[np.float32], clips: Ints | slice) -> npt.NDArray[np.float64]:
        holding, length = self.world.holding, self.world.stock.log_seconds[clips]
        return holding.seconds(appeal, length) - self.skip_s * holding.skip(appeal, length)

    def learn(self, events: Events) -> None:
        """Nothing is to be learned."""


class Chance(Memory):
    """Clips at random, of those not seen."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.random = np.random.default_rng([world.seed, 11])

    def slate(self, viewer: int, n: int, now: float) -> Ints:
        unseen = np.flatnonzero(self.unseen(viewer))
        return self.random.choice(unseen, min(n, len(unseen)), replace=False).astype(np.int32)


class Popular(Memory):
    """What was liked lately in the viewer's market, unseen: satisfaction above 0 summed up with a half-life.

    A part of the places (`fresh`) is for new clips, or nothing new would ever become popular.
    """

    def __init__(self, world: World, half_life_s: float = 6 * 3600.0, fresh: float = 0.1) -> None:
        super().__init__(world)
        self.market, self.half_life_s, self.fresh = world.people.market, half_life_s, fresh
        self.weight = np.zeros((len(world.settings.markets), len(world.stock)))
        self.at = world.catalogue.created[0]
        self.random = np.random.default_rng([world.seed, 12])

    def slate(self, viewer: int, n: int, now: float) -> Ints:
        unseen = self.unseen(viewer)
        weight = self.weight[self.market[viewer], : len(unseen)]
        # Of clips that are as popular the newer goes first.
        top = best(np.where(unseen, weight, -1.0), n)[:n].astype(np.int32)
        return newcomers(top, unseen, self.fresh, self.random)

    def learn(self, events: Events) -> None:
        super().learn(events)
        now = float(events.at[-1])
        if now > self.at:  # weights are told as of `at`, and all of them fade alike
            self.weight *= 2.0 ** (-(now - self.at) / self.half_life_s)
            self.at = now
        value = satisfaction(events.kind, events.watched_ms, events.loops, self.catalogue.duration_ms[events.clip])
        market = self.market[int(events.viewer[0]) - 1]
        np.add.at(self.weight[market], events.clip, np.maximum(value, 0.0))


def newcomers(
    clips: Ints, unseen: npt.NDArray[np.bool_], share: float, random: np.random.Generator, newest: int = 500
) -> Ints:
    """Put one of the `newest` clips that the viewer has not seen in each place of a slate with chance `share`."""
    places = np.flatnonzero(random.random(len(clips)) < share)
    low = max(0, len(unseen) - newest)
    pool = np.setdiff1d(low + np.flatnonzero(unseen[low:]), clips)
    if len(places) and len(pool) >= len(places):
        clips = clips.copy()
        clips[places] = random.choice(pool, len(places), replace=False)
    return clips


@dataclass
class ForYou:
    """The product's own For You feed: its stages, its learner, its pools; fed as `parvis.feed` feeds them."""

    world: World
    trials: NewClips | None = None
    second: bool = True  # whether the ranker looks at the best
    lasting: float = 1.0
    served: Served | None = None  # the nightly encoder, of which see `Nightly`
    pipeline: Pipeline[Request] = field(init=False)

    def __post_init__(self) -> None:
        world = self.world
        self.catalogue = world.catalogue
        self.learner = Affinities(world.catalogue)
        self.pools = Pools(world.catalogue)
        self.pipeline = for_you(
            world.catalogue, self.learner, self.pools, self.trials, lasting=self.lasting, served=self.served
        )
        self.second_look = SecondLook(world.catalogue, len(self.pipeline.part_names))
        if self.second:
            self.pipeline.look_twice(self.second_look)
        self.viewers = [Viewer(key=key_of(viewer)) for viewer in range(world.settings.viewers)]
        self.random = np.random.default_rng([world.seed, 13])
        self.judged = 0.0

    def slate(self, viewer: int, n: int, now: float) -> Ints:
        if now - self.judged >= JUDGE_S:
            self.judge(now)
        market, language = self.world.settings.markets[self.world.people.market[viewer]]
        request = Request(self.viewers[viewer], n, now, self.random, market, language, 18)
        slate = self.pipeline.run(request)
        self.second_look.chosen(request.viewer, slate)
        return slate.clips

    def judge(self, now: float) -> None:
        """Bring the worth of all clips and the pools up to date."""
        self.pools.refresh(self.learner.merit(now), self.learner.shows, now, self.learner.interests.vectors)
        if self.trials is not None:
            self.trials.refresh(now)
        self.second_look.settle(now)
        self.judged = now

    def learn(self, events: Events) -> None:
        viewer = self.viewers[int(events.viewer[0]) - 1]
        now = float(events.at[-1])
        watches = WATCHED[events.kind]
        shown = events.clip[watches]
        viewer.seen.add(shown)
        self.learner.exposed(shown)
        if self.trials is not None:
            self.trials.exposed(shown)
            self.trials.learn(shown, self.learner.surprise(events)[watches])
        self.second_look.learn(viewer, events)
        self.learner.learn(events, now=now)
        self.learner.observe(viewer.taste, events, now=now)
        refused = events.clip[events.kind == CODES["not-interested"]]
        followed = self.catalogue.creator[events.clip[events.kind == CODES["follow"]]]
        if len(refused):
            viewer.refused = np.concatenate([viewer.refused, refused])
        if len(followed):
            viewer.follows = np.union1d(viewer.follows, followed).astype(np.int32)


class Nightly(ForYou):
    """The product's feed with its encoder, trained anew each simulated day on all events so far."""

    def __init__(self, world: World, training: Training | None = None) -> None:
        super().__init__(world, served=Served())
        self.training, self.events = training, list[Events]()
        self.due = START + DAY_S

    def slate(self, viewer: int, n: int, now: float) -> Ints:
        if now >= self.due and self.served is not None:
            encoder = Encoder(train(rows(self.catalogue, joined(self.events)), self.world.seed, self.training))
            self.served.now = Space.build(self.catalogue, encoder)
            self.due += DAY_S
        return super().slate(viewer, n, now)

    def judge(self, now: float) -> None:
        if self.served is not None and isinstance(self.served.now, Space):
            self.served.now.refresh()
        super().judge(now)

    def learn(self, events: Events) -> None:
        self.events.append(events)
        super().learn(events)
