"""The kinds of event that this package records."""

from parvis.events.kinds import EventKind, declare

VIEWER_ERASED = "viewer.erased"

declare(
    EventKind(
        VIEWER_ERASED,
        "All that was kept of a viewer is deleted, and what was learned is to forget them. Object: the pseudonym, which"
        " no row has any more and nobody can compute again.",
    ),
)
