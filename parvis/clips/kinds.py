"""What happens to clips, for whoever listens. The object of each event is the clip, the actor its creator."""

from parvis.events.kinds import EventKind, declare

PROCESSED = "clip.processed"
FAILED = "clip.failed"

declare(
    EventKind("clip.published", "A clip can be seen by others from now on: for the first time, or again."),
    EventKind("clip.changed", "The words, audience, language, captions or renditions of a visible clip changed."),
    EventKind("clip.hidden", "A clip can no longer be seen by others."),
    EventKind("clip.deleted", "A clip was deleted by its creator."),
    EventKind(PROCESSED, "A clip can be played for the first time, if only by its creator."),
    EventKind(FAILED, "The workers have given a clip up: its file cannot be used, or something keeps going wrong."),
)
