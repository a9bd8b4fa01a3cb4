"""What this package does when something happened elsewhere. In the worker; seeing an event twice changes nothing."""

from parvis.accounts.kinds import BLOCKED
from parvis.events.models import Event
from parvis.events.subscribe import Subscriber
from parvis.guardians.actions import end_between


def _end_blocked(event: Event) -> None:
    if event.actor is not None and event.object is not None:
        end_between(event.actor, event.object)


SUBSCRIBERS = (Subscriber("guardians-blocks", frozenset({BLOCKED}), _end_blocked),)
