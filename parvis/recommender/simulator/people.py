"""The viewers of the simulated world: what they like, how that drifts, and when they come."""

import numpy as np
import numpy.typing as npt

from parvis.recommender.signals import Floats, Ints
from parvis.recommender.simulator.settings import DAY_S, START, Settings


class People:
    """Rows are viewers. `taste` [viewers, topics] and `mood` [viewers, moods] are known to the oracle only."""

    def __init__(self, settings: Settings, random: np.random.Generator) -> None:
        self.settings = settings
        own = settings
        n = own.viewers
        self.market: Ints = random.integers(0, len(own.markets), n).astype(np.int32)
        self.understands = np.eye(len(own.markets), dtype=bool)[self.market]
        second = random.random(n) < own.second_language
        self.understands[second, (self.market[second] == 0).astype(int)] = True
        usual = own.topic * random.standard_normal(own.topics)
        here = own.topic * random.standard_normal((len(own.markets), own.topics))
        self.taste: Floats = (usual + here[self.market] + own.taste * self._tastes(random)).astype(np.float32)
        self.home: Floats = self.taste.copy()
        self.mood: Floats = random.standard_normal((n, own.moods)).astype(np.float32)
        self.patience: Floats = (own.length * random.standard_normal(n)).astype(np.float32)
        self.generosity = np.exp(0.8 * random.standard_normal(n) - 0.32)  # how readily one likes, mean 1
        self.activity = np.exp(0.5 * random.standard_normal(n) - 0.125)

    def _tastes(self, random: np.random.Generator) -> npt.NDArray[np.float64]:
        """Some subjects are liked much, as many disliked, and the rest leaves one nearly cold."""
        own = self.settings
        tastes = 0.5 * random.standard_normal((own.viewers, own.topics))
        order = random.permuted(np.tile(np.arange(own.topics), (own.viewers, 1)), axis=1)
        rows = np.arange(own.viewers)[:, None]
        tastes[rows, order[:, : own.liked]] += random.uniform(1.0, 2.5, (own.viewers, own.liked))
        tastes[rows, order[:, own.liked : 2 * own.liked]] -= random.uniform(0.5, 1.5, (own.viewers, own.liked))
        return tastes

    def drift(self, hours: float, random: np.random.Generator) -> None:
        """Let tastes wander around where they are at home, and some liked subject change places with another."""
        own = self.settings
        days = hours / 24
        step = own.wander * np.sqrt(days) * random.standard_normal(self.taste.shape)
        self.taste += step.astype(np.float32) + np.float32(0.2 * days) * (self.home - self.taste)
        changing = np.flatnonzero(random.random(own.viewers) < own.change * days)
        others = random.integers(0, own.topics, own.viewers)
        for viewer in changing.tolist():
            best, other = int(self.taste[viewer].argmax()), int(others[viewer])
            for array in (self.taste, self.home):
                array[viewer, [best, other]] = array[viewer, [other, best]]

    def sessions(self, random: np.random.Generator) -> list[list[tuple[float, float]]]:
        """Return for each viewer the sessions to come: (start in seconds since 1970, the time there is in seconds)."""
        own = self.settings
        plans = []
        for viewer in range(own.viewers):
            count = random.poisson(own.sessions * self.activity[viewer] * own.days)
            at = np.sort(random.random(count) * own.days)
            at = np.floor(at) + _hour(at % 1.0)
            length = own.session_s * np.exp(0.7 * random.standard_normal(count))
            plans.append(list(zip((START + DAY_S * np.sort(at)).tolist(), length.tolist(), strict=True)))
        return plans


HOURS = np.array([1, 1, 1, 1, 1, 2, 4, 6, 5, 4, 4, 5, 6, 5, 4, 4, 5, 6, 8, 10, 11, 10, 7, 3], np.float64)
PASSED = np.concatenate([[0.0], np.cumsum(HOURS) / HOURS.sum()])


def _hour(uniform: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the time of the day (0..1) for numbers from 0 to 1: few at night, most in the evening."""
    return np.interp(uniform, PASSED, np.linspace(0.0, 1.0, 25))
