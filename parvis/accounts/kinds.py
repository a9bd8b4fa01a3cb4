"""The kinds of event that this package records. Their data never holds a private value."""

from parvis.events.kinds import EventKind, declare

JOINED = "person.joined"
CHANGED = "person.changed"
SESSION_ENDED = "session.ended"
TOKEN_MADE = "token.made"  # noqa: S105 - a kind of event
TOKEN_ENDED = "token.ended"  # noqa: S105
BLOCKED = "person.blocked"
UNBLOCKED = "person.unblocked"

declare(
    EventKind(JOINED, "Somebody opened an account. Actor and object: the person."),
    EventKind(
        CHANGED,
        "A person's profile or settings changed. `changed` names the columns, never their values.",
        ("changed",),
    ),
    EventKind(
        BLOCKED, "Somebody blocks a person: neither sees anything of the other. Object: the person. Told to nobody."
    ),
    EventKind(UNBLOCKED, "Somebody blocks a person no longer. Object: the person. Told to nobody."),
    EventKind(
        SESSION_ENDED,
        "A sign-in session is over: a viewer cookie that names it (`session`, a hash) is to be trusted no more.",
        ("session",),
    ),
    EventKind(TOKEN_MADE, "A person made a token for a program. Object: the token."),
    EventKind(TOKEN_ENDED, "A person took a token back: it opens nothing any more. Object: the token."),
)
