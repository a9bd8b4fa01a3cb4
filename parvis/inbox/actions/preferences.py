"""What a person chooses for all that reaches them."""

from parvis.accounts.errors import SignInNeeded
from parvis.accounts.viewer import Viewer
from parvis.inbox.errors import BadQuietHours
from parvis.inbox.models import Preferences
from parvis.inbox.models.notices import DAY_MINUTES
from parvis.inbox.quiet import zones
from parvis.kit.clock import now


def prefer(*, viewer: Viewer, zone: str, quiet_from: int, quiet_until: int) -> None:
    """Store quiet hours: minutes of the day in a time zone (IANA; empty: the home's own). Equal ones are none at all.

    Raises SignInNeeded, BadQuietHours.
    """
    if viewer.person_id is None:
        raise SignInNeeded
    if not (0 <= quiet_from < DAY_MINUTES and 0 <= quiet_until < DAY_MINUTES) or (zone and zone not in zones()):
        raise BadQuietHours
    values = {"zone": zone, "quiet_from": quiet_from, "quiet_until": quiet_until}
    values |= {"is_quiet_chosen": True, "changed_at": now()}
    Preferences.objects.update_or_create(
        person_id=viewer.person_id, defaults=values, create_defaults={**values, "home": viewer.home}
    )
