"""Everything that changes what people do around clips and with one another: one module for each subject."""

from parvis.social.actions.around import (
    accept,
    accept_all,
    comment,
    count_clip,
    decline,
    delete_comment,
    end_both_copies,
    follow,
    forget_clip,
    like,
    share,
    unfollow,
    unlike,
    withhold_comment,
)
from parvis.social.actions.keeping_away import (
    block,
    mute_person,
    mute_text,
    unblock,
    unmute,
    unmute_person,
)

__all__ = [
    "accept",
    "accept_all",
    "block",
    "comment",
    "count_clip",
    "decline",
    "delete_comment",
    "end_both_copies",
    "follow",
    "forget_clip",
    "like",
    "mute_person",
    "mute_text",
    "share",
    "unblock",
    "unfollow",
    "unlike",
    "unmute",
    "unmute_person",
    "withhold_comment",
]
