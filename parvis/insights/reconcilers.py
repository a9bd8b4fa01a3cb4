"""Slow work of this package: watches are counted; who saw what is forgotten in time."""

import time
from dataclasses import dataclass
from typing import Final

from parvis.events.reconcile import Reconciler
from parvis.insights.actions import count_some, forget_seen

APART_S: Final = 30.0  # a step for each watch would cost what a step for a thousand costs


@dataclass
class Counting:
    """Counts what has gathered, then rests, however often the worker is woken."""

    due: float = 0.0

    def step(self) -> bool:
        """Count the next watches if they have gathered long enough; whether more may be there."""
        if time.monotonic() < self.due:
            return False
        if count_some():
            return True
        self.due = time.monotonic() + APART_S
        return False


RECONCILERS: tuple[Reconciler, ...] = (
    Reconciler("insights: count", Counting().step, idle_seconds=5.0),
    Reconciler("insights: forget", forget_seen, idle_seconds=600.0),
)
