"""The kinds of event that this package records. Their data never holds a private value."""

from parvis.events.kinds import EventKind, declare

JOINED = "person.joined"
CHANGED = "person.changed"
SESSION_ENDED = "session.ended"

declare(
    EventKind(JOINED, "Somebody opened an account. Actor and object: the person."),
    EventKind(
        CHANGED,
        "A person's profile or settings changed. `changed` names the columns, never their values.",
        ("changed",),
    ),
    EventKind(
        SESSION_ENDED,
        "A sign-in session is over: a viewer cookie that names it (`session`, a hash) is to be trusted no more.",
        ("session",),
    ),
)
