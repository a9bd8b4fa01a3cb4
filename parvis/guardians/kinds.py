"""The kinds of event that this package records. Their data never holds what was set, only which link it concerns."""

from parvis.events.kinds import EventKind, declare

ASKED = "guardian.asked"
LINKED = "guardian.linked"
CLOSED = "guardian.closed"
ENDED = "guardian.ended"
RULES_CHANGED = "guardian.rules_changed"

declare(
    EventKind(ASKED, "Somebody asks a person for a family link. Object: the person.", ("link",)),
    EventKind(LINKED, "A guardian and a teen are linked. Actor: who said yes. Object: who had asked.", ("link",)),
    EventKind(
        CLOSED,
        "A question for a family link needs no answer any more. Actor: who had asked. Object: who was asked.",
        ("link",),
    ),
    EventKind(
        ENDED,
        "A family link is over. Actor: who ended it, or the teen where it ended by itself or by a block (`alone`)."
        " Object: the other.",
        ("link", "alone"),
    ),
    EventKind(
        RULES_CHANGED,
        "A guardian set something for a teen. Actor: the guardian. Object: the teen; `change`: what the teen reads.",
        ("link", "change"),
    ),
)
