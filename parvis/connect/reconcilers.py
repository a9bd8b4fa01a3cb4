"""Slow work of this package."""

import time
from typing import Final

from parvis.connect.actions import sweep
from parvis.events.reconcile import Reconciler

SWEEP_EVERY: Final = 3600.0


class Sweep:
    """Sweeps once an hour in each worker, however often it is woken."""

    def __init__(self) -> None:
        self.due = 0.0

    def step(self) -> bool:
        """Sweep if the hour is over; never more than once in a row."""
        if time.monotonic() >= self.due:
            self.due = time.monotonic() + SWEEP_EVERY
            sweep()
        return False


RECONCILERS = (Reconciler("connect: sweep", Sweep().step, idle_seconds=60.0),)
