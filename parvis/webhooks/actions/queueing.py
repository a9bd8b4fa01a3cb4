"""Queueing what is to be told. Queueing the same twice queues it once."""

from typing import Final

from django.db import transaction
from django.db.models import F

from parvis.accounts.models import Person
from parvis.accounts.notices import Telling
from parvis.accounts.queries import are_apart
from parvis.events.actions import wake
from parvis.events.models import Event
from parvis.kit.clock import now
from parvis.webhooks.models import Delivery, Endpoint
from parvis.webhooks.queries import receivers
from parvis.webhooks.topics import Topic

WAITING_MOST: Final = 10_000  # for one address; what comes beyond is counted, not kept


@transaction.atomic
def queue(topic: Topic, telling: Telling, event: Event) -> None:
    """Have everybody told who is to know of something that happened to a person. Nothing is told of what they did
    themselves to themselves, or of somebody from whom they are apart."""
    person = Person.objects.filter(id=telling.person, is_active=True).first()
    if person is None or telling.by == person.id:
        return
    if telling.by is not None and are_apart(person.id, telling.by):
        return
    # The rows stay locked until the end, so that a worker that finds nothing left does not miss what comes now.
    found = receivers(person.id, topic).filter(created_at__lte=event.at).order_by("id")
    for endpoint in found.select_for_update(of=("self",)):
        _queue(endpoint, person, topic, telling, event)


def _queue(endpoint: Endpoint, person: Person, topic: Topic, telling: Telling, event: Event) -> None:
    known = {"endpoint": endpoint, "person": person, "topic": topic.name, "event": event.id}
    if Delivery.objects.filter(**known).exists():
        return
    if Delivery.objects.filter(endpoint=endpoint, due_at__isnull=False)[:WAITING_MOST].count() >= WAITING_MOST:
        Endpoint.objects.filter(id=endpoint.id).update(missed=F("missed") + 1)
        return
    Delivery.objects.create(
        **known,
        home=person.home,
        about=telling.about,
        by_id=telling.by,
        detail=telling.detail,
        at=event.at,
        due_at=now(),
    )
    Endpoint.objects.filter(id=endpoint.id, due_at__isnull=True).update(due_at=now())
    transaction.on_commit(wake)
