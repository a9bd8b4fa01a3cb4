"""Everything that changes clips and uploads. Keyword-only; permission first; one event; effects on commit."""

from parvis.clips.actions.arrivals import Brought, bring_clip
from parvis.clips.actions.captions import BYTES_MOST as CAPTION_BYTES_MOST
from parvis.clips.actions.captions import add_captions, remove_captions
from parvis.clips.actions.changes import Details, delete, describe
from parvis.clips.actions.post_file import post_file
from parvis.clips.actions.publishing import (
    give_back,
    hide,
    hold_back,
    limit,
    publish,
    publish_due,
    retry,
    schedule,
    show,
    unschedule,
    withhold,
)
from parvis.clips.actions.uploads import begin_upload, end_upload, expire_upload, receive
from parvis.clips.actions.withholding import (
    give_back_captions,
    give_back_tag,
    give_back_words,
    withhold_captions,
    withhold_tag,
    withhold_words,
)

__all__ = [
    "CAPTION_BYTES_MOST",
    "Brought",
    "Details",
    "add_captions",
    "begin_upload",
    "bring_clip",
    "delete",
    "describe",
    "end_upload",
    "expire_upload",
    "give_back",
    "give_back_captions",
    "give_back_tag",
    "give_back_words",
    "hide",
    "hold_back",
    "limit",
    "post_file",
    "publish",
    "publish_due",
    "receive",
    "remove_captions",
    "retry",
    "schedule",
    "show",
    "unschedule",
    "withhold",
    "withhold_captions",
    "withhold_tag",
    "withhold_words",
]
