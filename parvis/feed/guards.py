"""What is asked of a request before it may cost anything."""

from urllib.parse import urlsplit

from django.conf import settings

from parvis.accounts.errors import TooMany
from parvis.accounts.viewer import Viewer
from parvis.feed.errors import ForeignOrigin
from parvis.feed.pace import Pace

# A page asks for a slate each few clips and reports after each; a quick hand stays far below.
SLATES, REPORTS = Pace(per_second=3, burst=60), Pace(per_second=8, burst=120)


def paced(pace: Pace, viewer: Viewer) -> None:
    """TooMany if the viewer asks too often."""
    if settings.PARVIS_RATE_LIMITS and not pace.allows(viewer.pseudonym):
        raise TooMany


def own_origin(origin: str, site: str, host: str) -> None:
    """ForeignOrigin unless a page of ours sent the request: `Origin` names us, or the browser says same-origin."""
    if origin:
        if origin == settings.PARVIS_ORIGIN or urlsplit(origin).netloc == host:
            return
    elif site == "same-origin":
        return
    raise ForeignOrigin
