"""The clips of the simulated world: what they truly are, and what a catalogue is told of them."""

from uuid import UUID

import numpy as np
import numpy.typing as npt

from parvis.recommender.catalogue import Clip
from parvis.recommender.signals import Floats, Ints
from parvis.recommender.simulator.settings import DAY_S, START, Settings

SHORTEST_S, LONGEST_S = 5.0, 180.0


def zipf(n: int, power: float) -> npt.NDArray[np.float64]:
    """Return shares of n things, the first the largest, in proportion to 1 / rank^power."""
    weights = 1.0 / np.arange(1, n + 1) ** power
    shares: npt.NDArray[np.float64] = weights / weights.sum()
    return shares


class Stock:
    """All clips that will ever be, in the order in which they arrive; row i is the catalogue's index i.

    `topics` [clips, topics] says how much a clip is about each, `style` [clips, moods] what no tag betrays.
    """

    def __init__(self, settings: Settings, random: np.random.Generator) -> None:
        self.settings = settings
        own = settings
        n = own.clips + int(own.new_per_day * own.days)
        self.arrives = self._arrivals(n, random)
        self.creator: Ints = random.choice(own.creators, n, p=zipf(own.creators, 0.7)).astype(np.int32)
        self.market = random.integers(0, len(own.markets), own.creators)[self.creator]
        self.wordless = random.random(n) < own.wordless
        home = random.choice(own.topics, (own.creators, 2), p=zipf(own.topics, 0.5))
        second = random.random(n) < 0.25
        self.topic: Ints = home[self.creator, second.astype(int)].astype(np.int32)
        stray = random.random(n) < 0.15
        self.topic[stray] = random.integers(0, own.topics, stray.sum())
        self.topics: Floats = np.zeros((n, own.topics), np.float32)
        other = random.integers(0, own.topics, n)
        self.topics[np.arange(n), other] = random.uniform(0.0, 0.5, n)
        self.topics[np.arange(n), self.topic] = random.uniform(0.8, 1.0, n)
        self.sound = self._sounds(n, random)
        by_creator = random.standard_normal((own.creators, own.moods))[self.creator]
        by_sound = random.standard_normal((own.sounds, own.moods))[self.sound]
        style = 0.6 * by_creator + 0.4 * by_sound + 0.7 * random.standard_normal((n, own.moods))
        self.style: Floats = (own.mood / np.sqrt(own.moods) * style).astype(np.float32)
        quality = 0.6 * random.standard_normal(own.creators)[self.creator] + 0.8 * random.standard_normal(n)
        self.quality: Floats = (own.quality * quality).astype(np.float32)
        self.seconds: Floats = np.clip(25.0 * np.exp(0.8 * random.standard_normal(n)), SHORTEST_S, LONGEST_S).astype(
            np.float32
        )
        self.log_seconds: Floats = np.log(self.seconds)
        self.tags = self._tags(n, random)
        self._salt = random.integers(0, 2**62)

    def __len__(self) -> int:
        return len(self.arrives)

    def _arrivals(self, n: int, random: np.random.Generator) -> npt.NDArray[np.float64]:
        own = self.settings
        at = START + DAY_S * np.concatenate(
            [random.uniform(-own.past_days, 0.0, own.clips), random.uniform(0.0, own.days, n - own.clips)]
        )
        late = np.flatnonzero(random.random(own.clips) < own.withheld)
        at[late] = START + 3600.0 * random.uniform(*own.release_hours, len(late))
        return np.sort(at)

    def _sounds(self, n: int, random: np.random.Generator) -> Ints:
        """Half of the clips use a sound that is usual for their subject, the others any."""
        own = self.settings
        of_topic = random.integers(0, own.sounds, (own.topics, 6))[self.topic, random.integers(0, 6, n)]
        free = random.choice(own.sounds, n, p=zipf(own.sounds, 0.8))
        sounds: Ints = np.where(random.random(n) < 0.5, of_topic, free).astype(np.int32)
        return sounds

    def _tags(self, n: int, random: np.random.Generator) -> list[tuple[str, ...]]:
        own = self.settings
        honest = random.random((n, 3)) < own.honest_tags
        of_topic = self.topic[:, None] * own.topic_tags + random.integers(0, own.topic_tags, (n, 3))
        everything = own.topics * own.topic_tags + own.free_tags
        numbers = np.where(honest, of_topic, random.integers(0, everything, (n, 3)))
        count = random.integers(1, 4, n)
        return [
            tuple(dict.fromkeys(f"tag{tag}" for tag in row[:most]))
            for row, most in zip(numbers.tolist(), count.tolist(), strict=True)
        ]

    def clips(self, low: int, high: int) -> list[Clip]:
        """Return what a catalogue is told of the clips low..high-1."""
        markets = self.settings.markets
        return [
            Clip(
                id=UUID(int=(int(self._salt) << 32) + i),
                creator=UUID(int=1 + int(self.creator[i])),
                market=markets[self.market[i]][0],
                language=markets[self.market[i]][1],
                tags=self.tags[i],
                sound=UUID(int=1 + int(self.sound[i])),
                duration_ms=int(1000 * self.seconds[i]),
                created=float(self.arrives[i]),
            )
            for i in range(low, high)
        ]
