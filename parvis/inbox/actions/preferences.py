"""What a person chooses for all that reaches them."""

import uuid

from django.db import transaction

from parvis.accounts.bounds import bounds_of, stricter
from parvis.accounts.errors import SignInNeeded
from parvis.accounts.models import Person
from parvis.accounts.viewer import Viewer
from parvis.inbox.errors import BadAudience, BadDigest, BadQuietHours
from parvis.inbox.models import Preferences
from parvis.inbox.models.notices import AUDIENCES, DAY_MINUTES, DIGESTS, NEVER
from parvis.inbox.queries.letters import next_due
from parvis.inbox.quiet import zones
from parvis.kit.clock import now


@transaction.atomic
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
    _let_letters_follow(viewer.person_id)


def take_messages(*, viewer: Viewer, takes: str) -> None:
    """Store from whom the viewer takes messages: one of AUDIENCES. What the young are spared holds whatever they choose
    (`policies.standing`). SignInNeeded, BadAudience; SetByAnother for what is looser than a guardian set."""
    if viewer.person_id is None:
        raise SignInNeeded
    if takes not in AUDIENCES:
        raise BadAudience
    bounds = bounds_of(viewer.person_id, viewer.age_band)
    bounds.check("messages", holds=stricter(takes, bounds.messages) == takes)
    values = {"messages_from": takes, "changed_at": now()}
    Preferences.objects.update_or_create(
        person_id=viewer.person_id, defaults=values, create_defaults={**values, "home": viewer.home}
    )


@transaction.atomic
def choose_letters(*, viewer: Viewer, digest: str) -> None:
    """Store how often the viewer gets letters: one of DIGESTS. They tell of what happens from now on. SignInNeeded,
    BadDigest."""
    person = Person.objects.filter(id=viewer.person_id).first()
    if viewer.person_id is None or person is None:
        raise SignInNeeded
    if digest not in DIGESTS:
        raise BadDigest
    chosen, _ = Preferences.objects.select_for_update().get_or_create(person=person, defaults={"home": person.home})
    if chosen.digest == digest:
        return
    if chosen.digest == NEVER:
        chosen.digest_until, chosen.digest_failures = now(), 0
    chosen.digest, chosen.changed_at = digest, now()
    chosen.digest_at = None if digest == NEVER else next_due(person, chosen, now())
    chosen.save()


def stop_letters(*, person: uuid.UUID) -> None:
    """Send a person no more letters: whoever has the address of one may ask for that. Twice is once."""
    mine = Preferences.objects.filter(person_id=person).exclude(digest=NEVER)
    mine.update(digest=NEVER, digest_at=None, changed_at=now())


def _let_letters_follow(person: uuid.UUID) -> None:
    """Find anew when the next letter is due, after the hours or the zone have changed."""
    chosen = Preferences.objects.select_related("person").exclude(digest=NEVER).filter(person_id=person).first()
    if chosen is not None:
        due = next_due(chosen.person, chosen, now())
        Preferences.objects.filter(id=chosen.id, digest=chosen.digest).update(digest_at=due)


def learn_zone(*, person: uuid.UUID, home: str, zone: str) -> None:
    """Remember the time zone of a person's browser, where none is known yet. What is no zone is not remembered."""
    if zone not in zones():
        return
    defaults = {"home": home, "zone": zone}
    told, is_new = Preferences.objects.get_or_create(person_id=person, defaults=defaults)
    if not is_new:
        Preferences.objects.filter(id=told.id, zone="").update(zone=zone, changed_at=now())
