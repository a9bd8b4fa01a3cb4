"""How often somebody may write."""

from parvis.accounts.errors import SignInNeeded
from parvis.accounts.limits import spend
from parvis.accounts.viewer import Viewer


def spend_of(viewer: Viewer, what: str, *, per_minute: float, burst: int) -> None:
    """Count a write of a person. SignInNeeded for a visitor, TooMany when it was a lot."""
    if not viewer.is_signed_in:
        raise SignInNeeded
    spend(f"{what}:{viewer.person_id}", per_minute=per_minute, burst=burst)
