"""What a person chooses for all that reaches them."""

import uuid

from parvis.accounts.errors import SignInNeeded
from parvis.accounts.viewer import Viewer
from parvis.inbox.errors import BadAudience, BadQuietHours
from parvis.inbox.models import Preferences
from parvis.inbox.models.notices import AUDIENCES, DAY_MINUTES
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


def take_messages(*, viewer: Viewer, takes: str) -> None:
    """Store from whom the viewer takes messages: one of AUDIENCES. What the young are spared holds whatever they choose
    (`policies.standing`). SignInNeeded, BadAudience."""
    if viewer.person_id is None:
        raise SignInNeeded
    if takes not in AUDIENCES:
        raise BadAudience
    values = {"messages_from": takes, "changed_at": now()}
    Preferences.objects.update_or_create(
        person_id=viewer.person_id, defaults=values, create_defaults={**values, "home": viewer.home}
    )


def learn_zone(*, person: uuid.UUID, home: str, zone: str) -> None:
    """Remember the time zone of a person's browser, where none is known yet. What is no zone is not remembered."""
    if zone not in zones():
        return
    defaults = {"home": home, "zone": zone}
    told, is_new = Preferences.objects.get_or_create(person_id=person, defaults=defaults)
    if not is_new:
        Preferences.objects.filter(id=told.id, zone="").update(zone=zone, changed_at=now())
