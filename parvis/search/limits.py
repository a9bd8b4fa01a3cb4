"""How often somebody may look: what pages and programs do counts together, of visitors by their address."""

from django.http import HttpRequest

from parvis.accounts.limits import client_address, spend
from parvis.accounts.viewer import Viewer

LOOKS = {"per_minute": 40, "burst": 40}
TYPES = {"per_minute": 240, "burst": 60}


def spend_look(request: HttpRequest, viewer: Viewer, what: str, limit: dict[str, int]) -> None:
    """Count a look. TooMany when it was a lot."""
    who = viewer.person_id or client_address(request)
    spend(f"{what}:{who}", per_minute=limit["per_minute"], burst=limit["burst"])
