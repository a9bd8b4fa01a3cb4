"""Who may do what around a clip: pure questions about loaded rows."""

from parvis.accounts.models import Person
from parvis.accounts.viewer import Viewer
from parvis.clips.models import Clip
from parvis.social.models import ACCEPTED, REQUESTED, Comment


def may_comment(viewer: Viewer, clip: Clip) -> bool:
    """Whether a viewer who sees the clip may comment on it."""
    return viewer.is_signed_in and clip.is_open and clip.allow_comments


def may_delete(viewer: Viewer, comment: Comment, clip: Clip) -> bool:
    """Whether a viewer may delete a comment: its author, and the creator of the clip."""
    return viewer.is_signed_in and viewer.person_id in {comment.author_id, clip.creator_id}


def first_state(followed: Person) -> str:
    """Return the state in which a follow of a person begins: a private account is asked first."""
    return REQUESTED if followed.is_private else ACCEPTED
