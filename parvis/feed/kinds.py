"""What feeds tell others."""

from parvis.events.kinds import EventKind, declare

EXPERIMENT_CHANGED = "experiment.changed"

declare(
    EventKind(EXPERIMENT_CHANGED, "An experiment was planned, started, stopped or withdrawn. Object: it.", ("state",)),
)
