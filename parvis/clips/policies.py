"""Who may see a clip, as pure questions about loaded rows."""

import uuid

from parvis.accounts.viewer import Viewer
from parvis.clips import states
from parvis.clips.models import Clip


def audience_of(clip: Clip) -> str:
    """Whom a clip is for. What a private account posts is for followers at most."""
    if clip.audience == states.EVERYONE and clip.creator.is_private:
        return states.FOLLOWERS
    return clip.audience


def is_own(clip: Clip, person: uuid.UUID | None) -> bool:
    """Whether a person made the clip."""
    return person is not None and clip.creator_id == person


def may_see(clip: Clip, viewer: Viewer, *, follows: bool, apart: bool) -> bool:
    """Whether a viewer may see a clip. `follows`: the viewer follows its creator, who accepted; `apart`: one of the two
    has blocked the other."""
    if clip.publication == states.DELETED:
        return False
    if is_own(clip, viewer.person_id):
        return True
    if apart or not clip.is_open or not clip.creator.is_active:
        return False
    return audience_of(clip) == states.EVERYONE or follows
