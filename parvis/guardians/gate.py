"""What this package asks of every act (see `accounts.permits`)."""

from parvis.accounts.bounds import AUDIENCES, bounds_of
from parvis.accounts.permits import COMMENT, Act
from parvis.social.errors import CommentsClosed
from parvis.social.models import ACCEPTED, Follow


def comments(act: Act) -> bool:
    """Refuse a comment on a clip of a teen by whom their guardian keeps out (CommentsClosed)."""
    if act.kind != COMMENT or act.to is None or act.to == act.person:
        return False
    allowed = bounds_of(act.to).comments
    if allowed != AUDIENCES[0] and (allowed == AUDIENCES[-1] or not _follows(act)):
        raise CommentsClosed
    return False


def _follows(act: Act) -> bool:
    """Whether the creator follows who comments."""
    return Follow.objects.filter(follower_id=act.to, followed_id=act.person, state=ACCEPTED).exists()
