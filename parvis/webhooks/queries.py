"""Reading what this package keeps."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from parvis.accounts.errors import SignInNeeded
from parvis.accounts.viewer import Viewer
from parvis.cells.keys import unseal
from parvis.connect.queries import apps_allowed
from parvis.webhooks.errors import NoSuchDelivery, NoSuchEndpoint
from parvis.webhooks.models import Delivery, Endpoint
from parvis.webhooks.topics import Topic

ADDRESS = "webhooks_endpoint.address"
SECRET = "webhooks_endpoint.secret"  # noqa: S105 - the name of a column
OLD_SECRET = "webhooks_endpoint.old_secret"  # noqa: S105
LOG = 50


@dataclass(frozen=True)
class Shown:
    """An endpoint as its owner sees it, its address opened."""

    row: Endpoint
    address: str


@dataclass(frozen=True)
class EndpointsOf:
    """What one viewer may see: a person in a browser all of their own, a program those that it registered itself."""

    viewer: Viewer

    def _own(self) -> "QuerySet[Endpoint]":
        if self.viewer.person_id is None:
            raise SignInNeeded
        found = Endpoint.objects.select_related("app", "person").filter(person_id=self.viewer.person_id)
        return found if self.viewer.token is None else found.filter(token_id=self.viewer.token, app__isnull=True)

    def all(self) -> list[Shown]:
        """Return the endpoints, the newest first."""
        return [shown(row) for row in self._own().order_by("-id")]

    def one(self, endpoint_id: uuid.UUID) -> Shown:
        """Return one. NoSuchEndpoint for another's."""
        row = self._own().filter(id=endpoint_id).first()
        if row is None:
            raise NoSuchEndpoint
        return shown(row)

    def deliveries(self, endpoint_id: uuid.UUID) -> list[Delivery]:
        """Return the newest LOG calls of an endpoint: what, when and how it went, never about whom. NoSuchEndpoint."""
        row = self.one(endpoint_id).row
        return list(Delivery.objects.filter(endpoint=row).order_by("-id")[:LOG])

    def delivery(self, endpoint_id: uuid.UUID, delivery_id: uuid.UUID) -> Delivery:
        """Return one call of an endpoint. NoSuchEndpoint, NoSuchDelivery."""
        found = Delivery.objects.filter(id=delivery_id, endpoint=self.one(endpoint_id).row).first()
        if found is None:
            raise NoSuchDelivery
        return found


def for_viewer(viewer: Viewer) -> EndpointsOf:
    """Return what a viewer may see: the only door."""
    return EndpointsOf(viewer)


def shown(row: Endpoint) -> Shown:
    """Return an endpoint with its address opened. KeyMissing, Damaged."""
    return Shown(row, unseal(row.person_id, ADDRESS, row.address))


def secrets_of(row: Endpoint, at: datetime) -> list[str]:
    """Return the secrets that sign, the newest first. KeyMissing, Damaged."""
    found = [unseal(row.person_id, SECRET, row.secret)]
    if row.old_secret is not None and row.old_until is not None and at < row.old_until:
        found.append(unseal(row.person_id, OLD_SECRET, row.old_secret))
    return found


def anybody_wants(names: Iterable[str]) -> bool:
    """Whether any endpoint is told of any of these topics."""
    return Endpoint.objects.filter(paused_at__isnull=True, topics__overlap=list(names)).exists()


def receivers(person: uuid.UUID, topic: Topic) -> "QuerySet[Endpoint]":
    """Endpoints that are told of a topic about a person: the person's own, and those of apps that may know."""
    wants = Endpoint.objects.filter(paused_at__isnull=True, topics__contains=[topic.name], person__is_active=True)
    return wants.filter(Q(app__isnull=True, person_id=person) | Q(app__in=apps_allowed(person, topic.scope)))
