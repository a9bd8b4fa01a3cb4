"""Webhooks of the caller: a program sees those that it registered itself, a person all of their own. Those of an app,
which are told of other people, are for a browser alone."""

import uuid
from typing import Any

from ninja import Router, Status

from parvis.accounts import scopes
from parvis.accounts.limits import spend_by
from parvis.accounts.viewer import Request
from parvis.api.answers import operation
from parvis.api.schemas.webhooks import (
    Call,
    Calls,
    TopicList,
    TopicOut,
    Webhook,
    WebhookChange,
    WebhookMade,
    WebhookNew,
    Webhooks,
)
from parvis.webhooks.actions import endpoints as actions
from parvis.webhooks.errors import (
    BadEndpoint,
    EndpointStopped,
    NoSuchDelivery,
    NoSuchEndpoint,
    TooManyEndpoints,
    UnknownTopic,
)
from parvis.webhooks.limits import CALLS, CHANGES
from parvis.webhooks.queries import Shown, for_viewer
from parvis.webhooks.topics import topics

router = Router(tags=["webhooks"])
CALLED = operation(Call, scopes.SETTINGS, NoSuchEndpoint, EndpointStopped, status=202)


def _own(request: Request, webhook_id: uuid.UUID) -> Shown:
    found = for_viewer(request.viewer).one(webhook_id)
    if found.row.app_id is not None:
        raise NoSuchEndpoint
    return found


@router.get("/me/webhooks/topics", **operation(TopicList, scopes.SETTINGS, writes=False))
def list_topics(request: Request) -> Any:
    """Everything that an address can be told."""
    return TopicList(items=[TopicOut.of(one) for one in topics().values()], next=None)


@router.get("/me/webhooks", **operation(Webhooks, scopes.SETTINGS, writes=False))
def list_webhooks(request: Request) -> Any:
    """The addresses that are told of what happens to the caller."""
    found = [one for one in for_viewer(request.viewer).all() if one.row.app_id is None]
    return Webhooks(items=[Webhook.of(one) for one in found], next=None)


@router.post(
    "/me/webhooks", **operation(WebhookMade, scopes.SETTINGS, BadEndpoint, UnknownTopic, TooManyEndpoints, status=201)
)
def add_webhook(request: Request, new: WebhookNew) -> Any:
    """Have an address told from now on. It ends with the token that asks for it; the token needs the scope of each
    topic, too."""
    spend_by(request.viewer, "webhooks", CHANGES)
    row, secret = actions.register(
        viewer=request.viewer, address=new.address, topics=new.topics, allowed=request.scopes
    )
    return Status(201, WebhookMade(webhook=Webhook.of(_own(request, row.id)), secret=secret))


@router.get("/me/webhooks/{webhook_id}", **operation(Webhook, scopes.SETTINGS, NoSuchEndpoint, writes=False))
def get_webhook(request: Request, webhook_id: uuid.UUID) -> Any:
    """One address that is told."""
    return Webhook.of(_own(request, webhook_id))


@router.patch("/me/webhooks/{webhook_id}", **operation(Webhook, scopes.SETTINGS, NoSuchEndpoint, UnknownTopic))
def change_webhook(request: Request, webhook_id: uuid.UUID, change: WebhookChange) -> Any:
    """Choose anew what an address is told."""
    spend_by(request.viewer, "webhooks", CHANGES)
    found = _own(request, webhook_id)
    actions.change(viewer=request.viewer, endpoint_id=found.row.id, topics=change.topics, allowed=request.scopes)
    return get_webhook(request, webhook_id)


@router.delete("/me/webhooks/{webhook_id}", **operation(None, scopes.SETTINGS, NoSuchEndpoint, status=204))
def remove_webhook(request: Request, webhook_id: uuid.UUID) -> Any:
    """Tell an address nothing any more."""
    spend_by(request.viewer, "webhooks", CHANGES)
    actions.remove(viewer=request.viewer, endpoint_id=_own(request, webhook_id).row.id)
    return Status(204, None)


@router.post("/me/webhooks/{webhook_id}/secret", **operation(WebhookMade, scopes.SETTINGS, NoSuchEndpoint))
def renew_webhook_secret(request: Request, webhook_id: uuid.UUID) -> Any:
    """Give an address another secret. For 24 hours calls are signed with the one before, too."""
    spend_by(request.viewer, "webhooks", CHANGES)
    found = _own(request, webhook_id)
    _, secret = actions.renew_secret(viewer=request.viewer, endpoint_id=found.row.id)
    return WebhookMade(webhook=Webhook.of(found), secret=secret)


@router.post("/me/webhooks/{webhook_id}/pings", **CALLED)
def ping_webhook(request: Request, webhook_id: uuid.UUID) -> Any:
    """Send an address a trial call (`ping`), though it be paused."""
    spend_by(request.viewer, "webhook-calls", CALLS)
    return Status(202, Call.of(actions.ping(viewer=request.viewer, endpoint_id=_own(request, webhook_id).row.id)))


@router.delete(
    "/me/webhooks/{webhook_id}/pause", **operation(Webhook, scopes.SETTINGS, NoSuchEndpoint, EndpointStopped)
)
def resume_webhook(request: Request, webhook_id: uuid.UUID) -> Any:
    """Tell a paused address again, first what waited."""
    spend_by(request.viewer, "webhook-calls", CALLS)
    actions.resume(viewer=request.viewer, endpoint_id=_own(request, webhook_id).row.id)
    return get_webhook(request, webhook_id)


@router.get("/me/webhooks/{webhook_id}/calls", **operation(Calls, scopes.SETTINGS, NoSuchEndpoint, writes=False))
def list_webhook_calls(request: Request, webhook_id: uuid.UUID) -> Any:
    """The newest calls of an address and how they went, of the last seven days."""
    found = for_viewer(request.viewer).deliveries(_own(request, webhook_id).row.id)
    return Calls(items=[Call.of(row) for row in found], next=None)


@router.post(
    "/me/webhooks/{webhook_id}/calls/{call_id}/again",
    **operation(Call, scopes.SETTINGS, NoSuchEndpoint, NoSuchDelivery, EndpointStopped, status=202),
)
def send_webhook_call_again(request: Request, webhook_id: uuid.UUID, call_id: uuid.UUID) -> Any:
    """Send a call again, under its id, as it would read now."""
    spend_by(request.viewer, "webhook-calls", CALLS)
    found = _own(request, webhook_id).row.id
    actions.send_again(viewer=request.viewer, endpoint_id=found, delivery_id=call_id)
    return Status(202, Call.of(for_viewer(request.viewer).delivery(found, call_id)))
