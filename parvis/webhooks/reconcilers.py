"""Slow work of this package."""

import time
from datetime import timedelta
from typing import Final

from parvis.events.reconcile import Reconciler
from parvis.kit.clock import now
from parvis.webhooks.actions.endpoints import end_with_tokens
from parvis.webhooks.models import Delivery, Endpoint
from parvis.webhooks.sending import send_one

KEPT: Final = timedelta(days=7)
SWEEP_EVERY: Final = 3600.0
LANES: Final = 4
AT_ONCE: Final = 5_000


class Sweep:
    """Forgets old calls, and ends what was begun with tokens that ran out: once an hour in each worker."""

    def __init__(self) -> None:
        self.due = 0.0

    def step(self) -> bool:
        """Sweep if the hour is over; on while there is more."""
        if time.monotonic() < self.due:
            return False
        if sweep():
            return True
        self.due = time.monotonic() + SWEEP_EVERY
        return False


def sweep() -> bool:
    """Forget a batch of calls that are older than KEPT, sent or not; return whether there were any."""
    end_with_tokens(Endpoint.objects.all())
    old = Delivery.objects.filter(created_at__lt=now() - KEPT).values_list("id", flat=True)[:AT_ONCE]
    removed, _ = Delivery.objects.filter(id__in=list(old)).delete()
    return bool(removed)


RECONCILERS = (
    Reconciler("webhooks", send_one, lanes=LANES),
    Reconciler("webhooks: sweep", Sweep().step, idle_seconds=60.0),
)
