"""What became of an archive from elsewhere, in words: what each section is called, and why something did not come."""

from collections.abc import Collection
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from parvis.cells.returning import ELSEWHERE, THERE

FOUND: Final = "found"  # people who are here, for the person to look at
CAME: Final = frozenset(("", THERE))
TITLES: Final[dict[str, Any]] = {
    "films": _("Your videos"),
    "blocked": _("People you blocked"),
    "muted": _("People you muted"),
    "words": _("Words you filtered out"),
    "tags": _("Tags you kept"),
    "followed": _("People you followed"),
    "followers": _("People who followed you"),
    "likes": _("Videos you liked"),
    "saved": _("Videos you saved"),
    "sounds": _("Sounds you kept"),
    "watched": _("Videos you watched"),
    "searches": _("What you searched for"),
    "comments": _("Your comments"),
    "messages": _("Your messages"),
    "posts": _("Your posts without a video"),
    "channels": _("Your channels"),
    "playlists": _("Your playlists"),
    "hosts": _("Places you blocked"),
}
UNUSED: Final[dict[str, Any]] = {
    "followers": _("Who follows you decides it anew. We write to nobody for you."),
    "likes": _("Those videos are not here, so there is nothing to like."),
    "saved": _("Those videos are not here, so there is nothing to keep."),
    "sounds": _("Sounds have other names here."),
    "watched": _(
        "It names videos by their address and not by what they are about, so the feed learns nothing of it."
        " Nothing of it is kept."
    ),
    "searches": _("What you searched for elsewhere is nobody's business here. Nothing of it is kept."),
    "comments": _("What they stand under is not here."),
    "messages": _("They are also the words of others, who did not bring them here."),
    "posts": _("Only videos are shown here."),
    "channels": _("Everybody has one page here."),
    "playlists": _("Those videos are not here."),
    "hosts": _("No other places are connected to this one."),
}
CODES: Final[dict[str, Any]] = {
    "not-in-the-archive": _(
        "The archive has no file of it. Its address stands below: download it there, and post it here."
    ),
    FOUND: _("Those who are here stand below; follow whom you like."),
    ELSEWHERE: _("Nobody here says to be them. Nothing of it is kept."),
    "too-many": _("It was a lot at once. Bring the archive again tomorrow, and the rest comes."),
}  # fmt: skip


def title(section: str) -> str:
    """Return what a section is called."""
    return str(TITLES.get(section, ""))


def why(section: str, codes: Collection[str]) -> str:
    """Return why something of a section did not come; "" where all of it did."""
    told = [str(CODES[code]) for code in CODES if code in codes]
    if "unused" in codes:
        told.append(str(UNUSED.get(section, "")))
    if set(codes) - {*CODES, *CAME, "unused"}:
        told.append(str(_("It is not possible here.")))
    return " ".join(told)
