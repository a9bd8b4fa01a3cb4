"""What people do around clips, for whoever listens. The actor of each event is who did it."""

from parvis.events.kinds import EventKind, declare

LIKED = "clip.liked"
UNLIKED = "clip.unliked"
COMMENTED = "clip.commented"
COMMENT_REMOVED = "clip.comment_removed"
COMMENT_WITHHELD = "clip.comment_withheld"
COMMENT_WAITS = "clip.comment_waits"
COMMENT_SHOWN = "clip.comment_shown"
SHARED = "clip.shared"
FOLLOWED = "person.followed"
UNFOLLOWED = "person.unfollowed"
FOLLOW_REQUESTED = "person.follow_requested"
COMMENT_LIKED = "comment.liked"
COMMENT_UNLIKED = "comment.unliked"
COMMENT_CHANGED = "comment.changed"
MENTIONED = "person.mentioned"
UNMENTIONED = "person.unmentioned"
SAVED = "clip.saved"
UNSAVED = "clip.unsaved"
MUTES_CHANGED = "person.mutes_changed"

declare(
    EventKind(LIKED, "Somebody likes a clip. Object: the clip."),
    EventKind(UNLIKED, "Somebody took their like back. Object: the clip."),
    EventKind(
        COMMENTED,
        "Somebody commented on a clip. Object: the clip; `comment`: its id; `parent`: of what it answers.",
        ("comment", "parent"),
    ),
    EventKind(
        COMMENT_REMOVED,
        "A comment was deleted, by its author or the clip's creator. Object: the clip.",
        ("comment", "parent"),
    ),
    EventKind(COMMENT_WITHHELD, "A comment is seen by nobody from now on. Actor: its author.", ("comment", "parent")),
    EventKind(COMMENT_WAITS, "A comment waits until the clip's creator lets it be seen.", ("comment", "parent")),
    EventKind(COMMENT_SHOWN, "A comment that was withheld is seen again. Actor: its author.", ("comment", "parent")),
    EventKind(SHARED, "Somebody shared a clip, for the first time. Object: the clip."),
    EventKind(FOLLOWED, "Somebody follows a person from now on; a private account has accepted. Object: the person."),
    EventKind(UNFOLLOWED, "Somebody follows a person no longer. Object: the person."),
    EventKind(FOLLOW_REQUESTED, "Somebody asks to follow a private account. Object: the person."),
    EventKind(COMMENT_LIKED, "Somebody likes a comment. Object: the comment; `clip`: where it stands.", ("clip",)),
    EventKind(COMMENT_UNLIKED, "Somebody took their like of a comment back. Object: the comment.", ("clip",)),
    EventKind(
        COMMENT_CHANGED,
        "The clip's creator pinned, unpinned, hid or showed a comment. Object: the comment; `now`: which of these.",
        ("clip", "now"),
    ),
    EventKind(
        MENTIONED,
        "Somebody was named in a clip's words or a comment that they may see; told once for each. Object: the person.",
        ("clip", "comment"),
    ),
    EventKind(
        UNMENTIONED,
        "A comment that named somebody was deleted. Object: the person; `comment`: its id.",
        ("clip", "comment"),
    ),
    EventKind(SAVED, "Somebody keeps a clip for later. Object: the clip. Told to nobody."),
    EventKind(UNSAVED, "Somebody keeps a clip no longer. Object: the clip. Told to nobody."),
    EventKind(MUTES_CHANGED, "Whom or what the actor mutes has changed. Nothing says what, and nobody is told."),
)
