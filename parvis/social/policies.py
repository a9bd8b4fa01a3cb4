"""Who may do what around a clip: pure questions about loaded rows."""

from parvis.accounts.models import Person
from parvis.accounts.viewer import Viewer
from parvis.clips.models import Clip
from parvis.social.models import ACCEPTED, CREATOR, REQUESTED, Comment


def may_comment(viewer: Viewer, clip: Clip) -> bool:
    """Whether a viewer who sees the clip may comment on it."""
    return viewer.is_signed_in and clip.is_open and clip.allow_comments


def may_delete(viewer: Viewer, comment: Comment, clip: Clip) -> bool:
    """Whether a viewer may delete a comment: its author, and the creator of the clip."""
    return viewer.is_signed_in and viewer.person_id in {comment.author_id, clip.creator_id}


def may_curate(viewer: Viewer, clip: Clip) -> bool:
    """Whether a viewer may pin and hide comments, and see who likes the clip: its creator."""
    return viewer.is_signed_in and viewer.person_id == clip.creator_id


def may_see_comment(viewer: Viewer, comment: Comment, clip: Clip) -> bool:
    """Whether a comment is shown to a viewer who sees the clip: a hidden one to its author and the clip's creator, one
    that waits for the creator to its author."""
    if comment.withheld_by:
        return comment.withheld_by == CREATOR and viewer.person_id == comment.author_id
    return comment.hidden_at is None or viewer.person_id in {comment.author_id, clip.creator_id}


def may_read_lists(viewer: Viewer, person: Person, *, follows: bool) -> bool:
    """Whether a viewer who may see a person may read whom they follow and who follows them."""
    return not person.is_private or follows or viewer.person_id == person.id


def first_state(followed: Person) -> str:
    """Return the state in which a follow of a person begins: a private account is asked first."""
    return REQUESTED if followed.is_private else ACCEPTED
