"""What this package does when something happened elsewhere. In the worker; seeing an event twice changes nothing."""

from parvis.events.models import Event
from parvis.events.subscribe import Subscriber
from parvis.insights.actions import forget_clip


def _forget_deleted(event: Event) -> None:
    if event.object is not None:
        forget_clip(event.object)


SUBSCRIBERS = (Subscriber("insights-deleted-clips", frozenset({"clip.deleted"}), _forget_deleted),)
