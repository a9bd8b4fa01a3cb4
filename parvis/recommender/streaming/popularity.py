"""What is watched now: counts that fade, each with its own half-life, kept as logarithms of shares."""

from typing import Any

import numpy as np
import numpy.typing as npt

from parvis.recommender.signals import Floats

FLOOR = 0.05  # the share of a clip that nobody saw, as part of an equal share
EVERY = 32  # after this many counts all logarithms are made anew; until then only that of the clip counted
FAR = 60.0  # half-lives after which the counts are brought down to where numbers are small


class Popularity:
    """Counts of `room` clips, one row per half-life in seconds. All rows fade alike, so shares need no clock."""

    def __init__(self, room: int, half_lives: tuple[float, ...]) -> None:
        self.half_lives = np.array(half_lives)
        self.count = np.zeros((len(half_lives), room))
        self.total = np.zeros(len(half_lives))
        self.since = np.zeros(1)
        self.log: Floats = np.zeros((len(half_lives), room), np.float32)
        self._counted = 0

    def grow(self, room: int) -> None:
        """Make room for more clips."""
        more = room - self.count.shape[1]
        if more > 0:
            self.count = np.concatenate([self.count, np.zeros((len(self.count), more))], axis=1)
            self.renew()

    def add(self, clip: int, at: float, rows: slice = slice(None)) -> None:
        """Count one sight of a clip at a time in seconds, in some rows; what comes late has faded as far."""
        if not self.since[0]:
            self.since[0] = at
        if (at - self.since[0]) / self.half_lives.min() > FAR:
            fall = np.exp2(-(at - self.since[0]) / self.half_lives)
            self.count *= fall[:, None]
            self.total *= fall
            self.since[0] = at
        gain = np.exp2((at - self.since[0]) / self.half_lives[rows])
        self.count[rows, clip] += gain
        self.total[rows] += gain
        self._counted += 1
        if self._counted >= EVERY:
            self.renew()
        else:
            room = self.count.shape[1]
            self.log[:, clip] = np.log(self.count[:, clip] / np.maximum(self.total, 1e-9) * room + FLOOR)

    def load(self, clip: npt.NDArray[Any], liked: npt.NDArray[np.bool_], at: npt.NDArray[np.float64]) -> None:
        """Count many sights at once into empty counts; the first row counts only the liked."""
        self.since[0] = at.max(initial=0.0)
        for row, half_life in enumerate(self.half_lives):
            gain = np.exp2((at - self.since[0]) / half_life)
            self.count[row] = np.bincount(clip, gain * liked if row == 0 else gain, self.count.shape[1])
        self.total = self.count.sum(axis=1)
        self.renew()

    def renew(self) -> None:
        """Make all logarithms anew."""
        room = self.count.shape[1]
        shares = self.count * (room / np.maximum(self.total, 1e-9))[:, None] + FLOOR
        self.log = np.log(shares.astype(np.float32))
        self._counted = 0

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Return the state by name (not copied)."""
        return {"count": self.count, "total": self.total, "since": self.since, "log": self.log,
                "counted": np.array([self._counted])}  # fmt: skip

    def take_up(self, arrays: dict[str, npt.NDArray[Any]]) -> None:
        """Take up copies of what `arrays` gave; the caller has checked the shapes."""
        for name in ("count", "total", "since", "log"):
            setattr(self, name, arrays[name].copy())
        self._counted = int(arrays["counted"][0])
