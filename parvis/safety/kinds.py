"""What happens around reports and decisions, for whoever listens. No event names a moderator or who reported."""

from parvis.events.kinds import EventKind, declare

REPORTED = "safety.reported"
ANSWERED = "safety.answered"
DECIDED = "safety.decided"
APPEALED = "safety.appealed"
HEARD = "safety.heard"
HELD = "safety.held"

declare(
    EventKind(REPORTED, "Something was reported. Object: the case; `kind`: what kind of thing.", ("kind",)),
    EventKind(
        ANSWERED,
        "A report was decided on. Actor and object: who reported; `report`: its id; `outcome`: acted or nothing.",
        ("report", "outcome"),
    ),
    EventKind(
        DECIDED,
        "It was decided about a person or a thing of theirs. Object: the person; `decision`: its id, which their own"
        " page shows; `measures`: what was done.",
        ("decision", "measures"),
    ),
    EventKind(APPEALED, "A person appeals against a decision. Actor and object: the person.", ("decision",)),
    EventKind(
        HELD,
        "A new clip looks like one that was removed, and waits for a moderator. Object: its creator; `clip`: its id.",
        ("clip",),
    ),
    EventKind(
        HEARD,
        "An appeal was heard. Object: the person; `decision`: its id; `outcome`: upheld or reversed.",
        ("decision", "outcome"),
    ),
)
