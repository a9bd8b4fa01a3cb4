"""What this package does when something happened elsewhere. In the worker; seeing an event twice changes nothing."""

from parvis.clips.models import Clip
from parvis.events.models import Event
from parvis.events.subscribe import Subscriber
from parvis.search.actions import keep_clips, keep_people

TOGETHER = 200
CLIPS = frozenset({"clip.published", "clip.changed", "clip.hidden", "clip.deleted"})
PEOPLE = frozenset({"person.joined", "person.changed", "person.erased"})


def _clip(event: Event) -> None:
    if event.object is not None:
        keep_clips([event.object])


def _person(event: Event) -> None:
    if event.object is None:
        return
    keep_people([event.object])
    if {"is_private", "is_active"} & set(event.data.get("changed", ())):
        theirs = list(Clip.objects.filter(creator_id=event.object).values_list("id", flat=True))
        for start in range(0, len(theirs), TOGETHER):
            keep_clips(theirs[start : start + TOGETHER])


SUBSCRIBERS = (Subscriber("search-clips", CLIPS, _clip), Subscriber("search-people", PEOPLE, _person))
