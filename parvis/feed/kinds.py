"""What feeds tell others."""

from parvis.events.kinds import EventKind, declare

EXPERIMENT_CHANGED = "experiment.changed"
VIEWER_ERASED = "viewer.erased"

declare(
    EventKind(EXPERIMENT_CHANGED, "An experiment was planned, started, stopped or withdrawn. Object: it.", ("state",)),
    EventKind(
        VIEWER_ERASED,
        "All that was kept of a viewer is deleted, and what was learned is to forget them. Object: the pseudonym, which"
        " no row has any more and nobody can compute again.",
    ),
)
