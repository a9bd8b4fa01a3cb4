"""What went wrong with a clip, in words, and whether trying again can help."""

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

REFUSALS: Final = {
    "not-a-video": _("This file is not a video that can be read."),
    "no-video": _("This file has no picture, only sound or other data."),
    "playlist": _("This file is a list that points to other files, not a video."),
    "unsupported": _("This kind of video (%(codec)s) is not supported. MP4 with H.264 always works."),
    "too-big-file": _("This file is larger than %(megabytes)s MB."),
    "too-short": _("This video is too short: a clip lasts at least a third of a second."),
    "too-long": _("This video is too long. A clip may last %(seconds)s seconds."),
    "too-large-picture": _("The picture of this video is too large: at most 4096 by 2304 pixels are possible."),
    "too-small-picture": _("The picture of this video is less than %(min_edge)s pixels wide or high."),
    "too-many-streams": _("This file has more than %(max_streams)s tracks."),
    "damaged": _("This file is damaged or incomplete. Please export or copy it again and choose it once more."),
}
FAILURES: Final = {
    "timed-out": _("Reading this file took too long. We try again."),
    "no-space": _("There is no room to make this clip at the moment. Your file is safe; we try again."),
    "storage": _("The storage did not answer. Your file is safe; we try again."),
    "crashed": _("Making this clip stopped again and again. Your file is safe: you can try once more."),
    "internal": _("Something went wrong here. Your file is safe; we try again."),
}


def in_words(code: str, params: dict[str, Any]) -> str:
    """Return the sentence for a problem, in the language that is active; an empty text for none."""
    if not code:
        return ""
    message = REFUSALS.get(code) or FAILURES.get(code) or FAILURES["internal"]
    values = dict(params)
    if "max_bytes" in values:
        values["megabytes"] = int(values["max_bytes"]) // 1_000_000
    if "max_ms" in values:
        values["seconds"] = int(values["max_ms"]) // 1000
    try:
        return str(message) % values
    except KeyError:
        return str(FAILURES["internal"])
