"""Does a clip wait for a moderator before anybody else sees it? Packages above register what they ask.

Asked once, in the transaction that makes the clip playable: before it, nobody but its creator could see it. A clip
whose likeness is made later (`processing.likenesses`) is asked for then; it may have been seen for years.
"""

from collections.abc import Callable

from parvis.clips import states
from parvis.clips.models import Clip, Likeness
from parvis.media import likeness

Screen = Callable[[Clip, likeness.Likeness], bool]
Late = Callable[[Clip, likeness.Likeness], None]
_screens: list[Screen] = []
_late: list[Late] = []


def register(screen: Screen, late: Late) -> None:
    """Add a question: `screen(clip, found)` says whether the clip, locked, is to be held. `late(clip, found)` does
    itself what is to be done about a clip, not locked, whose likeness was made late."""
    if screen not in _screens:
        _screens.append(screen)
        _late.append(late)


def screened(clip: Clip, found: likeness.Likeness) -> None:
    """Keep a clip's likeness, and hold the clip where a question wants it; the caller saves `limits`."""
    kept = {"asked": found.asked, "shown": found.shown, "version": likeness.VERSION}
    Likeness.objects.update_or_create(clip=clip, defaults={"home": clip.home, "creator_id": clip.creator_id, **kept})
    answers = [screen(clip, found) for screen in _screens]  # each is asked, also after one that holds it
    if any(answers):
        clip.limits = sorted({*clip.limits, states.HELD})


def screened_late(clip: Clip, found: likeness.Likeness) -> None:
    """Ask about a clip that was there before its likeness."""
    for late in _late:
        late(clip, found)
