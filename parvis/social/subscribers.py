"""What this package does when something happened elsewhere. In the worker; seeing an event twice changes nothing."""

from parvis.accounts.models import Person
from parvis.events.models import Event
from parvis.events.subscribe import Subscriber
from parvis.social.actions import accept_all, forget_clip


def _forget_deleted(event: Event) -> None:
    if event.object is not None:
        forget_clip(event.object)


def _accept_when_public(event: Event) -> None:
    if "is_private" not in event.data.get("changed", ()):
        return
    person = Person.objects.filter(id=event.object, is_private=False).first()
    if person is not None:
        accept_all(person)


SUBSCRIBERS = (
    Subscriber("social-deleted-clips", frozenset({"clip.deleted"}), _forget_deleted),
    Subscriber("social-public-accounts", frozenset({"person.changed"}), _accept_when_public),
)
