"""The recommenders that are compared: decayed popularity, co-visits, ridge, and the blend of the three."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from parvis.recommender.evaluate import Items, gains, judge
from parvis.recommender.nextitem.blend import Blend, signals
from parvis.recommender.nextitem.followers import Followers
from parvis.recommender.nextitem.ridge import Ridge
from parvis.recommender.nextitem.sequences import Floats, History, Model, Sequences

DAY_S = 86_400.0
HALF_LIVES = (1.0, 7.0, 30.0, 180.0, np.inf)  # days
RIDGE_CLIPS = 3500  # its memory grows with the square
BLEND_PEOPLE, BLEND_CELLS = 1500, 15_000_000  # of the blend's fit: queries, and queries times clips
POPULAR, COVISITS, RIDGE, BLEND = "decayed popularity", "co-visits", "ridge", "blend"
NAMES = (POPULAR, COVISITS, RIDGE, BLEND)
Times = npt.NDArray[np.float64]


@dataclass
class Popular:
    """How often each clip was taken, fading by a half-life; without times nothing fades. The same for everybody."""

    counts: Times

    @classmethod
    def of(cls, clips: Items, at: Times | None, room: int, days: float) -> "Popular":
        """Count events, faded to the last of them."""
        fades = at is not None and len(at) and np.isfinite(days)
        weights = np.exp2((at - at.max()) / (days * DAY_S)) if fades and at is not None else None
        return cls(np.bincount(clips, weights, room).astype(np.float64))

    def fit(self, sequences: Sequences) -> None:
        """Nothing is left to learn."""

    def score(self, histories: Sequence[History]) -> Floats:
        """Return the counts for each history."""
        return np.broadcast_to(self.counts.astype(np.float32), (len(histories), len(self.counts)))


@dataclass
class Head:
    """The ridge over the clips most taken; the others stand behind all of these, where ties count against it."""

    room: int

    def __post_init__(self) -> None:
        self.known = min(self.room, RIDGE_CLIPS)
        self.ridge = Ridge(self.known)

    def fit(self, sequences: Sequences) -> None:
        """Learn from the clips that it knows."""
        rows = [row[row < self.known] for row in sequences.histories()]
        self.ridge.fit(Sequences.of(rows, self.known))

    def score(self, histories: Sequence[History]) -> Floats:
        """Return the regression's values, shape [histories, clips]."""
        found = self.ridge.score(histories)
        rest = np.repeat(found.min(axis=1, keepdims=True) - 1, self.room - self.known, axis=1)
        return np.concatenate([found, rest], axis=1)


@dataclass
class Fitted:
    """The three models fitted on one part of a log, and the blend once its weights are known."""

    models: dict[str, Model]
    blend: Blend = field(default_factory=lambda: Blend.of(3))

    def learn_weights(self, histories: Sequence[History], targets: Items) -> None:
        """Fit the weights of the blend on held-out items."""
        room = self.models[COVISITS].score([histories[0]]).shape[1]
        most = max(min(BLEND_PEOPLE, BLEND_CELLS // room), 50)
        few = slice(None, None, max(1, -(-len(histories) // most)))
        some = histories[few]
        self.blend.fit(self._signals(some), some, targets[few])

    def scorers(self) -> dict[str, Callable[[Sequence[History]], Floats]]:
        """Return the scorer of each model and of the blend."""
        found: dict[str, Callable[[Sequence[History]], Floats]] = {
            name: model.score for name, model in self.models.items()
        }
        return {**found, BLEND: lambda histories: self.blend.score(self._signals(histories))}

    def _signals(self, histories: Sequence[History]) -> Floats:
        return signals([model.score(histories) for model in self.models.values()], histories)


def fitted(sequences: Sequences, popular: Popular) -> Fitted:
    """Return the models fitted on sequences."""
    models: dict[str, Model] = {POPULAR: popular, COVISITS: Followers(sequences.room), RIDGE: Head(sequences.room)}
    for model in models.values():
        model.fit(sequences)
    return Fitted(models)


def best_half_life(clips: Items, at: Times | None, room: int, histories: Sequence[History], targets: Items) -> float:
    """Return the half-life in days with which popularity does best on held-out items; infinite without times."""
    if at is None:
        return np.inf
    every = slice(None, None, max(1, len(histories) // 1000))
    some, wanted = histories[every], targets[every]
    found = [
        gains(judge(Popular.of(clips, at, room, days).score, some, wanted).ranks, 10).mean() for days in HALF_LIVES
    ]
    return HALF_LIVES[int(np.argmax(found))]
