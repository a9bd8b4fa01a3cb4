"""The kinds of event that this package records."""

from parvis.events.kinds import EventKind, declare

PAUSED = "webhook.paused"

declare(
    EventKind(
        PAUSED,
        "An address is told nothing any more: it does not answer, or must not be reached. Actor: its owner.",
    )
)
