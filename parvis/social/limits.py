"""How often a person may act around clips: what pages and programs do counts together."""

from parvis.accounts.errors import SignInNeeded
from parvis.accounts.limits import spend
from parvis.accounts.viewer import Viewer

TAP = {"per_minute": 60, "burst": 60}
WORDS = {"per_minute": 12, "burst": 10}


def spend_by(viewer: Viewer, what: str, limit: dict[str, int]) -> None:
    """Count an act of a person. TooMany when it was a lot, SignInNeeded for a visitor."""
    if not viewer.is_signed_in:
        raise SignInNeeded
    spend(f"{what}:{viewer.person_id}", per_minute=limit["per_minute"], burst=limit["burst"])
