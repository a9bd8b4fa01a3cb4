"""Registering addresses, changing what they are told, and ending it."""

import uuid
from collections.abc import Iterable
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from parvis.accounts.bearer import allowed_by
from parvis.accounts.models import Person
from parvis.accounts.queries import person_of
from parvis.accounts.scopes import demand
from parvis.accounts.viewer import Viewer
from parvis.cells.keys import seal
from parvis.connect.queries import app_of
from parvis.events.actions import record, wake
from parvis.kit.clock import now
from parvis.kit.ids import uuid7
from parvis.webhooks.errors import EndpointStopped, TooManyEndpoints
from parvis.webhooks.kinds import PAUSED
from parvis.webhooks.models import STOPPED, Delivery, Endpoint
from parvis.webhooks.policies import OVERLAP, check_address, new_secret
from parvis.webhooks.queries import ADDRESS, OLD_SECRET, SECRET, for_viewer, secrets_of
from parvis.webhooks.topics import PING, known
from parvis.webhooks.topics import topics as all_topics

MOST: Final = 20


@transaction.atomic
def register(
    *,
    viewer: Viewer,
    address: str,
    topics: Iterable[str],
    allowed: frozenset[str] | None = None,
    app_id: uuid.UUID | None = None,
) -> tuple[Endpoint, str]:
    """Have an address told from now on; returns its row, and its secret, which nobody can read again.

    `allowed`: what the token of a program allows, None for a person in a browser. `app_id`: of an app of the person's
    own, whose people are told of; in a browser only. SignInNeeded, BadEndpoint, UnknownTopic, ScopeMissing, NoSuchApp,
    TooManyEndpoints.
    """
    person = person_of(viewer)
    chosen = _chosen(topics, allowed)
    check_address(address, here=settings.DEBUG)
    app = app_of(person, app_id) if app_id is not None and viewer.token is None else None
    list(Person.objects.select_for_update().filter(id=person.id))  # of two at once the second counts the first
    if Endpoint.objects.filter(person=person).count() >= MOST:
        raise TooManyEndpoints
    secret = new_secret()
    row = Endpoint.objects.create(
        home=person.home,
        person=person,
        app=app,
        token_id=viewer.token,
        address=seal(person.id, ADDRESS, address),
        topics=chosen,
        secret=seal(person.id, SECRET, secret),
    )
    return row, secret


def _chosen(topics: Iterable[str], allowed: frozenset[str] | None) -> list[str]:
    chosen, there = known(topics), all_topics()
    for name in chosen:
        demand(allowed, there[name].scope)
    return chosen


def _locked(viewer: Viewer, endpoint_id: uuid.UUID) -> Endpoint:
    row = for_viewer(viewer).one(endpoint_id).row
    return Endpoint.objects.select_for_update().get(id=row.id)


@transaction.atomic
def change(
    *, viewer: Viewer, endpoint_id: uuid.UUID, topics: Iterable[str], allowed: frozenset[str] | None = None
) -> None:
    """Choose anew what an address is told. NoSuchEndpoint, UnknownTopic, ScopeMissing."""
    row = _locked(viewer, endpoint_id)
    Endpoint.objects.filter(id=row.id).update(topics=_chosen(topics, allowed))


@transaction.atomic
def renew_secret(*, viewer: Viewer, endpoint_id: uuid.UUID) -> tuple[Endpoint, str]:
    """Give an address another secret, once readable; the one before signs, too, for OVERLAP. NoSuchEndpoint."""
    row = _locked(viewer, endpoint_id)
    before, secret = secrets_of(row, now())[0], new_secret()
    Endpoint.objects.filter(id=row.id).update(
        secret=seal(row.person_id, SECRET, secret),
        old_secret=seal(row.person_id, OLD_SECRET, before),
        old_until=now() + OVERLAP,
    )
    return row, secret


@transaction.atomic
def remove(*, viewer: Viewer, endpoint_id: uuid.UUID) -> None:
    """Tell an address nothing any more; what waits is forgotten. NoSuchEndpoint."""
    _locked(viewer, endpoint_id).delete()


@transaction.atomic
def resume(*, viewer: Viewer, endpoint_id: uuid.UUID) -> None:
    """Tell a paused address again, first what waited. Again: nothing. NoSuchEndpoint, EndpointStopped."""
    row = _locked(viewer, endpoint_id)
    if row.is_stopped:
        raise EndpointStopped
    if row.paused_at is not None:
        start(row)


def start(row: Endpoint) -> None:
    """Let a paused endpoint be told again. Within the caller's transaction, which holds the row."""
    waits = Delivery.objects.filter(endpoint=row, due_at__isnull=False)
    waits.update(due_at=now())
    Endpoint.objects.filter(id=row.id).update(
        paused_at=None, paused_why="", failures=0, failing_since=None, due_at=now() if waits.exists() else None
    )
    transaction.on_commit(wake)


def pause(row: Endpoint, why: str) -> None:
    """Tell an endpoint nothing until it is resumed, and its owner why. Within the caller's transaction."""
    paused = Endpoint.objects.filter(id=row.id, paused_at__isnull=True)
    if paused.update(paused_at=now(), paused_why=why, due_at=None):
        record(PAUSED, home=row.home, actor=row.person_id, object=row.id)


@transaction.atomic
def stop(*, endpoint_id: uuid.UUID, stopped: bool) -> None:
    """Stop an endpoint, or let it work again. Only the admin calls this, which asked for the right."""
    row = Endpoint.objects.select_for_update().filter(id=endpoint_id).first()
    if row is not None and stopped and not row.is_stopped:
        Endpoint.objects.filter(id=row.id, paused_at__isnull=False).update(paused_why=STOPPED)
        pause(row, STOPPED)
    elif row is not None and not stopped and row.is_stopped:
        start(row)


@transaction.atomic
def ping(*, viewer: Viewer, endpoint_id: uuid.UUID) -> Delivery:
    """Send an address a call about nothing. NoSuchEndpoint, EndpointStopped."""
    row = _locked(viewer, endpoint_id)
    made = Delivery.objects.create(
        home=row.home, person_id=row.person_id, endpoint=row, topic=PING, event=uuid7(), at=now(), due_at=now()
    )
    _soon(row)
    return made


@transaction.atomic
def send_again(*, viewer: Viewer, endpoint_id: uuid.UUID, delivery_id: uuid.UUID) -> None:
    """Send a call again, under its id, as it would read now. NoSuchEndpoint, NoSuchDelivery, EndpointStopped."""
    row = _locked(viewer, endpoint_id)
    found = for_viewer(viewer).delivery(endpoint_id, delivery_id)
    Delivery.objects.filter(id=found.id).update(due_at=now(), tries=0, arrived_at=None, answered=None)
    _soon(row)


def _soon(row: Endpoint) -> None:
    """Have a worker look at an endpoint now, though it be paused: its owner wants to see whether it answers."""
    if row.is_stopped:
        raise EndpointStopped
    if row.paused_at is not None:
        start(row)
    Endpoint.objects.filter(id=row.id).update(due_at=now())
    transaction.on_commit(wake)


def end_with_tokens(rows: "QuerySet[Endpoint]") -> None:
    """Remove those that a program registered with a token that opens nothing any more."""
    tokens = rows.filter(token_id__isnull=False).values_list("token_id", flat=True).distinct()
    ended = [token for token in tokens if token is not None and allowed_by(token) is None]
    Endpoint.objects.filter(token_id__in=ended).delete()
