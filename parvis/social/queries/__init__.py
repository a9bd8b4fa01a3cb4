"""Everything that reads what people do around clips and with one another: one module for each subject."""

from parvis.social.queries.around import (
    FollowState,
    Social,
    counts,
    follow_counts,
    followed_among,
    followed_by,
    followers,
    for_viewer,
    liked_among,
    liked_by,
)
from parvis.social.queries.lists import PAGE, PeoplePage, cursor_of
from parvis.social.queries.mutes import Muted, OwnMute, muted_by, own_mutes
from parvis.social.queries.talk import Author, CommentsPage, Shown

__all__ = [
    "PAGE",
    "Author",
    "CommentsPage",
    "FollowState",
    "Muted",
    "OwnMute",
    "PeoplePage",
    "Shown",
    "Social",
    "counts",
    "cursor_of",
    "follow_counts",
    "followed_among",
    "followed_by",
    "followers",
    "for_viewer",
    "liked_among",
    "liked_by",
    "muted_by",
    "own_mutes",
]
