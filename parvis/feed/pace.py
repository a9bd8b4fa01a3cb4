"""How often one viewer may ask, counted in this process: the hot path asks no database for it."""

import threading
import time
from collections import OrderedDict
from uuid import UUID

KEPT = 50_000


class Pace:
    """A token bucket per viewer: `burst` at once, `per_second` on the long run."""

    def __init__(self, *, per_second: float, burst: float) -> None:
        self.per_second, self.burst = per_second, burst
        self._buckets: OrderedDict[UUID | str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def allows(self, viewer: UUID | str) -> bool:
        """Take one token; False if there is none."""
        at = time.monotonic()
        with self._lock:
            tokens, since = self._buckets.pop(viewer, (self.burst, at))
            tokens = min(self.burst, tokens + (at - since) * self.per_second)
            self._buckets[viewer] = (tokens - 1 if tokens >= 1 else tokens, at)
            while len(self._buckets) > KEPT:
                self._buckets.popitem(last=False)
        return tokens >= 1
