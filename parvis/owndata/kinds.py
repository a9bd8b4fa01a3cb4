"""What this package tells others."""

from parvis.events.kinds import EventKind, declare

LEAVES = "person.leaves"
STAYS = "person.stays"
PERSON_ERASED = "person.erased"

declare(
    EventKind(LEAVES, "A person asked to be deleted and is hidden from now on. Actor and object: the person."),
    EventKind(STAYS, "A person who had asked to be deleted is back. Actor and object: the person."),
    EventKind(
        PERSON_ERASED,
        "Everything of a person is erased and the keys are destroyed. Object: the person, whom no row names any more.",
    ),
)
