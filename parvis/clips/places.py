"""Places on this package's pages that packages above it fill: they register when they are ready, since nothing here may
know them. A place that nobody fills stays empty."""

from collections.abc import Callable
from typing import Any, Final

from parvis.accounts.viewer import Request

PROFILE_COUNTS: Final = "profile-counts"  # in the head of a person's page; about the person
PROFILE_MENU: Final = "profile-menu"  # beside the button to follow, on another person's page; about the person
PROFILE_ACTIONS: Final = "profile-actions"  # beside the button to follow a person, who is not the viewer
CLIP_COUNTS: Final = "clip-counts"  # under the words of a clip's own page; about the clip, which the viewer may see
CLIP_KEEP: Final = "clip-keep"  # among the buttons of that page; about the clip
CLIP_TALK: Final = "clip-talk"  # at the end of that page; about the clip

Fill = Callable[[Request, Any], str]
_fills: dict[str, Fill] = {}


def register(place: str, fill: Fill) -> None:
    """Tell what stands in a place: `fill(request, about)` returns it as HTML, rendered from a template."""
    _fills[place] = fill


def filled(place: str, request: Request, about: Any) -> str:
    """Return what stands in a place."""
    fill = _fills.get(place)
    return fill(request, about) if fill else ""
