"""Telling people of what happened elsewhere. In the worker; seeing an event twice changes nothing."""

from datetime import timedelta
from typing import Final

from parvis.accounts.kinds import SESSION_ENDED, TOKEN_ENDED
from parvis.accounts.notices import declared
from parvis.accounts.viewer import token_session
from parvis.events.models import Event
from parvis.events.subscribe import Subscriber
from parvis.inbox.actions.notices import tell, withdraw
from parvis.inbox.actions.push import end_session
from parvis.kit.clock import now

# An installation that is upgraded reads its whole past once: what is older than this is no news.
NEWS: Final = timedelta(days=14)


def told(event: Event) -> None:
    """Tell whom an event tells."""
    if event.at < now() - NEWS:
        return
    for kind in declared().values():
        if event.kind not in kind.events:
            continue
        for telling in kind.tell(event):
            if telling.withdrawn:
                withdraw(kind, telling)
            else:
                tell(kind, telling, at=event.at)


def _end_session(event: Event) -> None:
    end_session(event.data.get("session", ""))


def _end_token(event: Event) -> None:
    if event.object is not None:
        end_session(token_session(event.object))


def subscribers() -> tuple[Subscriber, ...]:
    """Return who listens, once every package has declared its kinds of news."""
    return (
        Subscriber("inbox-ended-sessions", frozenset({SESSION_ENDED}), _end_session),
        Subscriber("inbox-ended-tokens", frozenset({TOKEN_ENDED}), _end_token),
        Subscriber("inbox-notices", frozenset().union(*(kind.events for kind in declared().values())), told),
    )  # fmt: skip
