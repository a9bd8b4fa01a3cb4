"""What people do around clips, for whoever listens. The actor of each event is who did it."""

from parvis.events.kinds import EventKind, declare

LIKED = "clip.liked"
UNLIKED = "clip.unliked"
COMMENTED = "clip.commented"
COMMENT_REMOVED = "clip.comment_removed"
COMMENT_WITHHELD = "clip.comment_withheld"
COMMENT_SHOWN = "clip.comment_shown"
SHARED = "clip.shared"
FOLLOWED = "person.followed"
UNFOLLOWED = "person.unfollowed"
FOLLOW_REQUESTED = "person.follow_requested"
MUTES_CHANGED = "person.mutes_changed"

declare(
    EventKind(LIKED, "Somebody likes a clip. Object: the clip."),
    EventKind(UNLIKED, "Somebody took their like back. Object: the clip."),
    EventKind(COMMENTED, "Somebody commented on a clip. Object: the clip; `comment`: its id.", ("comment",)),
    EventKind(
        COMMENT_REMOVED, "A comment was deleted, by its author or the clip's creator. Object: the clip.", ("comment",)
    ),
    EventKind(COMMENT_WITHHELD, "A comment is seen by nobody from now on. Actor: its author.", ("comment",)),
    EventKind(COMMENT_SHOWN, "A comment that was withheld is seen again. Actor: its author.", ("comment",)),
    EventKind(SHARED, "Somebody shared a clip, for the first time. Object: the clip."),
    EventKind(FOLLOWED, "Somebody follows a person from now on; a private account has accepted. Object: the person."),
    EventKind(UNFOLLOWED, "Somebody follows a person no longer. Object: the person."),
    EventKind(FOLLOW_REQUESTED, "Somebody asks to follow a private account. Object: the person."),
    EventKind(MUTES_CHANGED, "Whom or what the actor mutes has changed. Nothing says what, and nobody is told."),
)
