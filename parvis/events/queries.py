"""Questions about the workers and their reading."""

from parvis.events.models import HEARTBEAT, Worker
from parvis.kit.clock import now


def living_workers() -> int:
    """Return how many workers have shown themselves within three heartbeats."""
    return Worker.objects.filter(seen_at__gte=now() - 3 * HEARTBEAT).count()
