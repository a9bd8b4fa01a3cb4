"""The two axes on which a clip moves: what the workers have made of it, and who may see it."""

from typing import Final

from parvis.kit.states import StateGraph

UPLOADING: Final = "uploading"
RECEIVED: Final = "received"
PROBED: Final = "probed"
PLAYABLE: Final = "playable"
READY: Final = "ready"
REFUSED: Final = "refused"
FAILED: Final = "failed"

PROCESSING = StateGraph(
    "clips_clip.processing",
    initial=UPLOADING,
    moves={
        UPLOADING: {RECEIVED: "creator"},
        RECEIVED: {PROBED: "worker", REFUSED: "worker", FAILED: "worker"},
        PROBED: {PLAYABLE: "worker", REFUSED: "worker", FAILED: "worker"},
        # Refused: a copy of the source played, and turned out to be broken when it was decoded whole.
        PLAYABLE: {READY: "worker", REFUSED: "worker", FAILED: "worker"},
        READY: {},
        REFUSED: {UPLOADING: "creator"},
        # A retry goes on where it stopped.
        FAILED: {RECEIVED: "creator", PROBED: "creator", PLAYABLE: "creator"},
    },
)

DRAFT: Final = "draft"
SCHEDULED: Final = "scheduled"
PUBLISHED: Final = "published"
HIDDEN: Final = "hidden"
DELETED: Final = "deleted"

PUBLICATION = StateGraph(
    "clips_clip.publication",
    initial=DRAFT,
    moves={
        DRAFT: {SCHEDULED: "creator", PUBLISHED: "creator", DELETED: "creator"},
        SCHEDULED: {DRAFT: "creator", PUBLISHED: "creator or worker", DELETED: "creator"},
        PUBLISHED: {HIDDEN: "creator or operator", DELETED: "creator"},
        HIDDEN: {PUBLISHED: "whoever hid it", DELETED: "creator"},
        DELETED: {},
    },
)

OPEN: Final = "open"
FINISHED: Final = "finished"
ENDED: Final = "ended"
EXPIRED: Final = "expired"

UPLOAD = StateGraph(
    "clips_upload.state",
    initial=OPEN,
    moves={OPEN: {FINISHED: "creator", ENDED: "creator", EXPIRED: "worker"}, FINISHED: {}, ENDED: {}, EXPIRED: {}},
)

EVERYONE: Final = "everyone"
FOLLOWERS: Final = "followers"
ME: Final = "me"
AUDIENCES: Final = (EVERYONE, FOLLOWERS, ME)

# What moderators may limit a clip to. Its creator marks it as sensitive by `Clip.is_sensitive`.
UNRECOMMENDED: Final = "unrecommended"
ADULTS: Final = "adults"
SENSITIVE: Final = "sensitive"
LIMITS: Final = (UNRECOMMENDED, ADULTS, SENSITIVE)
# Beside them in `Clip.limits`: nobody else sees it until a moderator has looked (`clips.screening`).
HELD: Final = "held"


def pairs(graph: StateGraph) -> list[list[str]]:
    """Every move of a graph, as the database guard takes them."""
    return [[here, there] for here, targets in graph.moves.items() for there in targets]
