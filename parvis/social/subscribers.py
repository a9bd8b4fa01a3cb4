"""What this package does when something happened elsewhere. In the worker; seeing an event twice changes nothing."""

from parvis.accounts.models import Person
from parvis.clips.cards import open_clips
from parvis.events.models import Event
from parvis.events.subscribe import Subscriber
from parvis.social.actions import accept_all, forget_clip, tell_named


def _forget_deleted(event: Event) -> None:
    if event.object is not None:
        forget_clip(event.object)


def _accept_when_public(event: Event) -> None:
    if "is_private" not in event.data.get("changed", ()):
        return
    person = Person.objects.filter(id=event.object, is_private=False).first()
    if person is not None:
        accept_all(person)


def _tell_named(event: Event) -> None:
    clip = open_clips().filter(id=event.object).select_related("creator").first() if event.object else None
    if clip is not None:
        tell_named(clip, actor=clip.creator_id)


SUBSCRIBERS = (
    Subscriber("social-deleted-clips", frozenset({"clip.deleted"}), _forget_deleted),
    Subscriber("social-public-accounts", frozenset({"person.changed"}), _accept_when_public),
    Subscriber("social-mentions", frozenset({"clip.published", "clip.changed"}), _tell_named),
)
