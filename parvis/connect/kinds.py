"""The kinds of event that this package records. Their data never holds a private value."""

from parvis.events.kinds import EventKind, declare

REGISTERED = "app.registered"
REMOVED = "app.removed"
LET_IN = "app.let-in"
WITHDRAWN = "app.withdrawn"

declare(
    EventKind(REGISTERED, "Somebody registered an app. Object: the app."),
    EventKind(REMOVED, "An app is registered no longer: nothing that it holds opens anything. Object: the app."),
    EventKind(LET_IN, "A person let an app act for them. Object: the app."),
    EventKind(WITHDRAWN, "A person withdrew what an app may do: its tokens open nothing any more. Object: the app."),
)
