"""Queueing calls for what happened elsewhere. In the worker; seeing an event twice changes nothing."""

from collections import defaultdict
from datetime import timedelta
from typing import Final

from parvis.accounts.kinds import SESSION_ENDED, TOKEN_ENDED
from parvis.events.models import Event
from parvis.events.subscribe import Subscriber
from parvis.kit.clock import now
from parvis.webhooks.actions.endpoints import end_with_tokens
from parvis.webhooks.actions.queueing import queue
from parvis.webhooks.models import Endpoint
from parvis.webhooks.queries import anybody_wants
from parvis.webhooks.topics import Topic, topics

NEWS: Final = timedelta(days=1)  # what is older is no news: an installation that is upgraded reads its whole past once


class Telling:
    """Which topics come of which kind of event; made once, when all are declared."""

    def __init__(self) -> None:
        self.of: defaultdict[str, list[Topic]] = defaultdict(list)
        for topic in topics().values():
            for kind in topic.events:
                self.of[kind].append(topic)

    def handle(self, event: Event) -> None:
        """Queue what an event tells."""
        found = self.of[event.kind]
        if event.at < now() - NEWS or not anybody_wants(topic.name for topic in found):
            return
        for topic in found:
            for telling in topic.tell(event):
                if not telling.withdrawn:
                    queue(topic, telling, event)


def _end(event: Event) -> None:
    """What a program began ends with its token, or with the access that an app had."""
    if event.actor is not None:
        end_with_tokens(Endpoint.objects.filter(person_id=event.actor))


def subscribers() -> tuple[Subscriber, ...]:
    """Return who listens, once every package has declared its kinds of news."""
    telling = Telling()
    return (
        Subscriber("webhooks-ended-tokens", frozenset({SESSION_ENDED, TOKEN_ENDED}), _end),
        Subscriber("webhooks", frozenset(telling.of), telling.handle),
    )
